internal import CloudLinkerAPI
internal import Gateway
internal import Kubernetes

/// The conditions of a VPNConnection.
///
///     tunnels connected   TunnelsReady            Ready
///     all                 True  Connected         True  Connected
///     some                False Degraded          True  Degraded: the Service works
///     none, one cause     False that cause        False that cause
///     none, more causes   False NotConnected      False NotConnected
///     none yet            False Connecting        False Connecting (Reconciling)
struct VPNConnectionConditions {
  let facts: VPNConnectionFacts
  let refusal: Refusal?
  let status: VPNConnectionStatus
  let contents: [String: GatewaySecret]
  let acceptedForwards: Int
  let isPlanOnly: Bool

  func conditions() -> [Condition] {
    var set = ConditionWriter(
      before: facts.connection.status?.conditions ?? [],
      generation: facts.connection.metadata.generation,
      now: facts.now
    )
    if let refusal {
      set.refuse(refusal)
      return set.conditions
    }
    set(.accepted, true, .asExpected, "The spec is valid")
    set(.dependenciesReady, true, .asExpected, "Every Secret that the spec names is there")
    let tunnels = self.tunnels
    set(.tunnelsReady, tunnels.all, tunnels.reason, tunnels.message)
    let forwards = self.forwards
    set(.forwardsReady, forwards.isReady, forwards.reason, forwards.message)
    if isPlanOnly, !(status.plan ?? []).isEmpty {
      set(.ready, tunnels.any, .planOnly, "Plan mode: \(status.plan?.count ?? 0) actions are listed in status.plan")
    } else {
      set(.ready, tunnels.any, tunnels.reason, tunnels.message)
    }
    if tunnels.reason == .connecting { set(.reconciling, true, .progressing, tunnels.message) }
    return set.conditions
  }

  private var tunnels: (all: Bool, any: Bool, reason: Reason, message: String) {
    let tunnels = status.tunnels ?? []
    if facts.connection.spec.isSuspended {
      return (false, false, .suspended, "Suspended: the gateways are stopped. Set spec.suspend to false to connect")
    }
    let down = tunnels.filter { $0.state != .connected }
    if down.isEmpty { return (true, true, .connected, "\(tunnels.count) of \(tunnels.count) tunnels are connected") }
    let words = down.map(Self.words).joined(separator: "; ")
    if down.count < tunnels.count {
      return (
        false, true, .degraded, "\(tunnels.count - down.count) of \(tunnels.count) tunnels are connected; \(words)"
      )
    }
    let causes = Set(down.map(\.reason))
    if causes == [nil] { return (false, false, .connecting, words) }
    let reason = causes.count == 1 ? causes.first.flatMap { $0 }.flatMap(Reason.init(rawValue:)) : nil
    return (false, false, reason ?? .notConnected, words)
  }

  private static func words(_ tunnel: VPNConnectionStatus.Tunnel) -> String {
    let place = "tunnel \(tunnel.name) to \(tunnel.server ?? "")"
    guard let error = tunnel.lastError else { return "\(place) is \(tunnel.state.rawValue.lowercased())" }
    return "\(place): \(error)"
  }

  private var forwards: (isReady: Bool, reason: Reason, message: String) {
    let refused = facts.forwards.count { PortClaims.isClaimant($0) } - acceptedForwards
    let served = facts.observations.values.count { observation in
      observation.problem == nil && observation.status?.revision == contents[observation.pod.tunnel]?.revision
    }
    if refused > 0 {
      return (false, .portConflict, "\(refused) PortForwards are refused: see their conditions")
    }
    if served == 0 && !facts.connection.spec.isSuspended && acceptedForwards > 0 {
      return (false, .progressing, "The gateways have not taken the newest forwards yet")
    }
    return (true, .forwarding, "Every accepted PortForward is in force")
  }
}
