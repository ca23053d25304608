internal import CMicroHTTPD
internal import Foundations
internal import Glibc

/// A small HTTP/1.1 server for metrics, health and status, on libmicrohttpd: one thread, GET and HEAD only.
public final class HTTPServer: Sendable {
  /// Limits against clients that are slow or many.
  public struct Limits: Sendable {
    /// Seconds of silence after which a connection is closed; a handler may hold its answer for longer.
    public var silence: UInt32 = 30
    public var connections: UInt32 = 256
    /// Bytes of a request's head.
    public var head = 32 * 1024
    public init() {}
  }

  /// The handle of libmicrohttpd, which is safe to use from any thread.
  private struct Daemon: @unchecked Sendable {
    let pointer: OpaquePointer
  }
  private let daemon: Locked<Daemon?>
  private let register: ExchangeRegister
  /// The port it listens on; of interest when it was started with port 0.
  public let port: UInt16

  /// Listens at once.
  /// - Parameters:
  ///   - address: IPv4 or IPv6 literal; `::` also takes IPv4.
  ///   - port: 0: any free one.
  ///   - handle: answers each request; may take its time, and is cancelled when the client leaves or the server stops.
  /// - Throws: `EndpointError` when the address is none or is taken.
  public init(
    address: String,
    port: UInt16,
    limits: Limits = Limits(),
    handle: @escaping @Sendable (EndpointRequest) async -> EndpointResponse
  ) throws(EndpointError) {
    guard var storage = Self.socketAddress(address, port) else {
      throw EndpointError(description: "\"\(address)\" is no IP address to listen on")
    }
    let register = ExchangeRegister(handle: handle)
    let context = Unmanaged.passUnretained(register).toOpaque()
    let pointer = withUnsafePointer(to: &storage) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        mhd_start(
          address,
          onRequest,
          context,
          onCompleted,
          limits.silence,
          limits.connections,
          limits.head
        )
      }
    }
    guard let pointer else {
      throw EndpointError(description: "cannot listen on \(address) port \(port): \(String(cString: strerror(errno)))")
    }
    self.register = register
    self.port = mhd_port(pointer)
    daemon = Locked(Daemon(pointer: pointer))
  }

  /// Closes the listening socket, lets answers under way go out for up to `grace`, and ends. Later calls do nothing.
  public func stop(grace: Duration = .seconds(2)) async {
    let running = daemon.withLock { daemon in
      defer { daemon = nil }
      return daemon
    }
    guard let running else { return }
    let socket = MHD_quiesce_daemon(running.pointer)
    register.close()
    let end = ContinuousClock.now + grace
    while !register.isEmpty || (mhd_connections(running.pointer) > 0 && ContinuousClock.now < end) {
      try? await Task.sleep(for: .milliseconds(5))
    }
    MHD_stop_daemon(running.pointer)
    if socket >= 0 { close(socket) }
  }

  private static func socketAddress(_ text: String, _ port: UInt16) -> sockaddr_storage? {
    var storage = sockaddr_storage()
    return withUnsafeMutablePointer(to: &storage) { pointer in
      let four = pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
        address.pointee.sin_family = sa_family_t(AF_INET)
        address.pointee.sin_port = port.bigEndian
        return inet_pton(AF_INET, text, &address.pointee.sin_addr) == 1
      }
      if four { return pointer.pointee }
      pointer.pointee = sockaddr_storage()
      let six = pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
        address.pointee.sin6_family = sa_family_t(AF_INET6)
        address.pointee.sin6_port = port.bigEndian
        return inet_pton(AF_INET6, text, &address.pointee.sin6_addr) == 1
      }
      return six ? pointer.pointee : nil
    }
  }
}
