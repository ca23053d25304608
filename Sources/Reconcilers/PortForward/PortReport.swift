internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Gateway
internal import Kubernetes

/// The ports of a PortForward as its connection's gateways report them.
struct PortReport {
  var lines: [PortForwardStatus.Port] = []
  /// Whether the gateways have taken the ports and know whether their targets answer.
  var isSettled: Bool
  var verdict: (status: Conditions.Status, reason: Reason, message: String)

  init(_ facts: PortForwardFacts) {
    let owner = facts.forward.key.description
    let ready = facts.connection?.status?.conditions?[.ready]
    let isSilent = ready?.reason == Reason.gatewaysSilent.rawValue
    let serving = facts.observations.values.filter {
      !isSilent && $0.problem == nil && $0.status?.tunnel.state == .connected
    }.sorted { $0.pod.tunnel < $1.pod.tunnel }
    let reports = serving.map { observation in
      Dictionary(
        observation.forwards(of: owner).map { ($0.portName, $0) },
        uniquingKeysWith: { first, _ in first }
      )
    }
    var isLoaded = !serving.isEmpty
    var isKnown = true
    for port in facts.forward.spec.ports {
      let seen = reports.compactMap { $0[port.name] }
      let line = Self.line(port, seen, before: facts.forward.status?.ports, now: facts.now)
      lines.append(line)
      if seen.isEmpty { isLoaded = false }
      if line.state == .unknown && port.effectiveProtocol == .tcp { isKnown = false }
    }
    let dead = lines.filter { $0.state == .unreachable }
    let name = facts.forward.spec.vpnConnectionRef.name
    if isSilent {
      verdict = (
        .unknown, .gatewaysSilent,
        "The gateways of VPNConnection \(name) have not answered lately: see its conditions"
      )
      isSettled = true
    } else if serving.isEmpty {
      let cause = ready.flatMap { $0.status == "False" ? ": \($0.message)" : nil } ?? ""
      verdict = (.false, .connectionNotReady, "VPNConnection \(name) has no connected tunnel\(cause)")
      // If it was not read since, or is connecting, it may be connected in a moment.
      isSettled = ready?.status == "False" && ready?.reason != Reason.connecting.rawValue
    } else if !isLoaded {
      verdict = (.false, .progressing, "The gateways of VPNConnection \(name) have not taken the ports yet")
      isSettled = false
    } else if let first = dead.first {
      let more = dead.count > 1 ? " (and \(dead.count - 1) more)" : ""
      verdict = (
        .false, .targetsUnreachable,
        "port \(first.name): target \(first.targetAddress ?? "") does not answer: \(first.lastError ?? "")\(more)"
      )
      isSettled = true
    } else {
      let ports = lines.count == 1 ? "1 port leads" : "\(lines.count) ports lead"
      verdict = (.true, .forwarding, "\(ports) through VPNConnection \(name)")
      isSettled = isKnown
    }
  }

  /// A target that one gateway reaches counts as reachable.
  private static func line(
    _ port: PortForwardSpec.Port,
    _ seen: [GatewayStatus.Forward],
    before: [PortForwardStatus.Port]?,
    now: Timestamp
  ) -> PortForwardStatus.Port {
    let best =
      seen.first { $0.reachability == .reachable } ?? seen.first { $0.reachability == .unreachable } ?? seen.first
    var line = PortForwardStatus.Port(
      name: port.name,
      port: port.port,
      protocol: port.effectiveProtocol,
      state: PortForwardStatus.Reachability(rawValue: best?.reachability.rawValue ?? "Unknown")
    )
    line.targetAddress = best?.targetAddress ?? "\(port.target.host):\(port.target.port)"
    line.lastError = line.state == .unreachable ? best?.lastError : nil
    // Two gateways rarely find a target in the same second, so the first report of a state stays.
    let old = before?.first { $0.name == port.name }
    line.since = old?.state == line.state ? old?.since : (best?.since ?? now)
    return line
  }
}
