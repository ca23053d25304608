// CMicroHTTPD: in a release build `sockaddr_in6` comes from its headers, in a debug build from Glibc.
internal import CMicroHTTPD
internal import Glibc

/// A bound and listening TCP socket. It is made here instead of by libmicrohttpd so that errors have names, the port
/// behind port 0 can be read, and a second daemon can continue with the same socket.
struct ListeningSocket {
  let descriptor: Int32
  let port: UInt16

  /// - Parameter address: `::` takes IPv4 as well, and stands for `0.0.0.0` where there is no IPv6.
  init(address: String, port: UInt16) throws(EndpointError) {
    do throws(EndpointError) {
      self = try Self.listen(on: address, port)
    } catch {
      guard address == "::", let other = try? Self.listen(on: "0.0.0.0", port) else { throw error }
      self = other
    }
  }

  private init(descriptor: Int32, port: UInt16) {
    self.descriptor = descriptor
    self.port = port
  }

  private static func listen(on address: String, _ port: UInt16) throws(EndpointError) -> ListeningSocket {
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    defer { if let found { freeaddrinfo(found) } }
    guard getaddrinfo(address, nil, &hints, &found) == 0, let info = found?.pointee, let generic = info.ai_addr else {
      throw EndpointError(kind: .address, description: "\(address) is no IPv4 or IPv6 address")
    }
    let descriptor = socket(info.ai_family, info.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure(address, port) }
    var on: Int32 = 1
    var onlyIPv6: Int32 = address == "::" ? 0 : 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
    if info.ai_family == AF_INET6 {
      setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &onlyIPv6, size)
      generic.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee.sin6_port = port.bigEndian }
    } else {
      generic.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_port = port.bigEndian }
    }
    guard bind(descriptor, generic, info.ai_addrlen) == 0, Glibc.listen(descriptor, 1024) == 0,
      fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0
    else {
      let error = failure(address, port)
      close(descriptor)
      throw error
    }
    return ListeningSocket(descriptor: descriptor, port: boundPort(descriptor) ?? port)
  }

  /// The port is at the same place in sockaddr_in and sockaddr_in6.
  private static func boundPort(_ descriptor: Int32) -> UInt16? {
    var storage = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let code = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return code == 0 ? UInt16(bigEndian: storage.sin6_port) : nil
  }

  private static func failure(_ address: String, _ port: UInt16) -> EndpointError {
    EndpointError(
      kind: .listen,
      description: "cannot listen on \(address) port \(port): \(String(cString: strerror(errno)))"
    )
  }
}
