internal import Foundations
internal import Gateway

/// What follows from the state for the forwards: their targets, and the rules that carry them.
extension AgentState {
  static func question(of forward: GatewayConfiguration.Forward) -> Question? {
    guard let dns = forward.dns, let server = IPv4Address(dns) else { return nil }
    return IPv4Address(forward.targetHost) == nil ? Question(server: server, name: forward.targetHost) : nil
  }

  func target(of forward: GatewayConfiguration.Forward) -> ForwardTarget? {
    if let question = Self.question(of: forward) {
      return resolutions[question]?.address.map { ForwardTarget(address: $0, port: forward.targetPort) }
    }
    return IPv4Address(forward.targetHost).map { ForwardTarget(address: $0, port: forward.targetPort) }
  }

  var forwards: [GatewayConfiguration.Forward] { material?.configuration.forwards ?? [] }

  /// The targets whose answers show that the tunnel carries traffic: the probe's address, otherwise every forwarded TCP
  /// target.
  var probeTargets: [ForwardTarget] {
    if let address = material?.configuration.probe.address { return ForwardTarget(address).map { [$0] } ?? [] }
    var seen: Set<ForwardTarget> = []
    return forwards.filter { $0.transport == .tcp }.compactMap { target(of: $0) }.filter { seen.insert($0).inserted }
  }

  /// Whether there is something to probe, or will be once names are resolved.
  var hasProbe: Bool { material?.configuration.probe.address != nil || forwards.contains { $0.transport == .tcp } }

  /// The rules that fit this state; nil before a configuration and a data path are known.
  var ruleset: NftablesRuleset? {
    guard let material, let device else { return nil }
    let isForwarding = forwarding == .kernel
    let path: NftablesRuleset.Path =
      switch device {
      case .device(let name): .device(name)
      case .kernelPolicies: .kernelPolicies(virtualAddress: tunnel.link?.virtualAddress)
      }
    var targets: [ForwardPort: ForwardTarget] = [:]
    var ports: [ForwardPort: String] = [:]
    for forward in forwards where isForwarding {
      targets[forward.forwardPort] = target(of: forward)
      ports[forward.forwardPort] = "\(forward.targetHost):\(forward.targetPort) \(forward.dns ?? "")"
    }
    return NftablesRuleset(
      path: path,
      remoteNetworks: material.networks,
      maximumSegmentSize: maximumSegmentSize,
      ports: ports,
      targets: targets,
      siblings: siblings,
      handOver: isForwarding ? handOver : nil,
      linkLocalServers: linkLocalServers,
      sourceAddress: material.asksForVirtualAddress ? nil : tunnel.link?.virtualAddress,
      countsBytes: wantsConnectionLog
    )
  }

  /// The forwards for the userland forwarder; nil when the kernel forwards.
  var userlandForwards: UserlandForwards? {
    guard case .userland = forwarding, material != nil, case .device(let device)? = device else { return nil }
    var result = UserlandForwards(
      device: device,
      clientDevice: clientDevice,
      handOver: handOver,
      siblings: siblings
    )
    for forward in forwards {
      result.ports[forward.forwardPort] = UserlandForwards.Target(
        declared: "\(forward.targetHost):\(forward.targetPort)",
        resolved: target(of: forward)
      )
    }
    return result
  }
}
