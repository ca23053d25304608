internal import Azure
package import Cloud
internal import CloudNetworks
internal import CloudResources

extension AzureCluster {
  /// Reads everything that the plan needs. Of an unchanged cluster it reads only what can show a change: see `glance`.
  /// - Parameter previous: the observation of a pass that found nothing to do; nil: read everything.
  package func gather(
    _ desired: DesiredCluster,
    _ goal: ClusterGoal,
    after previous: AzureClusterState? = nil
  ) async throws(CloudError) -> AzureClusterState {
    let names = AzureClusterNames(desired)
    let cluster = try await client.managedCluster(names.cluster)
    if goal == .present, let previous, let seen = try await glance(desired, names, cluster, after: previous) {
      return seen
    }
    var seen = AzureClusterState()
    seen.cluster = cluster
    seen.identity = try await client.userAssignedIdentity(names.identity)
    seen.networkGrants = try await networkGrants(names)
    // It outlives its cluster.
    if cluster != nil || goal == .absent { seen.logs = try await client.diagnosticSetting(names.logs) }
    if let cluster, names.owns(cluster.tags) { try await gatherInside(desired, goal, names, cluster, &seen) }
    if cluster == nil, goal == .present {
      var surroundings = AzureClusterState.Surroundings()
      // `West Europe` and `westeurope` are the same region, but only one of them fits into a path.
      let region = desired.region.lowercased().filter { $0 != " " }
      surroundings.versions = try await client.offeredKubernetesMinors(in: region)
      if let network = names.network {
        surroundings.network = try await client.get(network).map(VirtualNetwork.init)
      }
      seen.surroundings = surroundings
    }
    return seen
  }

  /// The cluster with its agent pools, what is public of its nodes, and one more in turn: four requests. While AKS changes
  /// a cluster it takes no write, so the cluster itself is all that is read until that is over.
  /// - Returns: nil: the cluster has changed, so everything is read.
  private func glance(
    _ desired: DesiredCluster,
    _ names: AzureClusterNames,
    _ cluster: ManagedCluster?,
    after previous: AzureClusterState
  ) async throws(CloudError) -> AzureClusterState? {
    guard let cluster, names.owns(cluster.tags) else { return nil }
    var seen = previous
    seen.cluster = cluster
    seen.turn += 1
    if previous.isBusy { return cluster.json == previous.cluster?.json && seen.turn < Self.patience ? seen : nil }
    guard cluster.uid == previous.cluster?.uid, cluster.version == previous.cluster?.version, !seen.isBusy,
      cluster.state == .succeeded, AzureClusterState.minor(cluster.version).map({ $0 >= desired.version }) == true
    else { return nil }
    try await gatherOpenings(names, cluster, &seen)
    switch seen.turn % 4 {
    case 0: seen.grants = try await client.roleAssignments(on: names.cluster, below: true)
    case 1: seen.identity = try await client.userAssignedIdentity(names.identity)
    case 2: seen.networkGrants = try await networkGrants(names)
    default: seen.logs = try await client.diagnosticSetting(names.logs)
    }
    return seen
  }

  private func networkGrants(_ names: AzureClusterNames) async throws(CloudError) -> [RoleAssignment] {
    guard let network = names.network else { return [] }
    return try await client.roleAssignments(on: network, below: false)
  }

  private func gatherInside(
    _ desired: DesiredCluster,
    _ goal: ClusterGoal,
    _ names: AzureClusterNames,
    _ cluster: ManagedCluster,
    _ seen: inout AzureClusterState
  ) async throws(CloudError) {
    seen.grants = try await client.roleAssignments(on: names.cluster, below: true)
    switch goal {
    case .present:
      try await gatherOpenings(names, cluster, &seen)
      if cluster.privateName != nil {
        seen.certificateAuthority = try await client.certificateAuthority(of: names.cluster)
      }
      if let version = seen.version, version < desired.version {
        seen.upgrades = try await client.upgrades(of: names.cluster)
      }
    case .absent:
      if let group = nodeGroup(of: cluster, names) { seen.contents = try await client.resources(in: group) }
    case .released: break
    }
  }

  /// Where workloads can be reached from the internet.
  private func gatherOpenings(
    _ names: AzureClusterNames,
    _ cluster: ManagedCluster,
    _ seen: inout AzureClusterState
  ) async throws(CloudError) {
    guard let group = nodeGroup(of: cluster, names) else { return }
    seen.publicAddresses = try await client.publicIPAddresses(in: group)
    seen.loadBalancers = try await client.loadBalancers(in: group)
  }

  private func nodeGroup(of cluster: ManagedCluster, _ names: AzureClusterNames) -> ResourceID? {
    cluster.nodeGroup.map { ResourceID(subscription: names.cluster.subscription, group: $0) }
  }
}
