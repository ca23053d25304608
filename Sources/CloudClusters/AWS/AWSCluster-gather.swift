internal import AWS
package import Cloud
internal import CloudNetworks
internal import CloudResources

extension AWSCluster {
  /// Reads everything that the plan needs. EKS describes node groups, add-ons and access entries one by one only, so a
  /// cluster at rest is looked at in turns: see `glance`.
  /// - Parameter previous: what a pass saw that found nothing to do, or only had to wait; nil: read everything.
  package func gather(
    _ desired: DesiredCluster,
    _ goal: ClusterGoal,
    after previous: AWSClusterState?
  ) async throws(CloudError) -> AWSClusterState {
    if let previous, !previous.pending.isEmpty {
      if let seen = try await stillPending(desired, after: previous) { return seen }
      return try await gather(desired, goal, after: nil)
    }
    // Updates are read before the objects that they change. If one ended between the two reads, the plan would see the
    // old state and begin the update again.
    let updates = goal == .present ? try await updates(desired) : [:]
    let cluster = try await eks.cluster(desired.cloudName)
    if goal == .present, let previous, let seen = try await glance(desired, cluster, after: previous) { return seen }
    var seen = AWSClusterState()
    seen.cluster = cluster
    seen.updates = updates
    if desired.owns(cluster?.tags) { try await gatherInside(desired, goal, &seen) }
    if cluster == nil, goal == .present { seen.surroundings = try await surroundings(desired) }
    try await gatherRoles(AWSClusterRole.Service.allCases, desired, &seen)
    try await gatherNetwork(desired, goal, &seen)
    if desired.owns(cluster?.tags) || goal == .absent {
      for generation in LoadBalancerClient.Generation.allCases {
        try await gatherBalancers(generation, desired, goal, &seen)
      }
    }
    if goal == .absent { try await gatherLeftovers(desired, &seen) }
    return seen
  }

  /// The cluster, its node groups and their sizes, load balancers of either generation, and one of five parts of the rest;
  /// what was seen before stands for the others. In requests, with G node groups and E entries: 4 + G, and at most 5 or
  /// 2 + 2·E; one more while load balancers of anybody in the network face the internet.
  /// - Returns: nil: something is under way, so everything is read.
  private func glance(_ desired: DesiredCluster, _ cluster: EKS.Cluster?, after previous: AWSClusterState)
    async throws(CloudError) -> AWSClusterState?
  {
    guard cluster?.status == "ACTIVE", cluster?.version == previous.cluster?.version,
      cluster?.arn == previous.cluster?.arn, desired.ledger.operations.isEmpty
    else { return nil }
    var seen = previous
    seen.cluster = cluster
    seen.turn += 1
    try await gatherNodeGroups(desired, &seen)
    try await gatherScaling(desired, &seen)
    try await gatherBalancers(seen.turn.isMultiple(of: 2) ? .classic : .current, desired, .present, &seen)
    switch seen.turn % 5 {
    case 0: try await gatherAddOns(desired, &seen)
    case 1: try await gatherAccess(desired, &seen)
    case 2:
      try await gatherIdentity(desired, &seen)
      try await gatherNetwork(desired, .present, &seen)
    case 3: try await gatherRoles([.cluster, cluster?.isAuto == true ? .autoNode : .node], desired, &seen)
    default: try await gatherRoles([.network, .autoscaler], desired, &seen)
    }
    return seen
  }

  /// EKS sets this tag on the Auto Scaling groups of node groups.
  private static let clusterTag = "eks:cluster-name"

  private func gatherScaling(_ desired: DesiredCluster, _ seen: inout AWSClusterState) async throws(CloudError) {
    let isThere = !seen.nodeGroups.isEmpty
    seen.scaling = isThere ? try await scaling.groups(tag: Self.clusterTag, desired.cloudName) : []
  }

  private func surroundings(_ desired: DesiredCluster) async throws(CloudError) -> AWSClusterState.Surroundings {
    var surroundings = AWSClusterState.Surroundings()
    surroundings.versions = try await eks.versions()
    for subnet in try await ec2.subnets([.init("subnet-id", desired.network.subnets.map(\.id))]) {
      surroundings.freeAddresses[subnet.id] = subnet.freeAddresses
    }
    return surroundings
  }

  private func gatherInside(
    _ desired: DesiredCluster,
    _ goal: ClusterGoal,
    _ seen: inout AWSClusterState
  ) async throws(CloudError) {
    try await gatherNodeGroups(desired, &seen)
    // EKS answers questions about the rest only once the cluster is complete.
    guard ["ACTIVE", "UPDATING"].contains(seen.cluster?.status) else { return }
    try await gatherAddOns(desired, &seen)
    try await gatherAccess(desired, &seen)
    try await gatherIdentity(desired, &seen)
    guard goal == .present else { return }
    try await gatherScaling(desired, &seen)
    try await gatherUpgrade(desired, &seen)
  }

  /// Updates that earlier passes began, by role.
  private func updates(_ desired: DesiredCluster) async throws(CloudError) -> [String: EKS.Update] {
    var updates: [String: EKS.Update] = [:]
    for (role, id) in desired.ledger.operations {
      updates[role] = try await update(id, of: role, desired)
    }
    return updates
  }

  func update(_ id: String, of role: String, _ desired: DesiredCluster) async throws(CloudError) -> EKS.Update? {
    try await eks.update(
      id,
      of: desired.cloudName,
      nodeGroup: Self.name(in: role, after: "node-group-"),
      addOn: Self.name(in: role, after: "add-on-")
    )
  }

  private static func name(in role: String, after prefix: String) -> String? {
    role.hasPrefix(prefix) ? String(role.dropFirst(prefix.count)) : nil
  }
}
