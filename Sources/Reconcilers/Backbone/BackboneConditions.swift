internal import Cloud
internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// What came of looking at a Backbone's cloud.
enum BackboneOutcome: Sendable {
  case refused(Refusal)
  case suspended
  /// Looked at; actions of it have been done unless in plan mode.
  case planned(NetworkPlan<CloudNetwork.Action>)
  /// The cloud refused something, and says so again when asked again.
  case failed(CloudError)
  /// The cloud has not answered since then, and what was seen before may no longer hold.
  case unseen(CloudError, since: Timestamp, Silence)
  /// The cluster's own API server did, before the cloud was asked or after it answered.
  case obstructed(Obstacle)
}

/// The conditions of a Backbone.
///
///     outcome                          Ready
///     refused                          False, its reason (Stalled)
///     suspended                        False Suspended
///     a problem                        False, its reason
///     deletion under way               False Deleting (Reconciling)
///     plan mode, something to do       False PlanOnly
///     something to do, or waited for   False Progressing (Reconciling)
///     every part ready                 True AsExpected
///     the cloud failed                 False, by the error's kind; the parts stay as they were known
///     the cloud not seen for long      Unknown, by the error's kind; the parts stay as they were known
///     the API server failed            as it was known, or False APIError: see `ConditionWriter.ready`
struct BackboneConditions {
  let facts: BackboneFacts
  let outcome: BackboneOutcome

  func conditions() -> [Condition] {
    let before = facts.backbone.status?.conditions ?? []
    var set = ConditionWriter(before: before, generation: facts.backbone.metadata.generation, now: facts.now)
    if case .refused(let refusal) = outcome {
      set.refuse(refusal)
      return set.conditions
    }
    set(.accepted, true, .asExpected, acceptance)
    setVPN(&set)
    switch outcome {
    case .refused: break
    case .suspended:
      set(.ready, false, .suspended, "Suspended: the network is left as it is. Set spec.suspend to false to go on")
    case .failed(let error):
      for part in NetworkPart.allCases { set.keep(part.condition) }
      let (reason, cure) = Self.explain(error)
      set(.ready, false, reason, "\(error)\(cure)")
      if !error.isTransient { set(.stalled, true, reason, "\(error)\(cure)") }
    case .unseen(let error, let since, let silence):
      for part in NetworkPart.allCases { set.keep(part.condition) }
      set(.ready, .unknown, Self.explain(error).0, "The network was last seen at \(since), \(silence.words): \(error)")
    case .obstructed(let obstacle):
      for part in NetworkPart.allCases { set.keep(part.condition) }
      let seen: (Conditions.Status, Reason, String) =
        facts.isReady
        ? (.true, .asExpected, Self.summary(facts.backbone.status))
        : (.false, facts.isDeleted ? .deleting : .progressing, facts.isDeleted ? "Deleting" : "Not begun, or not done")
      set.ready(seen, despite: obstacle, isInForce: facts.isReady, before: before)
    case .planned(let plan): add(plan, to: &set)
    }
    return set.conditions
  }

  private var acceptance: String {
    guard !facts.unreadableRanges.isEmpty else { return "The spec is valid" }
    let kinds = facts.unreadableRanges.sorted().joined(separator: " and ")
    return
      "The spec is valid. Whether its range is one of this cluster's own was not checked: the operator may not list "
      + kinds
  }

  private func setVPN(_ set: inout ConditionWriter) {
    let ready = facts.connections.sorted { $0.key < $1.key }.first(where: \.isReady)
    if let ready {
      set(.vpnReady, true, .connected, "The VPNConnection \(ready.key.name) is Ready")
    } else {
      set(.vpnReady, false, .noVPNConnection, "No VPNConnection of this namespace is Ready: nothing outside reaches it")
    }
  }

  /// Why, and what to do beyond what the cloud itself says.
  static func explain(_ error: CloudError) -> (Reason, String) {
    switch error.kind {
    case .unauthenticated: (.credentialsRefused, ": correct the Secret, or the operator's identity")
    case .forbidden: (.permissionMissing, ": grant it; manifests/permissions has all that is needed")
    case .quota: (.quotaExceeded, ": have the limit raised, or ask for less")
    case .invalid: (.refusedByCloud, "")
    case .inUse: (.inUse, "")
    case .alreadyExists: (.foreignObject, "")
    case .failed: (.cloudFailure, "")
    case .notFound, .conflict, .throttled, .unavailable, .transport, .malformed: (.cloudUnavailable, "")
    }
  }
}

extension BackboneConditions {
  private func add(_ plan: NetworkPlan<CloudNetwork.Action>, to set: inout ConditionWriter) {
    for part in NetworkPart.allCases {
      if let problem = plan.problems.first(where: { $0.part == part }) {
        set(part.condition, false, Reason(rawValue: problem.reason) ?? .refusedByCloud, problem.message)
        continue
      }
      switch plan.parts[part] {
      case .ready?: set(part.condition, true, .asExpected, part.words)
      case .pending(let what)?: set(part.condition, false, .progressing, "Waiting for \(what)")
      case nil: break
      }
    }
    let next = plan.waiting + plan.actions.map(\.description) + plan.later
    if let problem = plan.problems.first {
      let reason = Reason(rawValue: problem.reason) ?? .refusedByCloud
      let more = plan.problems.count > 1 ? " (and \(plan.problems.count - 1) more)" : ""
      set(.ready, false, reason, problem.message + more)
      set(.stalled, true, reason, problem.message + more)
    } else if facts.isDeleted {
      set(.ready, false, .deleting, "Deleting: \(next.first ?? "nothing is left")")
      set(.reconciling, true, .deleting, "Deleting: \(next.first ?? "nothing is left")")
    } else if facts.isPlanOnly, !plan.actions.isEmpty {
      let count = plan.actions.count + plan.later.count
      set(.ready, false, .planOnly, "Plan mode: \(count) actions are listed in status.plan")
    } else if let first = next.first {
      set(.ready, false, .progressing, "\(first)\(next.count > 1 ? ", and \(next.count - 1) more" : "")")
      set(.reconciling, true, .progressing, "\(next.count) steps are left")
    } else {
      set(.ready, true, .asExpected, Self.summary(plan.report))
    }
  }

  private static func summary(_ report: NetworkReport) -> String {
    summary(report.subnets.count, report.networkID, report.egressAddresses)
  }
  private static func summary(_ status: BackboneStatus?) -> String {
    summary(status?.subnets?.count ?? 0, status?.networkID, status?.egressAddresses ?? [])
  }
  private static func summary(_ subnets: Int, _ network: String?, _ egress: [String]) -> String {
    let addresses = egress.isEmpty ? "none" : egress.joined(separator: ", ")
    return "\(subnets) subnets in \(network ?? "the network"); egress addresses: \(addresses)"
  }
}

extension VPNConnection {
  var isReady: Bool { status?.conditions?[.ready]?.status == "True" }
}

extension NetworkPart {
  var condition: ConditionType {
    switch self {
    case .network: .networkReady
    case .subnets: .subnetsReady
    case .routes: .routesReady
    case .egress: .egressReady
    case .firewall: .firewallReady
    }
  }
  fileprivate var words: String {
    switch self {
    case .network: "The network is as asked"
    case .subnets: "Every subnet is as asked"
    case .routes: "Every route is as asked"
    case .egress: "The way out is as asked"
    case .firewall: "The firewalls let pass what is allowed and nothing else"
    }
  }
}
