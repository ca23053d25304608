public import Foundations

/// The gateway's one nftables table: port forwards, kill switch, MSS, and the hand-over to a sibling.
///
/// Verified in facts/dataplane.md. Two variants, by where encryption happens:
///
/// | | tun device (OpenVPN, kernel-libipsec) | kernel ESP (xfrm policies) |
/// |---|---|---|
/// | source address | masquerade on the device | `snat to` the virtual IP; masquerade leaks plaintext there |
/// | kill switch | by device, in forward, output and postrouting | by `rt ipsec missing`, after source NAT only |
public struct NftablesRuleset: Sendable, Hashable {
  public static let table = "cloudlinker"
  /// What the counters count: packets for the remote networks that would have left outside the tunnel.
  public static let killSwitchCounters = ["killswitch_forward", "killswitch_output", "killswitch_postrouting"]
  /// Packets that no forward admits.
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
  /// Every port that is forwarded, also those whose target's name is not resolved yet, with the target as the
  /// configuration has it.
  public var ports: [ForwardPort: String]
  public var targets: [ForwardPort: ForwardTarget]
  /// The connection's other gateways.
  public var siblings: Set<IPv4Address>
  /// The sibling that gets new connections while the own tunnel is down; nil: they go into the own tunnel.
  public var handOver: IPv4Address?
  /// The only link-local addresses that the pod may connect to: DNS servers. A name of a VPN server may lead to others.
  public var linkLocalServers: Set<IPv4Address>
  /// What packets on a tunnel's device must come from; nil: the device's own address.
  public var sourceAddress: IPv4Address?

