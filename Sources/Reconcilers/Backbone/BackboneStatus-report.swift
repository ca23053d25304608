internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import Kubernetes

extension BackboneStatus {
  /// The status after a pass.
  /// - Parameter ledger: the ledger after the plan was carried out; nil if it was not.
  init(_ facts: BackboneFacts, _ outcome: BackboneOutcome, ledger: Ledger? = nil) {
    // Anything that this pass did not see stays as it was.
    self = facts.backbone.status ?? BackboneStatus()
    if case .obstructed = outcome {
      // This generation was not read yet. Tools that wait for it must go on waiting.
    } else {
      observedGeneration = facts.backbone.metadata.generation
    }
    plan = nil
    if case .planned(let network, let failures) = outcome {
      // A deletion that cannot begin reports nothing new about the network.
      let isHeld = facts.isDeleted && network.actions.isEmpty && !network.problems.isEmpty
      if !isHeld { report(network.report) }
      store(ledger ?? network.report.ledger)
      if objects?.isEmpty == false || networkID != nil, !facts.isDeleted, !facts.isPlanOnly {
        var known = location ?? Location(facts.backbone.spec, account: network.report.account)
        known.account = known.account ?? network.report.account
        location = known
      }
      if facts.isPlanOnly { plan = facts.planned(network) }
      if network.isReady, failures.isEmpty, !facts.isDeleted { reachedGeneration = facts.backbone.metadata.generation }
    }
    conditions = BackboneConditions(facts: facts, outcome: outcome).conditions()
  }

  private mutating func report(_ report: NetworkReport) {
    networkID = report.networkID
    subnets = report.subnets.map(Subnet.init)
    podRanges = report.podRanges.isEmpty ? nil : report.podRanges
    podSubnets = report.podSubnets.isEmpty ? nil : report.podSubnets.map(Subnet.init)
    egressAddresses = report.egressAddresses
    egress = report.egressAddresses.isEmpty ? nil : report.egressAddresses.joined(separator: ", ")
    firewallIDs = report.firewallIDs
  }
}

extension BackboneStatus.Subnet {
  init(_ subnet: NetworkReport.Subnet) {
    self.init(
      name: subnet.name,
      id: subnet.id,
      zone: subnet.zone,
      cidr: subnet.cidr,
      freeAddresses: subnet.freeAddresses
    )
  }
}
