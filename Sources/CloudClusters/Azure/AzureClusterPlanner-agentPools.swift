internal import Azure
internal import CloudResources
internal import Foundations

extension AzureClusterPlanner {
  mutating func planAgentPools() {
    for wanted in AzureAgentPool.all(desired) { planAgentPool(wanted) }
    if let words = systemPool() { planner.plan.problem(.nodePools, .invalidSpec, words) }
    for pool in desired.pools where AzureAgentPool.subnets(of: pool, desired).isEmpty {
      let zones = Set(desired.network.subnets.map(\.zone)).sorted().joined(separator: ", ")
      let words = "pool \(pool.name) is to be in \(pool.zones.joined(separator: ", ")), where the cluster has no subnet"
      planner.plan.problem(.nodePools, .invalidSpec, "\(words): its zones are \(zones)")
    }
    explainVersion()
  }

  func poolID(_ name: String) -> ResourceID { names.cluster.child("agentPools", name) }

  private mutating func planAgentPool(_ wanted: AzureAgentPool) {
    let (name, pool) = (wanted.name, wanted.pool)
    let role = AzureClusterRole.pool(name)
    var row = Planner.Row(role, id: poolID(name))
    row.needs = [.cluster]
    let version = seen.version ?? desired.version
    row.content = .body(["properties": wanted.properties(names, desired, version: version)])
    row.detail =
      "\(wanted.minSize) to \(wanted.maxSize) nodes \(pool.machineType) of pool \(pool.name) in \(wanted.subnet.name)"
    // The request that creates the cluster includes it.
    if ownCluster == nil, wanted.isSystem, name == AzureAgentPool.all(desired).first?.name {
      return planner.plan.later(.nodePools, "create agent pool \(name) with the cluster")
    }
    if let found = ownCluster?.agentPools.first(where: { $0.name == name }) {
      if names.owns(found.tags) {
        row.found = sighting(role, poolID(name), found.state, word: found.stateName, failure: found.failure)
        row.change = change(found, wanted)
        row.tags = names.retagging(found.tags, desired.tags, pool: pool.name)
      } else {
        row.foreign = "agent pool \(name) is there and does not belong to this PrivateCluster: delete it"
      }
    }
    planner.plan(row)
  }

  private mutating func change(_ found: AgentPool, _ wanted: AzureAgentPool) -> Planner.Row.Change {
    let (edit, details) = difference(found, wanted)
    let labels = wanted.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let settings =
      "\(wanted.minSize) \(wanted.maxSize) \(wanted.isSystem) \(wanted.surge ?? "") \(labels) \(wanted.taints)"
    let isDrift = isDrift(.pool(found.name), from: settings, isThere: details.isEmpty)
    guard details.isEmpty, let control = seen.version, let own = AzureClusterState.minor(found.version),
      own < min(control, desired.version)
    else {
      let repairs = isDrift ? details.map { "agent pool \(found.name): \($0)" } : []
      return .init(.edit(["properties": edit]), details: details, repairs: repairs, names: [.cluster])
    }
    let target = min(control, desired.version)
    return .init(
      .edit(["properties": ["orchestratorVersion": .string(target.description)]]),
      details: ["Kubernetes \(own) to \(target)"],
      names: [.cluster]
    )
  }

  /// The differences that can be changed in place, with a description.
  private func difference(_ found: AgentPool, _ wanted: AzureAgentPool) -> (JSONValue, [String]) {
    var edit = JSONValue.object([:])
    var details: [String] = []
    let scales = found.json["properties", "enableAutoScaling"]?.bool == true
    if found.minSize != wanted.minSize || found.maxSize != wanted.maxSize || !scales {
      edit["enableAutoScaling"] = true
      edit["minCount"] = .int(Int64(wanted.minSize))
      edit["maxCount"] = .int(Int64(wanted.maxSize))
      details.append(scales ? "bounds were \(found.minSize) to \(found.maxSize)" : "autoscaling was off")
    }
    let labels = found.labels.filter { !$0.key.hasPrefix(AzureAgentPool.ownPrefix) }
    if labels != wanted.labels {
      let gone = labels.keys.filter { wanted.labels[$0] == nil }.map { ($0, JSONValue.null) }
      edit["nodeLabels"] = .object(wanted.labels.mapValues { .string($0) }.merging(gone) { $1 })
      let named = Set(labels.keys).union(wanted.labels.keys).filter { labels[$0] != wanted.labels[$0] }
      details.append("labels \(named.sorted().joined(separator: ", ")) differed")
    }
    let ownTaints = found.taints.filter { $0.hasPrefix(AzureAgentPool.ownPrefix) }
    let taints = found.taints.filter { !ownTaints.contains($0) }
    if Set(taints) != Set(wanted.taints) {
      edit["nodeTaints"] = .array((wanted.taints + ownTaints).map { .string($0) })
      details.append("taints were \(taints.isEmpty ? "none" : taints.joined(separator: ", "))")
    }
    if found.isSystem != wanted.isSystem {
      edit["mode"] = wanted.isSystem ? "System" : "User"
      details.append("mode was \(found.isSystem ? "System" : "User")")
    }
    if let surge = wanted.surge, found.json["properties", "upgradeSettings", "maxSurge"]?.string != surge {
      edit["upgradeSettings"] = ["maxSurge": .string(surge)]
      details.append("surge was \(found.json["properties", "upgradeSettings", "maxSurge"]?.string ?? "the default")")
    }
    if found.json["properties", "enableNodePublicIP"]?.bool == true {
      edit["enableNodePublicIP"] = false
      details.append("its nodes had public addresses")
    }
    return (edit, details)
  }

  /// Whether an unwanted agent pool must stay for now: its pool in the spec lacks some of its successors, or no other
  /// agent pool may run the cluster's own pods.
  func mustStay(_ found: AgentPool) -> Bool {
    let wanted = AzureAgentPool.all(desired)
    let tag = found.tags.first { $0.key.lowercased() == AzureClusterNames.poolTag }?.value
    let isUsable = { (pool: AzureAgentPool) in planner.usable(.pool(pool.name)) != nil }
    let successors = wanted.filter { $0.pool.name == tag }
    if !successors.allSatisfy(isUsable) { return true }
    return found.isSystem && !wanted.contains { $0.isSystem && isUsable($0) }
  }
}
