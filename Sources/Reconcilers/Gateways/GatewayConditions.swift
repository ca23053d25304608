internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Gateway
internal import Kubernetes

/// The conditions of a VPNConnection.
///
///     tunnels                      TunnelsReady             Ready
///     all connected                True    Connected        True    Connected
///     some connected               False   Degraded         True    Degraded: the Service works
///     none, a gateway is silent    Unknown GatewaysSilent   Unknown GatewaysSilent
///     none, one cause              False   that cause       False   that cause
///     none, more causes            False   NotConnected     False   NotConnected
///     none yet                     False   Connecting       False   Connecting (Reconciling)
///     none, all are draining       False   Draining         False   Draining (Reconciling)
///
/// PoliciesEnforced is for information, see `PolicyEnforcement`. `ConditionWriter.ready` says how an obstacle changes Ready.
struct GatewayConditions {
  let facts: GatewayFacts
  let refusal: Refusal?
  let obstacle: Obstacle?
  let status: VPNConnectionStatus
  let contents: [String: GatewaySecret]
  let admission: ForwardAdmission
  let isPlanOnly: Bool

  func conditions() -> [Condition] {
    let before = facts.connection.status?.conditions
    let generation = facts.connection.metadata.generation
    var set = ConditionWriter(before: before ?? [], generation: generation, now: facts.now)
    // A refused connection gets this condition too: its gateways go on, and its tenant must know who can reach them.
    if !facts.connection.spec.isSuspended { PolicyEnforcement(facts).write(to: &set) }
    if let refusal {
      set.refuse(refusal)
      return set.conditions
    }
    set(.accepted, true, .asExpected, "The spec is valid")
    let tunnels = self.tunnels
    set(.tunnelsReady, tunnels.all, tunnels.reason, tunnels.message)
    if facts.unread == nil {
      set(.dependenciesReady, true, .asExpected, "Every Secret that the spec names exists")
      let forwards = self.forwards
      set(.forwardsReady, forwards.isReady, forwards.reason, forwards.message)
    } else {
      set.keep(.dependenciesReady)
      set.keep(.forwardsReady)
    }
    let isInForce = facts.connection.status?.observedGeneration == generation
    if let obstacle {
      let seen = (tunnels.any, tunnels.reason, tunnels.message)
      set.ready(seen, despite: obstacle, isInForce: isInForce, before: before)
    } else if isPlanOnly, !(status.plan ?? []).isEmpty {
      set(.ready, tunnels.any, .planOnly, "Plan mode: \(status.plan?.count ?? 0) actions are listed in status.plan")
    } else {
      set(.ready, tunnels.any, tunnels.reason, tunnels.message)
    }
    if [.connecting, .draining].contains(tunnels.reason), obstacle == nil {
      set(.reconciling, true, .progressing, tunnels.message)
    }
    return set.conditions
  }

  private var tunnels: (all: Conditions.Status, any: Conditions.Status, reason: Reason, message: String) {
    let tunnels = status.tunnels ?? []
    if facts.connection.spec.isSuspended {
      return (.false, .false, .suspended, "Suspended: the gateways are stopped. Set spec.suspend to false to connect")
    }
    let down = tunnels.filter { $0.state != .connected }
    let draining = tunnels.flatMap(Self.drains)
    if down.isEmpty {
      let words = ["\(tunnels.count) of \(tunnels.count) tunnels are connected"] + draining
      return (.true, .true, .connected, words.joined(separator: "; "))
    }
    let words = (down.map(Self.words) + draining).joined(separator: "; ")
    if down.count < tunnels.count {
      return (
        .false, .true, .degraded, "\(tunnels.count - down.count) of \(tunnels.count) tunnels are connected; \(words)"
      )
    }
    if down.contains(where: { $0.state == .unknown }) { return (.unknown, .unknown, .gatewaysSilent, words) }
    let causes = Set(down.map(\.reason))
    if causes == [nil] {
      let isDraining = down.allSatisfy { $0.state == .draining }
      return (.false, .false, isDraining ? .draining : .connecting, words)
    }
    let reason = causes.count == 1 ? causes.first.flatMap { $0 }.flatMap(Reason.init(rawValue:)) : nil
    return (.false, .false, reason ?? .notConnected, words)
  }

  /// Describes each draining gateway: how many connections it keeps, and until when.
  private static func drains(_ tunnel: VPNConnectionStatus.Tunnel) -> [String] {
    (tunnel.draining ?? []).map { gateway in
      let connections =
        switch gateway.connections {
        case nil: "its established connections"
        case 1: "1 established connection"
        case let count?: "\(count) established connections"
        }
      return "gateway pod \(gateway.gateway) of tunnel \(tunnel.name) drains: it keeps \(connections) until "
        + "\(gateway.until) at the latest"
    }
  }

  private static func words(_ tunnel: VPNConnectionStatus.Tunnel) -> String {
    let place = "tunnel \(tunnel.name) to \(tunnel.server ?? "")"
    guard let error = tunnel.lastError else { return "\(place) is \(tunnel.state.rawValue.lowercased())" }
    return "\(place): \(error)"
  }

  private var forwards: (isReady: Bool, reason: Reason, message: String) {
    let served = facts.observations.values.count { observation in
      observation.problem == nil && observation.status?.revision == contents[observation.pod.tunnel]?.revision
    }
    if let verdict = admission.verdict { return (false, verdict.reason, verdict.message) }
    if served == 0 && !facts.connection.spec.isSuspended && !admission.accepted.isEmpty {
      return (false, .progressing, "The gateways have not taken the newest forwards yet")
    }
    return (true, .forwarding, "Every accepted PortForward is in force")
  }
}
