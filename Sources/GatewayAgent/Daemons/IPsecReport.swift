internal import Foundations
internal import Gateway

/// What charon's `list-sas` reports about the tunnel. The tunnel's state is the CHILD_SA's, because an IKE_SA can exist
/// without one.
struct IPsecReport: Sendable, Hashable {
  var ikeState: String?
  var remoteHost: String?
  var virtualAddress: IPv4Address?
  var isInstalled = false
  /// Whether tasks are queued or under way on the IKE_SA, so that charon is working by itself.
  var isBusy = false
  var bytesIn: Int64 = 0
  var bytesOut: Int64 = 0
  /// How the newest CHILD_SA wraps packets.
  var encapsulation: TunnelEncapsulation?
  /// The gateway's address outside the tunnel.
  var localHost: IPv4Address?
  /// The remote networks that the server granted, in all CHILD_SAs together.
  var remoteSelectors: [String] = []
  /// The networks from which the server accepts packets.
  var localSelectors: [String] = []

  struct Addresses: Sendable, Hashable {
    /// Nil while the name is not resolved, or if the address is an IPv6 one.
    var server: IPv4Address?
    var virtual: IPv4Address?
  }
  var addresses: Addresses {
    // charon calls an address that it does not know yet `%any`, or 0.0.0.0.
    let server = remoteHost.flatMap { IPv4Address($0) }
    return Addresses(server: server?.bits == 0 ? nil : server, virtual: virtualAddress)
  }

  /// - Parameter parts: the `list-sa` events.
  init(_ parts: [ConfigurationSection]) {
    for part in parts {
      for (name, ike) in part.sections where name == IPsecRendering.connectionName {
        let children = ike.section("child-sas")?.sections.map(\.section) ?? []
        let installed = children.filter { ["INSTALLED", "REKEYING", "REKEYED"].contains($0.string("state") ?? "") }
        // During a reauthentication there are two IKE_SAs: the one with a CHILD_SA counts.
        guard ikeState == nil || !installed.isEmpty else { continue }
        ikeState = ike.string("state")
        remoteHost = ike.string("remote-host")
        localHost = ike.string("local-host").flatMap { IPv4Address($0) }
        (remoteSelectors, localSelectors) = ([], [])
        virtualAddress = ike.strings("local-vips").lazy.compactMap { IPv4Address($0) }.first
        isBusy = !ike.strings("tasks-active").isEmpty || !ike.strings("tasks-queued").isEmpty
        if !installed.isEmpty { isInstalled = true }
        for child in installed where child.string("state") != "REKEYED" {
          bytesIn &+= child.integer("bytes-in") ?? 0
          bytesOut &+= child.integer("bytes-out") ?? 0
          remoteSelectors += child.strings("remote-ts")
          localSelectors += child.strings("local-ts")
          if let encryption = child.string("encr-alg") {
            encapsulation = .esp(
              encryption: encryption,
              integrity: child.string("integ-alg"),
              isInUDP: child.string("encap") == "yes"
            )
          }
        }
      }
    }
  }

  /// The networks among `networks` that no CHILD_SA covers.
  func uncovered(of networks: [IPv4Network]) -> [IPv4Network] {
    let whole = IPv4Network.collapsed(remoteSelectors.compactMap(Self.network))
    return networks.filter { network in !whole.contains { $0.contains(network) } }
  }

  /// The network in `192.168.100.0/24[tcp/http]` or `…|/0`.
  static func network(_ selector: String) -> IPv4Network? {
    IPv4Network(String(selector.prefix { $0 != "[" && $0 != "|" }))
  }
}
