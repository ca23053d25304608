internal import Foundations

/// The changes from one ruleset to the next. Equal parts, and the connections that use them, are left alone.
extension NftablesRuleset {
  /// Commands that turn `old` into this ruleset, in one transaction and without touching what is equal; nil when
  /// nothing differs.
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
    if countRules != old.countRules { lines += replacement(of: "count", countRules) }
    return lines.isEmpty ? nil : lines.joined(separator: "\n") + "\n"
  }

  /// Arguments of `conntrack` that make a changed path take effect on existing connections. They delete unanswered
  /// ones, so that the client's next attempt takes the new path, and leave established ones alone.
  public func conntrackCommands(from old: NftablesRuleset) -> [[String]] {
    var commands: [[String]] = []
    if handOver != old.handOver {
      // The kernel would retransmit a SYN into the dead tunnel, and a UDP flow would keep its path as long as it is
      // used.
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

  /// Removed or redirected forwards, whose connections must be cut.
  public func cutPorts(from old: NftablesRuleset) -> [ForwardPort] {
    // A target that is resolved for the first time has no connections yet; one whose address has changed keeps them.
    old.ports.filter { port, target in
      port.transport == .tcp ? ports[port] != nil && ports[port] != target : ports[port] != target
    }
    .keys.sorted()
  }

  /// Removed TCP forwards, to be cut a second later. Until then the rules answer the client's packets with a reset, so
  /// that the client notices; one that only receives would not notice that the kernel forgot its connection.
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

  private func replacement(of chain: String, _ rules: [String]) -> [String] {
    ["flush chain ip \(Self.table) \(chain)"] + rules.map { "add rule ip \(Self.table) \(chain) \($0)" }
  }
}
