internal import Cloud
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The result of a pass over a Backbone's cloud.
enum BackboneOutcome: Sendable {
  case refused(Refusal)
  case suspended
  /// Read and carried out, except for `failures`; in plan mode only read.
  case planned(NetworkPlan<CloudNetwork.Action>, failures: [BackboneRun.Failure])
  /// The network could not be read. With a time: it has not been read since then.
  case failed(CloudError, unseenSince: Timestamp?)
  /// The cloud has not answered since then, so what was seen before may no longer hold.
  case unseen(CloudError, since: Timestamp, Silence)
  /// The cluster's own API server failed, before the cloud was asked or after it answered.
  case obstructed(Obstacle)
}

typealias BackboneRun = PlanRun<NetworkPart, CloudNetwork.Action, NetworkReport>

/// The conditions of a Backbone.
///
///     outcome                          Ready
///     refused                          False with its reason (Stalled); the parts stay as they were
///     suspended                        False Suspended; the parts stay as they were
///     a problem                        False with its reason (Stalled)
///     an action was refused            False by the error's kind (Stalled), and so is the part of the action
///     plan mode, something to do       False PlanOnly
///     an action failed that may yet    False by the error's kind, and so is the part of the action; tags and labels do not
///     succeed                          count. A conflict is Progressing (Reconciling): the cloud is not to blame
///     deletion under way               False Deleting (Reconciling)
///     something to do or to wait for   False Progressing (Reconciling); tags and labels do not count
///     every part ready                 True AsExpected
///     the cloud was not read           False by the error's kind; the parts stay as they were
///     the cloud not read for long      Unknown by the error's kind; the parts stay as they were
///     the API server failed            as it was, or False APIError: see `ConditionWriter.ready`
struct BackboneConditions {
  let facts: BackboneFacts
  let outcome: BackboneOutcome

  func conditions() -> [Condition] {
    let before = facts.backbone.status?.conditions ?? []
    var set = ConditionWriter(before: before, generation: facts.backbone.metadata.generation, now: facts.now)
    if case .refused(let refusal) = outcome {
      // The parts keep what was last seen, because nothing has been done to them since.
      for part in NetworkPart.allCases { set.keep(part.condition) }
      set.refuse(refusal)
      return set.conditions
    }
    if let conflict = facts.conflict, !facts.isDeleted {
      set(.accepted, false, conflict.reason, "\(conflict.message). The network exists, and is maintained as it is")
    } else {
      set(.accepted, true, .asExpected, acceptance)
    }
    setVPN(&set)
    switch outcome {
    case .refused: break
    case .suspended:
      for part in NetworkPart.allCases { set.keep(part.condition) }
      set(.ready, false, .suspended, "Suspended: the network is left as it is. Set spec.suspend to false to go on")
    case .failed(let error, let since):
      for part in NetworkPart.allCases { set.keep(part.condition) }
      let (reason, cure) = Self.explain(error)
      set(.ready, false, reason, "\(error)\(cure)" + (since.map { ". The network was last seen before \($0)" } ?? ""))
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
    case .planned(let plan, let failures): add(plan, failures, to: &set)
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

  /// The reason, and what to do about it beyond the cloud's own message.
  static func explain(_ error: CloudError) -> (Reason, String) {
    let kind = ProblemKind(refused: error)
    let cure =
      switch kind {
      case .credentialsRefused: ": correct the Secret, or the operator's identity"
      case .permissionMissing: ": grant it; manifests/permissions has all that is needed"
      case .quotaExceeded: ": have the limit raised, or ask for less"
      case .changedMeanwhile: ": it is read again and tried again at once"
      default: ""
      }
    return (Reason(kind), cure)
  }
}

extension BackboneConditions {
  static func summary(_ report: NetworkReport) -> String {
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