  public init(
    path: Path,
    remoteNetworks: [IPv4Network],
    maximumSegmentSize: Int,
    ports: [ForwardPort: String] = [:],
    targets: [ForwardPort: ForwardTarget] = [:],
    siblings: Set<IPv4Address> = [],
    handOver: IPv4Address? = nil,
    linkLocalServers: Set<IPv4Address> = [],
    sourceAddress: IPv4Address? = nil
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

  /// Commands that turn `old` into this one, in one transaction and without touching what is equal; nil when nothing
  /// differs.
  public func changes(from old: NftablesRuleset) -> String? {
    guard self != old else { return nil }
    if remoteNetworks != old.remoteNetworks || !samePath(as: old) || linkLocalServers != old.linkLocalServers {
      return text
    }
    var lines: [String] = []
    func update(_ name: String, from former: [String], to latter: [String], key: (String) -> String) {
      let (before, after) = (Set(former), Set(latter))
      let gone = former.filter { !after.contains($0) }
      let new = latter.filter { !before.contains($0) }
      if !gone.isEmpty {
        lines.append("delete element ip \(Self.table) \(name) { \(gone.map(key).joined(separator: ", ")) }")
      }
      if !new.isEmpty { lines.append("add element ip \(Self.table) \(name) { \(new.joined(separator: ", ")) }") }
    }
    let whole: (String) -> String = { $0 }
    let port: (String) -> String = { String($0.prefix { $0 != " " }) }
    update(
      "siblings",
      from: old.siblings.sorted().map(\.description),
      to: siblings.sorted().map(\.description),
      key: whole
    )
    update("tcp_ports", from: old.ports(.tcp), to: ports(.tcp), key: whole)
    update("udp_ports", from: old.ports(.udp), to: ports(.udp), key: whole)
    update("tcp_fwd", from: old.targets(.tcp), to: targets(.tcp), key: port)
    update("udp_fwd", from: old.targets(.udp), to: targets(.udp), key: port)
    if serveRules != old.serveRules { lines += replacement(of: "serve", serveRules) }
    if translateRules != old.translateRules { lines += replacement(of: "translate", translateRules) }
    if clampRules != old.clampRules { lines += replacement(of: "clamp", clampRules) }
    return lines.isEmpty ? nil : lines.joined(separator: "\n") + "\n"
  }

  /// Arguments of `conntrack` that make a change of way from `old` take effect on connections that exist: those that got
  /// no answer are forgotten, so that the client's next attempt takes the new way. Established connections are left
  /// alone.
  public func conntrackCommands(from old: NftablesRuleset) -> [[String]] {
    var commands: [[String]] = []
    if handOver != old.handOver {
      // SYNs into the dead tunnel would be retransmitted into it; UDP flows would keep their way for as long as they
      // are used.
      commands.append(["-D", "-g", "-p", "tcp", "--state", "SYN_SENT"])
      if handOver != nil { commands.append(["-D", "-g", "-p", "udp"]) }
    }
    if case .kernelPolicies(let virtualAddress) = path, case .kernelPolicies(let former?) = old.path,
      virtualAddress != former
    {
      commands.append(["-D", "-q", former.description])
    }
    return commands
  }

  /// Forwards that are gone or lead elsewhere: their connections are to be cut.
  public func cutPorts(from old: NftablesRuleset) -> [ForwardPort] {
    // A target first resolved has no connections yet, and one whose name has moved keeps them.
    old.ports.filter { port, target in
      port.transport == .tcp ? ports[port] != nil && ports[port] != target : ports[port] != target
    }
    .keys.sorted()
  }

  /// TCP forwards that are gone, to be cut a second later: until then the rules answer the client's packets with a
  /// reset, so that it learns of it, which a forgotten connection that only receives would not.
  public func delayedCutPorts(from old: NftablesRuleset) -> [ForwardPort] {
    old.ports.keys.filter { $0.transport == .tcp && ports[$0] == nil }.sorted()
  }

  /// The `conntrack` arguments that cut a port's connections.
  public static func cut(_ port: ForwardPort) -> [String] {
    ["-D", "-g", "-p", port.transport == .tcp ? "tcp" : "udp", "--orig-port-dst", String(port.port)]
  }

  private func samePath(as old: NftablesRuleset) -> Bool {
    switch (path, old.path) {
    case (.kernelPolicies, .kernelPolicies): true
    default: path == old.path
    }
  }

  // MARK: Rules

  private var serveRules: [String] {
    let own = ["dnat ip to tcp dport map @tcp_fwd", "dnat ip to udp dport map @udp_fwd"]
    guard let handOver else { return own }
    // A sibling that hands over to us must not get its connections back.
    return [
      "ip saddr != @siblings tcp dport @tcp_ports dnat ip to \(handOver)",
      "ip saddr != @siblings udp dport @udp_ports dnat ip to \(handOver)",
    ]
      + own
  }

  private var translateRules: [String] {
    switch path {
    case .device(let name):
      ["oifname \"\(name)\" ct status dnat " + (sourceAddress.map { "snat to \($0)" } ?? "masquerade")]
    case .kernelPolicies(let address?): ["ip daddr @remote ct status dnat snat to \(address)"]
    case .kernelPolicies(nil): []
    }
  }

  /// In both directions. nftables lowers an MSS and never raises it.
  private var clampRules: [String] {
    ["ct status dnat tcp flags syn tcp option maxseg size set \(maximumSegmentSize)"]
  }

  private var fromTunnel: String {
    switch path {
    case .device(let name): "iifname \"\(name)\""
    case .kernelPolicies: "meta secpath exists"
    }
  }

  private var preroutingRules: [String] {
    ["\(fromTunnel) return", "fib daddr type local jump serve"]
  }

  private var postroutingRules: [String] {
    ["jump translate", "ip daddr @siblings ct status dnat masquerade"]
  }

  private var inputRules: [String] {
    ["\(fromTunnel) ct state != { established, related } counter name refused drop"]
  }

  private var forwardRules: [String] {
    let cut =
      "ct direction original ct status dnat meta l4proto tcp ct original proto-dst != @tcp_ports reject with tcp reset"
    let clamp = "jump clamp"
    let siblings = [
      "ip daddr @siblings ct status dnat accept",
      "ct state established,related ip saddr @siblings ct status dnat accept",
    ]
    switch path {
    case .device(let name):
      return [
        "oifname != \"\(name)\" ip daddr @remote counter name killswitch_forward drop",
        "iifname != \"\(name)\" ip saddr @remote counter name refused drop", cut, clamp,
        "oifname \"\(name)\" ip daddr @remote ct status dnat accept",
        "iifname \"\(name)\" ct state established,related ct status dnat accept",
      ] + siblings + ["counter name refused"]
    case .kernelPolicies:
      return [
        cut, clamp, "ip daddr @remote ct status dnat accept",
        "meta secpath exists ct state established,related ct status dnat accept",
      ] + siblings + ["counter name refused"]
    }
  }

  private var outputRules: [String] {
    let others = linkLocalServers.sorted().map { "ip daddr != \($0) " }.joined()
    let linkLocal = "ct state new ip daddr \(SpecialAddresses.linkLocal) \(others)counter name refused drop"
    switch path {
    case .device(let name):
      return [
        linkLocal,
        "oifname != { \"\(name)\", \"lo\" } ip daddr @remote counter name killswitch_output drop",
        "oifname \"\(name)\" ip daddr != @remote counter name refused drop",
      ]
    case .kernelPolicies: return [linkLocal]
    }
  }

  private var guardRules: [String] {
    switch path {
    case .device(let name):
      ["oifname != { \"\(name)\", \"lo\" } ip daddr @remote counter name killswitch_postrouting drop"]
    case .kernelPolicies:
      ["oifname != \"lo\" ip daddr @remote rt ipsec missing counter name killswitch_postrouting drop"]
    }
  }

  // MARK: Syntax

  private func ports(_ transport: TransportProtocol) -> [String] {
    ports.keys.filter { $0.transport == transport }.sorted().map { String($0.port) }
  }

  private func targets(_ transport: TransportProtocol) -> [String] {
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

  private func replacement(of chain: String, _ rules: [String]) -> [String] {
    ["flush chain ip \(Self.table) \(chain)"] + rules.map { "add rule ip \(Self.table) \(chain) \($0)" }
  }
}
