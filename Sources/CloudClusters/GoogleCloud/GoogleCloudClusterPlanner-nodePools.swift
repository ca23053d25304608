internal import CloudResources
internal import GoogleCloud

extension GoogleCloudClusterPlanner {
  mutating func planNodePools() {
    for pool in desired.pools { planNodePool(GoogleCloudNodePool(pool, of: desired)) }
  }

  private mutating func planNodePool(_ wanted: GoogleCloudNodePool) {
    let (pool, role) = (wanted.pool, GoogleCloudClusterRole.nodePool(wanted.name))
    let found = ownCluster?.nodePools?.first { $0.name == wanted.name }
    if let found, owns(found), found.status == "ERROR" { return planFailedPool(found) }
    var row = Planner.Row(role, id: wanted.name)
    row.needs = [.cluster]
    row.content = .nodePool(wanted.request(version: ownCluster?.currentMasterVersion))
    row.detail = "\(pool.minSize) to \(pool.maxSize) nodes \(pool.machineType)"
    if let found {
      if owns(found) {
        row.found = sighting(role, wanted.name, found.status)
        if found.status == "RUNNING" { noteReady(role) }
        if found.status == "RUNNING_WITH_ERROR" {
          let words = "node pool \(found.name) runs with errors: \(Self.sentence(found.conditions))"
          planner.plan.problem(.nodePools, .cloudFailure, words)
        }
        row.change = change(found, wanted)
        let wrong = desired.poolLabels(pool.name).filter { found.config?.resourceLabels?[$0.key] != $0.value }
        row.tags = wrong.isEmpty ? nil : wrong
      } else {
        row.foreign = "node pool \(wanted.name) is there and does not belong to this PrivateCluster: delete it"
      }
    } else {
      noteAbsence(role)
    }
    _ = planner.plan(row)
  }

  private mutating func planFailedPool(_ pool: GKE.NodePool) {
    let (role, reason) = (GoogleCloudClusterRole.nodePool(pool.name), Self.sentence(pool.conditions))
    // A node pool does not show when it was created; its etag stays as long as nothing is done to it.
    if isToBeRemade(role, pool.name, birth: pool.etag ?? "") { return remake(role, pool.name, because: reason) }
    let words =
      "node pool \(pool.name) failed: \(reason): fix the cause, then delete the node pool: the operator creates it again"
    planner.plan.problem(.nodePools, .cloudFailure, words)
  }

  /// One operation at a time; those that replace no nodes come first.
  private mutating func change(_ found: GKE.NodePool, _ wanted: GoogleCloudNodePool) -> Planner.Row.Change? {
    let role = GoogleCloudClusterRole.nodePool(found.name)
    let labels = wanted.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let settings =
      "\(wanted.pool.minSize) \(wanted.pool.maxSize) \(wanted.pool.maxUnavailable) \(labels) \(wanted.pool.taints) "
      + "\(wanted.pool.zones.sorted()) \(wanted.pool.machineType) \(wanted.pool.diskGiB)"
    let difference = difference(found, wanted)
    let isDrift = isDrift(role, from: settings, isThere: difference == nil)
    if let (content, details) = difference {
      if case .autoscaling = content { planner.plan.hold(.autoscaling, "the bounds of \(role.summary)") }
      let repairs = isDrift ? ["\(role.summary): \(details)"] : []
      return .init(content, details: [details], repairs: repairs, names: [.cluster])
    }
    guard let own = found.minor, let cluster = seen.version, own < min(cluster, desired.version) else { return nil }
    var update = GKE.NodePoolUpdate(of: found)
    update.nodeVersion = "-"
    return .init(.nodePoolChange(update), details: ["Kubernetes \(own) to \(cluster)"], names: [.cluster])
  }

  private func difference(_ found: GKE.NodePool, _ wanted: GoogleCloudNodePool) -> (GoogleCloudClusterContent, String)?
  {
    let (pool, config, bounds) = (wanted.pool, found.config, found.autoscaling)
    let isBounded = bounds?.enabled == true && bounds?.totalMaxNodeCount == pool.maxSize
    if !isBounded || bounds?.totalMinNodeCount ?? 0 != pool.minSize {
      return (.autoscaling(wanted.autoscaling), Self.words(bounds))
    }
    if found.management?.autoRepair != true || found.management?.autoUpgrade != true {
      return (.management(wanted.management), "automatic repair or upgrade was off")
    }
    var update = GKE.NodePoolUpdate(of: found)
    if found.networkConfig?.enablePrivateNodes == false {
      update.nodeNetworkConfig = .init(enablePrivateNodes: true)
      return (.nodePoolChange(update), "its nodes had public addresses")
    }
    if found.upgradeSettings?.maxSurge ?? 0 != pool.maxUnavailable
      || found.upgradeSettings?.maxUnavailable ?? 0 != 0
    {
      update.upgradeSettings = wanted.upgradeSettings
      return (.nodePoolChange(update), "\(found.upgradeSettings?.maxSurge ?? 0) nodes were replaced at a time")
    }
    let labels = config?.labels ?? [:]
    let wrong = Set(labels.keys).union(wanted.labels.keys).filter { labels[$0] != wanted.labels[$0] }.sorted()
    if !wrong.isEmpty {
      update.labels = .init(wanted.labels)
      return (.nodePoolChange(update), "labels \(wrong.joined(separator: ", ")) differed")
    }
    if Set(config?.taints ?? []) != Set(wanted.taints) {
      update.taints = .init(wanted.taints)
      let keys = Set((config?.taints ?? []) + wanted.taints).compactMap(\.key)
      return (.nodePoolChange(update), "taints \(Set(keys).sorted().joined(separator: ", ")) differed")
    }
    if !pool.zones.isEmpty, Set(found.locations ?? []) != Set(pool.zones) {
      update.locations = pool.zones.sorted()
      return (.nodePoolChange(update), "zones were \((found.locations ?? []).sorted().joined(separator: ", "))")
    }
    guard config?.machineType != pool.machineType || config?.diskSizeGb != pool.diskGiB else { return nil }
    update.machineType = pool.machineType
    update.diskSizeGb = String(pool.diskGiB)
    return (
      .nodePoolChange(update),
      "\(config?.machineType ?? "") with \(config?.diskSizeGb ?? 0) GiB to \(pool.machineType) with \(pool.diskGiB) GiB"
    )
  }

  private static func words(_ bounds: GKE.Autoscaling?) -> String {
    guard let bounds, bounds.enabled == true else { return "GKE did not scale it" }
    if bounds.maxNodeCount ?? 0 > 0 {
      return "bounds were \(bounds.minNodeCount ?? 0) to \(bounds.maxNodeCount ?? 0) in each zone"
    }
    return "bounds were \(bounds.totalMinNodeCount ?? 0) to \(bounds.totalMaxNodeCount ?? 0)"
  }

  /// Whether the pool is still wanted, but the node pool that replaces it is not ready.
  func waitsForSuccessor(_ pool: GKE.NodePool) -> Bool {
    let name = pool.config?.resourceLabels?[GoogleCloudClusterLabel.pool]
    guard let wanted = desired.pools.first(where: { $0.name == name }) else { return false }
    let successor = GoogleCloudNodePool(wanted, of: desired).name
    return successor != pool.name && planner.usable(.nodePool(successor)) == nil
  }
}
