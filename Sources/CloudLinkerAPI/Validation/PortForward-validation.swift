internal import Foundations
internal import Kubernetes

extension PortForward {
  /// What is wrong with the spec, by the rules of its schema; empty when the operator may act on it.
  public func validate() -> [FieldError] {
    var checker = FieldChecker()
    spec.check(&checker)
    return checker.errors
  }

  /// The targets and DNS servers that are in none of the networks (the connection's `remoteNetworks`). If the target is
  /// a name, only the DNS server is checked here: the gateway checks the address once it has resolved the name.
  public func targetsOutside(_ remoteNetworks: [String]) -> [FieldError] {
    let networks = remoteNetworks.compactMap(IPv4Network.init)
    let list = remoteNetworks.joined(separator: ", ")
    var errors: [FieldError] = []
    for (index, port) in spec.ports.enumerated() {
      for (field, text) in [("host", port.target.host), ("dns", port.target.dns ?? "")] {
        guard let address = IPv4Address(text), !networks.contains(where: { $0.contains(address) }) else { continue }
        errors.append(
          FieldError(
            "spec.ports[\(index)].target.\(field)",
            text,
            "lies outside the connection's remoteNetworks (\(list)): add its network there, or correct the address"
          )
        )
      }
    }
    return errors
  }
}

extension PortForwardSpec {
  func check(_ checker: inout FieldChecker) {
    checker.objectName(vpnConnectionRef.name, "spec.vpnConnectionRef.name", atMost: 63)
    checker.count(ports.count, "spec.ports", 1...Self.maximumPorts)
    checker.unique(ports.map(\.name), "spec.ports", field: ".name", "two ports have this name")
    checker.unique(
      ports.map { "\($0.port)/\($0.effectiveProtocol)" },
      "spec.ports",
      "two ports have the same port and protocol: change one of them"
    )
    for (index, port) in ports.enumerated() {
      let path = "spec.ports[\(index)]"
      checker.dnsLabel(port.name, "\(path).name")
      checker.range(port.port, "\(path).port", Self.portRange)
      checker.check(!Self.gatewayPorts.contains(port.port), Port.gatewayPortRule, at: "\(path).port")
      checker.known(port.protocol, "\(path).protocol")
      let target = port.target
      let isAddress = IPv4Address(target.host) != nil
      checker.check(
        Spelling.isIPv4OrDNSName(target.host),
        Target.hostRule,
        at: "\(path).target.host",
        target.host
      )
      checker.range(target.port, "\(path).target.port", Self.portRange)
      checker.check(isAddress != (target.dns != nil), Target.dnsRule, at: "\(path).target")
      if let dns = target.dns {
        checker.check(IPv4Address(dns) != nil, Target.dnsSpellingRule, at: "\(path).target.dns", dns)
      }
    }
  }
}
