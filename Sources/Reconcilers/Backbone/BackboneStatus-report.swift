internal import CloudLinkerAPI
internal import Kubernetes

extension BackboneStatus {
  /// The status after a look.
  /// - Parameter made: ids of what was made since the plan, by role.
  init(_ facts: BackboneFacts, _ outcome: BackboneOutcome, made: [String: String] = [:]) {
    // Of what the cloud did not tell this time the last word stands.
    self = facts.backbone.status ?? BackboneStatus()
    if case .obstructed = outcome {
      // The spec was not looked at yet: tools that wait for it go on waiting.
    } else {
      observedGeneration = facts.backbone.metadata.generation
    }
    lastHandledReconcileAt = facts.backbone.metadata.annotations?[CloudLinker.Annotation.requestedAt]
    plan = nil
    if case .planned(let network) = outcome {
      let report = network.report
      networkID = report.networkID
      subnets = report.subnets
      egressAddresses = report.egressAddresses
      egress = report.egressAddresses.isEmpty ? nil : report.egressAddresses.joined(separator: ", ")
      firewallIDs = report.firewallIDs
      objects = report.ids.merging(made) { $1 }
      if facts.isPlanOnly { plan = network.actions.map(\.description) + network.later }
    } else if !made.isEmpty {
      objects = (objects ?? [:]).merging(made) { $1 }
    }
    conditions = BackboneConditions(facts: facts, outcome: outcome).conditions()
  }
}
