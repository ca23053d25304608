internal import Foundations
internal import Gateway
internal import Glibc

/// MTUs as the kernel knows them, in bytes.
enum MTU {
  /// The MTU of the route to `address`: the device's, the route's own, or one that a router on the way has reported,
  /// whichever is least. Sends nothing.
  static func ofRoute(to address: IPv4Address) -> Int? {
    guard let descriptor = SocketProbe.makeSocket(Int32(SOCK_DGRAM.rawValue), device: nil) else { return nil }
    defer { close(descriptor) }
    // Any port will do: a datagram socket connects without a packet, and only a connected one knows its route (ip(7),
    // IP_MTU).
    let target = ForwardTarget(address: address, port: 9)
    guard SocketProbe.withAddress(target, { connect(descriptor, $0, $1) }) == 0 else { return nil }
    var mtu: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    guard getsockopt(descriptor, Int32(IPPROTO_IP), IP_MTU, &mtu, &size) == 0, mtu > 0 else { return nil }
    return Int(mtu)
  }

  static func ofDevice(_ name: String) -> Int? {
    var request = request(name)
    return control(UInt(SIOCGIFMTU), &request) ? Int(request.ifr_ifru.ifru_mtu) : nil
  }

  /// - Returns: whether the device has it now.
  static func set(_ mtu: Int, ofDevice name: String) -> Bool {
    var request = request(name)
    request.ifr_ifru.ifru_mtu = Int32(truncatingIfNeeded: mtu)
    return control(UInt(SIOCSIFMTU), &request)
  }

  private static func request(_ name: String) -> ifreq {
    var request = ifreq()
    withUnsafeMutableBytes(of: &request.ifr_ifrn) { field in
      for (index, byte) in name.utf8.prefix(Int(IFNAMSIZ) - 1).enumerated() { field[index] = byte }
    }
    return request
  }

  private static func control(_ operation: UInt, _ request: inout ifreq) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return ioctl(descriptor, operation, &request) == 0
  }
}
