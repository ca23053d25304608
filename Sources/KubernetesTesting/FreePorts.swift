internal import Glibc

enum FreePorts {
  /// Ports of 127.0.0.1 that nobody has, all different. Somebody may take one before it is used: try again then.
  static func find(_ count: Int) throws(TestControlPlaneError) -> [UInt16] {
    // All are held until all are known.
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    var ports: [UInt16] = []
    for _ in 0..<count {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      sockets.append(descriptor)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
      }
      guard isBound else { throw TestControlPlaneError("no free port on 127.0.0.1") }
      ports.append(UInt16(bigEndian: address.sin_port))
    }
    return ports
  }
}
