internal import Foundations
internal import Glibc

/// A TCP server on 127.0.0.1 that does to each connection what a test wants: answer badly, late, or not at all.
final class RawServer: Sendable {
  /// One accepted connection, used by its own thread only.
  final class Connection {
    private let socket: Int32
    init(socket: Int32) { self.socket = socket }

    /// Reads a head and as much of the body as Content-Length says; nil when the client closed first.
    func readRequest() -> String? {
      var bytes: [UInt8] = []
      while true {
        let text = String(decoding: bytes, as: UTF8.self)
        if let end = text.range(of: "\r\n\r\n") {
          let length = text[..<end.lowerBound].split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("content-length:")
          }
          let wanted = length.flatMap { Int($0.dropFirst(15).trimmingSpaces) } ?? 0
          if text[end.upperBound...].utf8.count >= wanted { return text }
        }
        guard let more = read() else { return nil }
        bytes += more
      }
    }

    /// Nil at the end, or after an error.
    func read() -> [UInt8]? {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = Glibc.recv(socket, &buffer, buffer.count, 0)
      return count > 0 ? Array(buffer[..<count]) : nil
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// False when the client is gone.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes { buffer in
          Glibc.send(socket, buffer.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }

    /// Carries bytes between this connection and a port of 127.0.0.1 until either end closes.
    /// - Parameter see: gets each piece; false: it is dropped, and the connection stays.
    func splice(port: UInt16, passing see: @escaping @Sendable ([UInt8]) -> Bool) {
      let other = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { Glibc.close(other) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      let isConnected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      guard isConnected else { return }
      let far = Connection(socket: other)
      var ends = [socket, other].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      while poll(&ends, 2, -1) > 0 {
        for (index, (from, to)) in [(self, far), (far, self)].enumerated() where ends[index].revents != 0 {
          guard let bytes = from.read() else { return }
          guard see(bytes) else { continue }
          guard to.write(bytes) else { return }
        }
      }
    }

    /// Makes the close a reset instead of an orderly end.
    func resetOnClose() {
      var option = linger(l_onoff: 1, l_linger: 0)
      setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
  }

  let port: UInt16
  let connections = Locked(0)
  private let listener: Int32

  /// - Parameter handle: called on a thread of its own for each connection, which closes when it returns.
  init(_ handle: @escaping @Sendable (Connection) -> Void) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        _ = bind(listener, generic, length)
        _ = listen(listener, 1024)
        _ = getsockname(listener, generic, &length)
      }
      return UInt16(bigEndian: pointer.pointee.sin_port)
    }
    self.listener = listener
    let connections = self.connections
    startThread {
      // Closed here, not in deinit: this thread would go on with another socket of the same number.
      defer { Glibc.close(listener) }
      while true {
        let client = accept(listener, nil, nil)
        if client < 0 { return }
        connections.withLock { $0 += 1 }
        startThread {
          handle(Connection(socket: client))
          Glibc.close(client)
        }
      }
    }
  }

  deinit { Glibc.shutdown(listener, Int32(SHUT_RDWR)) }

  var url: String { "http://127.0.0.1:\(port)" }
}

private final class ThreadBody {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
  var thread = pthread_t()
  pthread_create(
    &thread,
    nil,
    { context in
      if let context { Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run() }
      return nil
    },
    Unmanaged.passRetained(ThreadBody(body)).toOpaque()
  )
  pthread_detach(thread)
}

extension Substring {
  var trimmingSpaces: Substring {
    let start = drop { $0 == " " }
    return start[..<(start.firstIndex(of: " ") ?? start.endIndex)]
  }
}

extension StringProtocol {
  func range(of needle: String) -> Range<Index>? {
    ranges(of: needle).first
  }
}
