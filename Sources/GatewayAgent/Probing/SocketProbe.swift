internal import Foundations
internal import Gateway
internal import Glibc

/// TCP connects that start together and share a deadline.
enum SocketProbe {
  enum Outcome: Sendable, Hashable {
    case connected(Duration)
    /// A reset came back: the host answers, but nothing listens on the port.
    case refused(Duration)
    case failed(Int32)
    case timedOut

    /// Whether packets crossed the tunnel in both directions.
    var crossed: Bool {
      switch self {
      case .connected, .refused: true
      case .failed, .timedOut: false
      }
    }
  }

  /// - Parameters:
  ///   - device: the tun device that packets must take; nil: as routed.
  ///   - stopAtFirst: return as soon as one of them has crossed the tunnel.
  static func connect(
    to targets: [ForwardTarget],
    device: String?,
    timeout: Duration,
    stopAtFirst: Bool = false
  ) -> [Outcome] {
    let began = ContinuousClock.now
    let deadline = began.advanced(by: timeout)
    var outcomes = [Outcome?](repeating: nil, count: targets.count)
    var sockets: [(index: Int, descriptor: Int32)] = []
    defer {
      for (_, descriptor) in sockets { close(descriptor) }
    }
    for (index, target) in targets.enumerated() {
      guard let descriptor = makeSocket(Int32(SOCK_STREAM.rawValue), device: device) else {
        outcomes[index] = .failed(errno)
        continue
      }
      // With this option closing sends a reset, which leaves no half-closed connection on either side.
      var immediate = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &immediate, socklen_t(MemoryLayout<linger>.size))
      let result = withAddress(target) { Glibc.connect(descriptor, $0, $1) }
      if result == 0 {
        outcomes[index] = .connected(.now - began)
        close(descriptor)
      } else if errno == EINPROGRESS {
        sockets.append((index, descriptor))
      } else {
        outcomes[index] = errno == ECONNREFUSED ? .refused(.now - began) : .failed(errno)
        close(descriptor)
      }
    }
    // Polls at least once: if this thread got no processor all that time, its answers are waiting.
    var isOver = false
    while !sockets.isEmpty && !isOver {
      isOver = ContinuousClock.now >= deadline
      if stopAtFirst && outcomes.contains(where: { $0?.crossed == true }) { break }
      let events = Poll.wait(sockets.map { ($0.descriptor, Int16(POLLOUT)) }, for: deadline - .now)
      var open: [(index: Int, descriptor: Int32)] = []
      for (socket, event) in zip(sockets, events) {
        guard event != 0 else {
          open.append(socket)
          continue
        }
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket.descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
        let duration = ContinuousClock.now - began
        outcomes[socket.index] =
          error == 0 ? .connected(duration) : error == ECONNREFUSED ? .refused(duration) : .failed(error)
        close(socket.descriptor)
      }
      sockets = open
    }
    return outcomes.map { $0 ?? .timedOut }
  }

  /// A non-blocking socket, bound to the device if there is one; nil with the reason in `errno`.
  static func makeSocket(_ type: Int32, device: String?) -> Int32? {
    let descriptor = socket(AF_INET, type, 0)
    guard descriptor >= 0 else { return nil }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    if let device,
      setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, device, socklen_t(device.utf8.count)) != 0
    {
      let reason = errno
      close(descriptor)
      errno = reason
      return nil
    }
    return descriptor
  }

  static func withAddress<Result>(
    _ target: ForwardTarget,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(truncatingIfNeeded: target.port).bigEndian)
    address.sin_addr.s_addr = target.address.bits.bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
