internal import Foundations
internal import Gateway

/// What decides how large packets may be that go through the tunnel.
struct TunnelSizing: Sendable, Hashable {
  /// The MTU of the route to the server, in bytes; nil: not known.
  var pathMTU: Int?
  /// As negotiated with the server; nil: not known.
  var encapsulation: TunnelEncapsulation?
  /// The largest packet that the VPN client takes, in bytes.
  var limit: Int?

  /// What a company's network is expected to carry, in bytes: the published server configurations clamp to it.
  static let usual = 1360
  /// What every IPv4 host takes (RFC 9293 §3.7.1), in bytes.
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
  /// In bytes: what the connection asks for, else what fits the route to the server.
  var maximumSegmentSize: Int {
    guard let configuration = material?.configuration else { return TunnelSizing.usual }
    let asked = configuration.maximumSegmentSize
    return configuration.isSegmentSizeFixed == true ? asked : sizing.maximumSegmentSize(atMost: asked)
  }
  /// The MTU of the tunnel's device, in bytes: of segments without options, and of UDP.
  var tunnelMTU: Int { maximumSegmentSize + TunnelSizing.headers }
}
