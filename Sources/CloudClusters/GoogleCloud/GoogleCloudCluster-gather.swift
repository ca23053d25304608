package import Cloud
internal import CloudNetworks
internal import CloudResources
internal import GoogleCloud

extension GoogleCloudCluster {
  /// Reads everything that the plan needs; of a cluster at rest, only what can show that something changed: see `glance`.
  /// - Parameter previous: what a pass saw that found nothing to do; nil: read everything.
  package func gather(
    _ desired: DesiredCluster,
    _ goal: ClusterGoal,
    after previous: GoogleCloudClusterState? = nil
  ) async throws(CloudError) -> GoogleCloudClusterState {
    var seen = GoogleCloudClusterState(project: container.project)
    seen.cluster = try await container.cluster(desired.googleCloudName)
    guard let cluster = seen.cluster else {
      switch goal {
      case .present: seen.surroundings = try await surroundings(desired)
      case .absent: try await gatherLeftovers(desired, &seen)
      case .released: break
      }
      return seen
    }
    // A busy cluster says itself what it waits for, and answers nothing about the rest.
    guard desired.marks(cluster.resourceLabels), !cluster.isBusy else { return seen }
    if goal == .present, let previous, let part = try await glance(desired, cluster, after: previous) { return part }
    try await gatherOperations(desired, &seen)
    if let membership = cluster.fleet?.membership { seen.bindings = try await fleet.bindings(of: membership) }
    if goal == .present {
      seen.nodes = try await nodes(desired)
      seen.firewalls = try await firewalls(desired)
      seen.forwardingRules = try await compute.aggregatedList()
    }
    return seen
  }

  /// The cluster, its machines, and in turn its role bindings, or firewall and forwarding rules: four requests at most.
  /// - Returns: nil: something may be under way, so everything is read.
  private func glance(
    _ desired: DesiredCluster,
    _ cluster: GKE.Cluster,
    after previous: GoogleCloudClusterState
  ) async throws(CloudError) -> GoogleCloudClusterState? {
    guard desired.ledger.operations.isEmpty, cluster.createTime == previous.cluster?.createTime,
      cluster.fleet == previous.cluster?.fleet
    else { return nil }
    var seen = previous
    seen.cluster = cluster
    seen.turn += 1
    seen.nodes = try await nodes(desired)
    if seen.turn % 2 == 0, let membership = cluster.fleet?.membership {
      seen.bindings = try await fleet.bindings(of: membership)
    } else {
      seen.firewalls = try await firewalls(desired)
      seen.forwardingRules = try await compute.aggregatedList()
    }
    return seen
  }

  /// What may be left of a cluster that is gone.
  private func gatherLeftovers(_ desired: DesiredCluster, _ seen: inout GoogleCloudClusterState)
    async throws(CloudError)
  {
    seen.firewalls = try await firewalls(desired)
    seen.forwardingRules = try await compute.aggregatedList()
    seen.endpointGroups = try await compute.aggregatedList()
    seen.disks = try await compute.aggregatedList(filter: Self.filter(desired))
  }

  private func gatherOperations(_ desired: DesiredCluster, _ seen: inout GoogleCloudClusterState)
    async throws(CloudError)
  {
    for (role, name) in desired.ledger.operations.sorted(by: { $0.key < $1.key }) {
      seen.operations[role] = try await container.operation(name)
    }
    // One that ended since the cluster was read has changed it.
    if seen.operations.values.contains(where: \.isDone) {
      seen.cluster = try await container.cluster(desired.googleCloudName)
    }
  }

  private static func filter(_ desired: DesiredCluster) -> String {
    "labels.goog-k8s-cluster-name = \"\(desired.googleCloudName)\""
  }

  /// Labels that GKE puts on its machines, and on the disks of volumes:
  /// https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels#automatically_applied_labels
  private func nodes(_ desired: DesiredCluster) async throws(CloudError) -> [Instance] {
    let all = try await compute.aggregatedList(Instance.self, filter: Self.filter(desired))
    return all.filter { $0.labels?["goog-k8s-cluster-location"] ?? desired.region == desired.region }
  }

  /// Of the Backbone's network, which may be another project's.
  private func firewalls(_ desired: DesiredCluster) async throws(CloudError) -> [Firewall] {
    let network = desired.network.id
    let compute = ComputeLink.project(network).map { self.compute.inProject($0) } ?? self.compute
    return try await compute.list(Firewall.self, region: desired.region).filter {
      $0.network.map(ComputeLink.name) == ComputeLink.name(network)
    }
  }

  private func surroundings(_ desired: DesiredCluster) async throws(CloudError) -> GoogleCloudClusterState.Surroundings
  {
    var surroundings = GoogleCloudClusterState.Surroundings()
    let config = try await container.serverConfig()
    let channel = desired.googleCloud.channel.gke
    surroundings.versions = config.channels?.first { $0.channel == channel }?.validVersions ?? []
    guard let subnet = desired.network.subnets.first?.id else { return surroundings }
    let compute = ComputeLink.project(subnet).map { self.compute.inProject($0) } ?? self.compute
    let found = try await compute.get(Subnetwork.self, ComputeLink.name(subnet), region: desired.region)
    for range in found?.secondaryIpRanges ?? [] { surroundings.secondaryRanges[range.rangeName] = range.ipCidrRange }
    return surroundings
  }
}
