internal import CloudLinkerAPI
internal import Gateway
internal import Kubernetes

/// Limits on a gateway's report. A gateway talks to a server and to hosts that nobody here vouches for, so its report
/// is trusted only within these limits.
extension GatewayStatus {
  /// The largest number of TCP and UDP ports of a connection's Service.
  static let mostForwards = 2 * 65_535
  static let mostNotices = 64
  /// The limit for names and addresses, and the one for messages.
  static let longestName = 320
  static let longestText = 4096

  /// The status reduced to forwards of `namespace`, because a connection serves no other, with everything cut to size.
  func bounded(to namespace: String) -> GatewayStatus {
    var status = self
    func cut(_ text: String?, _ limit: Int = Self.longestText) -> String? { text?.cut(toScalars: limit) }
    status.revision = cut(revision, Self.longestName)
    status.configurationError = cut(configurationError)
    status.tunnel.serverAddress = cut(tunnel.serverAddress, Self.longestName)
    status.tunnel.virtualAddress = cut(tunnel.virtualAddress, Self.longestName)
    status.tunnel.lastError = cut(tunnel.lastError)
    // No IPv4 packet is longer than 65,535 bytes.
    status.tunnel.maximumSegmentSize = tunnel.maximumSegmentSize.map { min(max(0, $0), 65_535) }
    status.drain?.connections = drain?.connections.map { min(max(0, $0), Int(Int32.max)) }
    status.tunnel.bytesReceived = max(0, tunnel.bytesReceived)
    status.tunnel.bytesSent = max(0, tunnel.bytesSent)
    status.notices = notices.prefix(Self.mostNotices).map { $0.cut(toScalars: Self.longestText) }
    let own = forwards.lazy.filter { ObjectKey(owner: $0.owner)?.namespace == namespace }
    status.forwards = own.prefix(Self.mostForwards).map { forward in
      var forward = forward
      forward.owner = forward.owner.cut(toScalars: Self.longestName)
      forward.portName = forward.portName.cut(toScalars: Self.longestName)
      forward.targetAddress = cut(forward.targetAddress, Self.longestName)
      forward.lastError = cut(forward.lastError)
      return forward
    }
    return status
  }
}
