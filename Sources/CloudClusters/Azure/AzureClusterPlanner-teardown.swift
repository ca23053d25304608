internal import Azure
internal import CloudResources
internal import Digests
internal import Foundations

extension AzureClusterPlanner {
  /// Role assignments and the diagnostic setting, then the cluster with its agent pools and its node resource group, then what it used.
  mutating func planAbsence() {
    planner.plan.obstacle = "the deletion of the AKS cluster"
    announce()
    planner.removeAll(owned(isTeardown: true))
    planner.plan.judge()
  }

  /// Announces one pass ahead what AKS deletes with a cluster, so that an event names it while it can still be saved.
  private mutating func announce() {
    guard let cluster = ownCluster else { return }
    let lost = seen.contents.compactMap { $0.id }.filter { Self.isOfWorkloads($0) }.map {
      "\($0.type.split(separator: "/").last ?? "") \($0.name)"
    }.sorted()
    guard !lost.isEmpty else { return }
    let words =
      "AKS deletes node resource group \(cluster.nodeGroup ?? "") together with cluster \(cluster.name). It contains "
      + lost.joined(separator: ", ")
    planner.plan.report.remarks.append("\(words): copy what you want to keep")
    let digest = String(SHA256.text("\(cluster.uid) \(lost)").prefix(12))
    isAnnouncing = desired.ledger.settled["announced"] != digest
    planner.plan.report.ledger.settled["announced"] = digest
  }

  /// Whether a controller inside made it for workloads. The rest of the group is AKS's own.
  private static func isOfWorkloads(_ id: ResourceID) -> Bool {
    ["microsoft.compute/disks", "microsoft.network/loadbalancers", "microsoft.network/publicipaddresses"]
      .contains(id.type.lowercased())
  }

  mutating func planRelease() {
    var isLaneTaken = seen.isBusy
    func act(_ role: AzureClusterRole, _ id: ResourceID, _ call: AzureClusterCall) {
      let description = "take the mark off \(role.summary)"
      guard role.lane == nil || !isLaneTaken else { return planner.plan.later(role.part, description) }
      isLaneTaken = isLaneTaken || role.lane != nil
      let action = AzureClusterAction(call: call, role: role, id: id, description: description)
      planner.plan.act(role.part, action)
    }
    for grant in ownGrants { act(grant.role, grant.id, .edit(["properties": ["description": .null]])) }
    for grant in ownNetworkGrants { act(.networkGrant, grant, .edit(["properties": ["description": .null]])) }
    for pool in ownPools { act(.pool(pool.name), poolID(pool.name), .tag(AzureClusterNames.unmarked(pool.tags))) }
    if let identity = seen.identity, !names.identityIsGiven, names.owns(identity.tags) {
      act(.identity, names.identity, .tag(AzureClusterNames.unmarked(identity.tags)))
    }
    // Last, because the objects inside are found by the cluster's mark.
    if let cluster = ownCluster, ownPools.isEmpty, ownGrants.isEmpty {
      act(.cluster, names.cluster, .tag(AzureClusterNames.unmarked(cluster.tags)))
    } else if ownCluster != nil {
      planner.plan.later(.controlPlane, "take the mark off AKS cluster \(names.cluster.name)")
    }
    planner.plan.isGone = planner.plan.actions.isEmpty && planner.plan.later.isEmpty
    planner.plan.judge()
  }

  private var ownNetworkGrants: [ResourceID] {
    seen.networkGrants.filter { names.owns($0) }.compactMap(\.id)
  }

  /// Every object with the operator's mark, and its users.
  /// - Parameter isTeardown: whether nothing of the cluster is wanted, so that agent pools are deleted with it.
  mutating func owned(isTeardown: Bool) -> [Planner.Owned] {
    var owned = ownGrants.map { grant in
      Planner.Owned(grant.role, Sighting(id: grant.id, label: grant.role.summary, state: .ready))
    }
    if !isTeardown {
      for pool in ownPools {
        let (role, id) = (AzureClusterRole.pool(pool.name), poolID(pool.name))
        let stays = mustStay(pool)
        // The failure of a wanted object was recorded with its row.
        let found =
          planner.found(role) != nil
          ? Sighting(id: id, label: role.summary, state: .ready)
          : sighting(role, id, pool.state, word: pool.stateName, failure: pool.failure)
        owned.append(.init(role, found, isInUse: stays))
      }
    }
    owned += ownedLogs(isTeardown: isTeardown)
    let isThere = isTeardown && ownCluster != nil
    if isTeardown, let cluster = ownCluster {
      let found = sighting(
        .cluster,
        names.cluster,
        cluster.state,
        word: cluster.stateName,
        failure: cluster.failure
      )
      let others = cluster.agentPools.filter { !names.owns($0.tags) }.map { "agent pool \($0.name)" }.sorted()
      let isInUse = isAnnouncing || !ownGrants.isEmpty || seen.logs != nil
      owned.append(.init(.cluster, found, strangers: others, isInUse: isInUse))
    }
    for id in ownNetworkGrants {
      let found = Sighting(id: id, label: AzureClusterRole.networkGrant.summary, state: .ready)
      owned.append(.init(.networkGrant, found, isInUse: isThere))
    }
    if let identity = seen.identity, !names.identityIsGiven, names.owns(identity.tags) {
      let found = Sighting(id: names.identity, label: "identity \(names.identity.name)", state: .ready)
      owned.append(.init(.identity, found, isInUse: isThere || isTeardown && !ownNetworkGrants.isEmpty))
    }
    return owned
  }
}
