internal import CloudResources
internal import Foundations
internal import GoogleCloud

extension GoogleCloudClusterPlanner {
  /// Deletes role bindings, then the cluster with its node pools in one call.
  mutating func planAbsence() {
    planner.plan.obstacle = "the deletion of the GKE cluster"
    planner.removeAll(owned(isTeardown: true))
    if seen.cluster == nil {
      planner.plan.report.remarks += workloads.leftovers(seen)
    }
    planner.plan.judge()
  }

  mutating func planRelease() {
    // The cluster comes last: without its mark nobody would look for what is inside.
    let owned = owned(isTeardown: true)
    let order = owned.filter { $0.role != .cluster } + owned.filter { $0.role == .cluster }
    var isLaneFree = seen.cluster?.isBusy != true && seen.operations.values.allSatisfy(\.isDone)
    for object in order {
      let description = "take the mark off \(object.found.label)"
      let isLast = object.role == .cluster && owned.count > 1
      guard !isLast, object.role.lane == nil || isLaneFree else {
        planner.plan.later(object.role.part, description)
        continue
      }
      if object.role.lane != nil { isLaneFree = false }
      planner.plan.act(
        object.role.part,
        GoogleCloudClusterAction(call: .release, role: object.role, id: object.found.id, description: description)
      )
    }
    if !isLaneFree, planner.plan.actions.isEmpty {
      planner.plan.wait(.controlPlane, "GKE cluster is being changed")
    }
    planner.plan.isGone = owned.isEmpty
    planner.plan.judge()
  }

  /// Every object with the operator's mark, and its users.
  /// - Parameter isTeardown: whether nothing of the cluster is wanted, so that node pools are deleted with it.
  func owned(isTeardown: Bool) -> [Planner.Owned] {
    guard let cluster = ownCluster else { return [] }
    let bindings = seen.bindings.filter { desired.marks($0.labels) }
    var owned = bindings.sorted { $0.name ?? "" < $1.name ?? "" }.map { binding in
      let name = binding.name ?? ""
      let role = GoogleCloudClusterRole.binding(ComputeLink.name(name))
      return Planner.Owned(role, sighting(role, name, binding.state?.code))
    }
    owned += ownPools.map { pool in
      let role = GoogleCloudClusterRole.nodePool(pool.name)
      return Planner.Owned(
        role,
        sighting(role, pool.name, pool.status),
        isInUse: isTeardown || waitsForSuccessor(pool)
      )
    }
    let strangers = (cluster.nodePools ?? []).filter { !owns($0) }.map { "node pool \($0.name)" }.sorted()
    owned.append(
      Planner.Owned(.cluster, clusterSighting(cluster), strangers: strangers, isInUse: !bindings.isEmpty)
    )
    return owned
  }
}
