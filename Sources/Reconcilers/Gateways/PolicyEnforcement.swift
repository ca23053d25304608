internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Gateway
internal import Kubernetes

/// Whether NetworkPolicies protect a connection's gateways, according to their policy canaries.
///
///     running gateways                           PoliciesEnforced
///     a canary was reached                       False    PoliciesNotEnforced
///     else a canary was not tried yet            as before; none if there was none
///     else all were closed to the operator       True     AsExpected
///     else                                       Unknown  PoliciesUnknown
///     none                                       as before; none while suspended
enum PolicyEnforcement: Equatable {
  case notEnforced
  case enforced
  case unknown(String)
  case notTried

  init(_ facts: GatewayFacts) {
    let running = facts.connection.spec.tunnels.filter { facts.live.pod(tunnel: $0.name)?.status?.podIP != nil }
    let seen = running.compactMap { facts.observation($0.name) }
    if seen.contains(where: { $0.policies == .ignored }) {
      self = .notEnforced
      return
    }
    let isComplete = seen.count == running.count && seen.allSatisfy { $0.policies != nil || $0.hasNoCanary }
    guard isComplete, !seen.isEmpty else {
      self = .notTried
      return
    }
    if let old = seen.first(where: \.hasNoCanary) {
      self = .unknown(
        "gateway pod \(old.pod.name) does not answer on port \(PolicyCanary.port): it runs an earlier version, or could "
          + "not have the port"
      )
    } else if let unclear = seen.first(where: { $0.policies == .unclear }) {
      self = .unknown("the last attempt to reach gateway pod \(unclear.pod.name) showed nothing: it is repeated")
    } else {
      self = .enforced
    }
  }

  func write(to conditions: inout ConditionWriter) {
    let port = "port \(PolicyCanary.port)"
    switch self {
    case .notEnforced:
      conditions(
        .policiesEnforced,
        false,
        .policiesNotEnforced,
        "Nothing enforces NetworkPolicies: the operator reached \(port) of a gateway, which no policy admits. "
          + "Every pod of the cluster can reach this connection's company network. Install a network plugin that "
          + "enforces NetworkPolicy, such as Calico or Cilium"
      )
    case .enforced:
      conditions(
        .policiesEnforced,
        true,
        .asExpected,
        "Something keeps the operator from \(port) of every gateway, which no NetworkPolicy admits, while it reaches port "
          + "\(GatewayConfiguration.endpointPort)"
      )
    case .unknown(let cause):
      conditions(
        .policiesEnforced,
        .unknown,
        .policiesUnknown,
        "Nothing shows whether NetworkPolicies are enforced: \(cause)"
      )
    case .notTried: conditions.keep(.policiesEnforced)
    }
  }

  /// Records an event when enforcement is found missing, and when it is found again.
  static func record(
    from old: [Condition]?,
    to new: [Condition]?,
    of connection: VPNConnection,
    _ events: EventRecorder
  ) {
    guard let condition = new?[.policiesEnforced] else { return }
    let before = old?[.policiesEnforced]?.status
    switch (condition.status, before) {
    case ("False", "False"): break
    case ("False", _):
      events.warning(connection, reason: condition.reason, action: "TryPolicies", condition.message)
    case ("True", "False"):
      events.normal(connection, reason: "PoliciesEnforced", action: "TryPolicies", condition.message)
    default: break
    }
  }
}

extension GatewayObservation {
  /// Whether the gateway has answered and has no canary to try.
  fileprivate var hasNoCanary: Bool { status.map { $0.hasPolicyCanary != true } ?? false }
}
