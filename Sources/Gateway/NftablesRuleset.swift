public import Foundations

/// The gateway's one nftables table: port forwards, kill switch, MSS, and the hand-over to a sibling.
///
/// There are two variants, by where encryption happens:
///
/// | | tun device (OpenVPN, kernel-libipsec) | kernel ESP (xfrm policies) |
/// |---|---|---|
/// | source address | masquerade on the device | `snat to` the virtual IP; masquerade leaks plaintext there |
/// | kill switch | by device, in forward, output and postrouting | by `rt ipsec missing`, after source NAT only |
public struct NftablesRuleset: Sendable, Hashable {
  public static let table = "cloudlinker"
  /// Counters of packets for the remote networks that would have left outside the tunnel.
  public static let killSwitchCounters = ["killswitch_forward", "killswitch_output", "killswitch_postrouting"]
  /// Counter of packets that no forward admits.
  public static let refusedCounter = "refused"

  public enum Path: Sendable, Hashable {
    /// Plaintext enters and leaves through this device.
    case device(String)
    /// The kernel encrypts by policy; nil until the server has given a virtual IP.
    case kernelPolicies(virtualAddress: IPv4Address?)
  }

  public var path: Path
  /// Disjoint.
  public var remoteNetworks: [IPv4Network]
  /// Bytes.
  public var maximumSegmentSize: Int
  /// Every forwarded port with its target as configured, including targets whose name is not resolved yet.
  public var ports: [ForwardPort: String]
  public var targets: [ForwardPort: ForwardTarget]
  /// The connection's other gateways.
  public var siblings: Set<IPv4Address>
  /// The sibling that gets new connections while this gateway's tunnel is down; nil: they enter this gateway's tunnel.
  public var handOver: IPv4Address?
  /// The only link-local addresses that the pod may connect to: its DNS servers. A VPN server's name may resolve to
  /// others.
  public var linkLocalServers: Set<IPv4Address>
  /// The source address that packets get on a tunnel's device; nil: the device's own address.
  public var sourceAddress: IPv4Address?
  /// Whether the kernel counts the bytes of connections that begin from now on.
  public var countsBytes: Bool

  public init(
    path: Path,
    remoteNetworks: [IPv4Network],
    maximumSegmentSize: Int,
    ports: [ForwardPort: String] = [:],
    targets: [ForwardPort: ForwardTarget] = [:],
    siblings: Set<IPv4Address> = [],
    handOver: IPv4Address? = nil,
    linkLocalServers: Set<IPv4Address> = [],
    sourceAddress: IPv4Address? = nil,
    countsBytes: Bool = false
  ) {
    self.path = path
    self.remoteNetworks = remoteNetworks
    self.maximumSegmentSize = maximumSegmentSize
    self.ports = ports
    self.targets = targets
    self.siblings = siblings
    self.handOver = handOver
    self.linkLocalServers = linkLocalServers
    self.sourceAddress = sourceAddress
    self.countsBytes = countsBytes
  }

  /// The whole table, replacing any former one in a single transaction.
  public var text: String {
    """
    table ip \(Self.table) {}
    delete table ip \(Self.table)
    table ip \(Self.table) {
      counter killswitch_forward {}
      counter killswitch_output {}
      counter killswitch_postrouting {}
      counter refused {}
      set remote { type ipv4_addr; flags interval; \(elements(remoteNetworks.map(\.description)))}
      set siblings { type ipv4_addr; \(elements(siblings.sorted().map(\.description)))}
      set tcp_ports { type inet_service; \(elements(ports(.tcp)))}
      set udp_ports { type inet_service; \(elements(ports(.udp)))}
      map tcp_fwd { type inet_service : ipv4_addr . inet_service; \(elements(targets(.tcp)))}
      map udp_fwd { type inet_service : ipv4_addr . inet_service; \(elements(targets(.udp)))}
    \(chain("serve", serveRules))
    \(chain("translate", translateRules))
    \(chain("clamp", clampRules))
    \(chain("count", countRules))
    \(chain("prerouting", hook: "type nat hook prerouting priority dstnat; policy accept;", preroutingRules))
    \(chain("postrouting", hook: "type nat hook postrouting priority srcnat; policy accept;", postroutingRules))
    \(chain("input", hook: "type filter hook input priority filter; policy accept;", inputRules))
    \(chain("forward", hook: "type filter hook forward priority filter; policy drop;", forwardRules))
    \(chain("output", hook: "type filter hook output priority filter; policy accept;", outputRules))
    \(chain("guard", hook: "type filter hook postrouting priority srcnat + 10; policy accept;", guardRules))
    }

    """
  }

  /// The table for IPv6: no IPv6 packet may enter or leave a tunnel, and none is forwarded. It is a separate table because
  /// not every kernel has nftables for IPv6.
  public var ipv6Text: String {
    let toTunnel: [String] = if case .device(let name) = path { ["oifname \"\(name)\" drop"] } else { [] }
    return """
      table ip6 \(Self.table) {}
      delete table ip6 \(Self.table)
      table ip6 \(Self.table) {
      \(chain("input", hook: "type filter hook input priority filter; policy accept;", ["\(fromTunnel) drop"]))
      \(chain("forward", hook: "type filter hook forward priority filter; policy drop;", []))
      \(chain("output", hook: "type filter hook output priority filter; policy accept;", toTunnel))
      }

      """
  }

  func ports(_ transport: TransportProtocol) -> [String] {
    ports.keys.filter { $0.transport == transport }.sorted().map { String($0.port) }
  }

  func targets(_ transport: TransportProtocol) -> [String] {
    targets.filter { $0.key.transport == transport }.sorted { $0.key < $1.key }
      .map { "\($0.key.port) : \($0.value.address) . \($0.value.port)" }
  }

  /// An empty `elements = { }` is a syntax error.
  private func elements(_ list: [String]) -> String {
    list.isEmpty ? "" : "elements = { \(list.joined(separator: ", ")) }; "
  }

  private func chain(_ name: String, hook: String? = nil, _ rules: [String]) -> String {
    let lines = (hook.map { [$0] } ?? []) + rules
    return "  chain \(name) {\n" + lines.map { "    \($0)\n" }.joined() + "  }"
  }
}
