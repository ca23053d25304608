internal import Foundations
internal import Gateway
internal import Glibc

/// Non-blocking sockets that listen on a port of the pod.
enum ServerSocket {
  /// Listens on every IPv4 address.
  /// - Parameters:
  ///   - port: 0: any free one.
  ///   - backlog: connections that the kernel keeps until they are accepted; nil for UDP.
  ///   - device: accept only what arrives on this network device; nil: on any.
  /// - Returns: nil with the reason in `errno`.
  static func open(port: Int, backlog: Int32?, device: String? = nil) -> Int32? {
    let type = backlog == nil ? SOCK_DGRAM : SOCK_STREAM
    guard let descriptor = SocketProbe.makeSocket(Int32(type.rawValue), device: device) else { return nil }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let bound = SocketProbe.withAddress(ForwardTarget(address: IPv4Address(bits: 0), port: port)) {
      bind(descriptor, $0, $1)
    }
    guard bound == 0, backlog.map({ listen(descriptor, $0) == 0 }) ?? true else {
      let reason = errno
      close(descriptor)
      errno = reason
      return nil
    }
    return descriptor
  }

  /// The next connection and its client's address; nil when none is waiting or none can be accepted.
  /// - Parameter pause: begins when none can be accepted.
  static func accept(
    _ listener: Int32,
    _ pause: inout AcceptPause,
    now: ContinuousClock.Instant = .now
  ) -> (descriptor: Int32, client: ForwardTarget)? {
    var address = sockaddr_in()
    let descriptor = withAddress(&address) { Glibc.accept(listener, $0, $1) }
    guard descriptor >= 0 else {
      pause.failed(errno, now: now)
      return nil
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    return (descriptor, target(address))
  }

  /// The port that a socket is bound to; nil when it is not an IPv4 socket.
  static func port(of descriptor: Int32) -> Int? {
    var address = sockaddr_in()
    guard withAddress(&address, { getsockname(descriptor, $0, $1) }) == 0 else { return nil }
    return target(address).port
  }

  static func target(_ address: sockaddr_in) -> ForwardTarget {
    ForwardTarget(
      address: IPv4Address(bits: UInt32(bigEndian: address.sin_addr.s_addr)),
      port: Int(UInt16(bigEndian: address.sin_port))
    )
  }

  private static func withAddress(
    _ address: inout sockaddr_in,
    _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> Int32 {
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, &size) }
    }
  }
}
