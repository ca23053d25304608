internal import Cloud
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

typealias BackboneOutcome = CloudOutcome<NetworkPart, CloudNetwork.Action, NetworkReport>
typealias BackboneRun = PlanRun<NetworkPart, CloudNetwork.Action, NetworkReport>

/// The conditions of a Backbone: those of its parts and Ready are as `CloudConditions` says.
///
///     outcome     Accepted                                       VPNReady
///     refused     False, its reason, where the spec is at fault  not told
///     otherwise   True; False where an older object has a prior  whether a VPNConnection of the namespace is Ready
///                 claim, while the network is maintained
struct BackboneConditions {
  let facts: BackboneFacts
  let outcome: BackboneOutcome

  func conditions() -> [Condition] {
    let before = facts.backbone.status?.conditions ?? []
    var set = ConditionWriter(before: before, generation: facts.backbone.metadata.generation, now: facts.now)
    switch outcome {
    case .refused: break
    default:
      setAccepted(&set)
      setVPN(&set)
    }
    CloudConditions(
      noun: "network",
      before: before,
      isDeleted: facts.isDeleted,
      isPlanOnly: facts.isPlanOnly,
      isReady: facts.isReady,
      summary: Self.summary(facts.backbone.status),
      newSummary: Self.summary,
      words: { $1.remarks[$0] ?? $0.words },
      planned: facts.planned
    ).write(outcome, to: &set)
    return set.conditions
  }

  private func setAccepted(_ set: inout ConditionWriter) {
    if let conflict = facts.conflict, !facts.isDeleted {
      set(.accepted, false, conflict.reason, "\(conflict.message). The network exists, and is maintained as it is")
    } else {
      set(.accepted, true, .asExpected, acceptance)
    }
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
}

extension BackboneConditions {
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

extension NetworkPart: ConditionedPart {
  var condition: ConditionType {
    switch self {
    case .network: .networkReady
    case .subnets: .subnetsReady
    case .routes: .routesReady
    case .egress: .egressReady
    case .firewall: .firewallReady
    }
  }
  var words: String {
    switch self {
    case .network: "The network is as specified"
    case .subnets: "Every subnet is as specified"
    case .routes: "Every route is as specified"
    case .egress: "Egress is as specified"
    case .firewall: "The operator's firewalls allow exactly the configured rules"
    }
  }
}

extension VPNConnection {
  var isReady: Bool { status?.conditions?[.ready]?.status == "True" }
}
