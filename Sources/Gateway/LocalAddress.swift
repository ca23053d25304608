public import Foundations

/// The source address of a gateway's packets in a tunnel whose server assigns none, and the network that the gateway
/// proposes to the server as its side.
public struct LocalAddress: Sendable, Hashable {
  public var address: IPv4Address
  public var network: IPv4Network

  /// Reads `10.99.0.5` or `10.99.0.5/24`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let address = IPv4Address(String(parts[0])) else { return nil }
    self.address = address
    guard parts.count == 2 else {
      network = IPv4Network(containing: address, prefixLength: 32)
      return
    }
    guard let prefix = Int(parts[1]), (8...32).contains(prefix) else { return nil }
    network = IPv4Network(containing: address, prefixLength: prefix)
  }
}
