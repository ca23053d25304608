internal import Foundations
internal import Gateway

/// Everything that decides how large packets through the tunnel may be.
struct TunnelSizing: Sendable, Hashable {
  /// The MTU of the route to the server, in bytes; nil: not known.
  var pathMTU: Int?
  /// The encapsulation negotiated with the server; nil: not known.
  var encapsulation: TunnelEncapsulation?
  /// The largest packet that the VPN client takes, in bytes.
  var limit: Int?

  /// The packet size that a company's network is expected to carry, in bytes: the published server configurations clamp
  /// to it.
  static let usual = 1360
  /// The packet size that every IPv4 host takes (RFC 9293 §3.7.1), in bytes.
  static let least = 536
  /// The IPv4 and TCP headers of a segment without options, in bytes.
  static let headers = 40

  /// The TCP segments that fit, in bytes of data, at most `ceiling`.
  func maximumSegmentSize(atMost ceiling: Int) -> Int {
    var packet = ceiling + Self.headers
    if let pathMTU, let encapsulation { packet = min(packet, encapsulation.largestPacket(pathMTU: pathMTU)) }
    if let limit { packet = min(packet, limit) }
    return min(ceiling, max(Self.least, packet - Self.headers))
  }
}

extension AgentState {
  /// In bytes: the size that the connection asks for, otherwise the one that fits the route to the server.
  var maximumSegmentSize: Int {
    guard let configuration = material?.configuration else { return TunnelSizing.usual }
    let asked = configuration.maximumSegmentSize
    return configuration.isSegmentSizeFixed == true ? asked : sizing.maximumSegmentSize(atMost: asked)
  }
  /// The MTU of the tunnel's device, in bytes: for segments without options, and for UDP.
  var tunnelMTU: Int { maximumSegmentSize + TunnelSizing.headers }
}
