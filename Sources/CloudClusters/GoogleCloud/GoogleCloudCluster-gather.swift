package import Cloud
internal import CloudNetworks
internal import CloudResources
internal import GoogleCloud

extension GoogleCloudCluster {
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
      case .absent: seen.firewalls = try await firewalls(desired)
      case .released: break
      }
      return seen
    }
    // A busy cluster says itself what it waits for, and answers nothing about the rest.
    guard desired.marks(cluster.resourceLabels), !cluster.isBusy else { return seen }
    try await gatherOperations(desired, &seen)
    if let membership = cluster.fleet?.membership { seen.bindings = try await fleet.bindings(of: membership) }
    if goal == .present {
      seen.nodes = try await nodes(desired)
      seen.firewalls = try await firewalls(desired)
    }
    return seen
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

  /// Labels that GKE puts on its machines:
  /// https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels#automatically_applied_labels
  private func nodes(_ desired: DesiredCluster) async throws(CloudError) -> [Instance] {
    let name = desired.googleCloudName
    let all = try await compute.aggregatedList(Instance.self, filter: "labels.goog-k8s-cluster-name = \"\(name)\"")
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
