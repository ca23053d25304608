public import Foundations
internal import Gateway
internal import Kubernetes

extension VPNConnection {
  /// What is wrong with the spec, by the rules of its schema; empty when the operator may act on it. The controller
  /// checks this itself, because API servers before 1.25 know none of the schema's CEL rules. (It cannot see a change
  /// of `type`.)
  public func validate() -> [FieldError] {
    var checker = FieldChecker()
    checker.labelledName(key.name)
    spec.check(&checker)
    if let former = status?.twingate?.network, let twingate = spec.twingate, twingate.network != former {
      checker.refuse(
        "spec.twingate.network",
        twingate.network,
        "what this connection made is in network \(former), and nobody else deletes it: restore the field, or create another "
          + "VPNConnection"
      )
    }
    return checker.errors
  }
}

extension VPNConnectionSpec {
  /// `remoteNetworks` without those that cannot be parsed (`validate()` names them).
  public var networks: [IPv4Network] { remoteNetworks.compactMap(IPv4Network.init) }

  func check(_ checker: inout FieldChecker) {
    checker.known(type, "spec.type")
    checker.check((type == .ipsec) == (ipsec != nil), Self.ipsecRule, at: "spec.ipsec")
    checker.check((type == .openVPN) == (openVPN != nil), Self.openVPNRule, at: "spec.openVPN")
    checker.check((type == .twingate) == (twingate != nil), Self.twingateRule, at: "spec.twingate")
    // The API server fills in the default name whatever the type.
    let hasService = service?.name.map { $0 != Self.defaultServiceName } ?? false
    let leadsOutwards =
      hasService || probe != nil || gateway != nil || allowedNamespaces != nil || connectionLog != nil
    checker.check(type != .twingate || !leadsOutwards, Self.inwardsRule, at: "spec")
    ipsec?.check(&checker)
    openVPN?.check(&checker)
    twingate?.check(&checker)

    // Nobody knows what an unknown type needs.
    let hasGateways = ConnectionType.withGateways.contains(type)
    if type.isKnown {
      checker.check(hasGateways == !tunnels.isEmpty, Self.tunnelsRule, at: "spec.tunnels")
      checker.check(hasGateways == !remoteNetworks.isEmpty, Self.remoteNetworksRule, at: "spec.remoteNetworks")
    }
    checker.count(tunnels.count, "spec.tunnels", 0...Self.maximumTunnels)
    checker.unique(tunnels.map(\.name), "spec.tunnels", field: ".name", "two tunnels have this name")
    for (index, tunnel) in tunnels.enumerated() {
      let path = "spec.tunnels[\(index)]"
      checker.dnsLabel(tunnel.name, "\(path).name", atMost: Tunnel.maximumNameLength)
      checker.check(Spelling.isIPv4OrDNSName(tunnel.server), Tunnel.serverRule, at: "\(path).server", tunnel.server)
      let isRoutable = IPv4Address(tunnel.server).map(Self.isRoutable) ?? true
      checker.check(isRoutable, Tunnel.publicServerRule, at: "\(path).server", tunnel.server)
      checker.range(tunnel.port, "\(path).port", Self.portRange)
      checker.length(tunnel.zone, "\(path).zone", 1...63)
      checker.labelValue(tunnel.zone, "\(path).zone")
      checker.ikeIdentity(tunnel.remoteIdentity, "\(path).remoteIdentity")
      checker.spelled(
        tunnel.localAddress,
        "\(path).localAddress",
        "must be an IPv4 address, alone or with a prefix of 8 to 32, such as 10.99.0.5/24",
        Spelling.isIPv4WithPrefix
      )
      let local = tunnel.localAddress?.split(separator: "/").first.flatMap { IPv4Address(String($0)) }
      checker.check(
        local.map(Self.isRoutable) ?? true,
        Tunnel.localAddressRule,
        at: "\(path).localAddress",
        tunnel.localAddress
      )
    }
    checker.check(
      type == .ipsec || tunnels.allSatisfy { $0.remoteIdentity == nil },
      Self.remoteIdentityRule,
      at: "spec.tunnels"
    )
    checker.check(
      ipsec?.asksForVirtualAddress == false || tunnels.allSatisfy { $0.localAddress == nil },
      Self.localAddressRule,
      at: "spec.tunnels"
    )

    checker.count(remoteNetworks.count, "spec.remoteNetworks", 0...Self.maximumRemoteNetworks)
    checker.unique(remoteNetworks, "spec.remoteNetworks", "listed twice")
    for (index, text) in remoteNetworks.enumerated() { Self.check(network: text, at: index, &checker) }

    checker.spelled(
      service?.name,
      "spec.service.name",
      "must be a Service's name: lower-case letters, digits and '-', beginning with a letter, at most 63",
      Spelling.isServiceName
    )
    let namespaces = allowedNamespaces ?? []
    checker.count(namespaces.count, "spec.allowedNamespaces", 0...Self.maximumAllowedNamespaces)
    checker.unique(namespaces, "spec.allowedNamespaces", "listed twice")
    for (index, name) in namespaces.enumerated() { checker.dnsLabel(name, "spec.allowedNamespaces[\(index)]") }
    checkProbe(&checker)
    gateway?.check(&checker)
  }

  private static func check(network text: String, at index: Int, _ checker: inout FieldChecker) {
    let path = "spec.remoteNetworks[\(index)]"
    let network: IPv4Network
    do throws(IPv4Network.ParseError) {
      network = try IPv4Network(parsing: text)
    } catch .hostBitsSet(let meant) {
      return checker.refuse(path, text, "must begin with the network's first address: \(meant); one host is a /32")
    } catch {
      return checker.refuse(path, text, networkRule.message)
    }
    checker.check(network.prefixLength >= 8, networkRule, at: path, text)
    checker.check(isRoutable(network.address), routableRule, at: path, text)
  }

  /// Whether packets to `address` leave the machine for one host; the controller's version of `Lexical.unroutable`.
  private static func isRoutable(_ address: IPv4Address) -> Bool {
    let first = address.bits >> 24
    let isLinkLocal = address.bits >> 16 == 0xA9FE
    return first != 0 && first != 127 && first < 224 && !isLinkLocal
  }

  private func checkProbe(_ checker: inout FieldChecker) {
    guard let text = probe?.address else { return }
    guard let address = Spelling.ipv4AndPort(text) else {
      return checker.refuse("spec.probe.address", text, ProbeSpec.addressRule.message)
    }
    checker.check(
      networks.contains { $0.prefixLength >= 8 && $0.contains(address) },
      Self.probeNetworkRule,
      at: "spec.probe.address",
      text
    )
  }
}
