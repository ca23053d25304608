internal import CloudResources
internal import Foundations
internal import GoogleCloud

extension GoogleCloudClusterPlanner {
  /// https://cloud.google.com/kubernetes-engine/docs/how-to/cluster-access-for-kubectl
  static let credential = ExecCredential("gke-gcloud-auth-plugin", [], wantsClusterInfo: true)

  mutating func report() {
    guard let cluster = ownCluster else { return }
    var report = planner.plan.report
    report.id = cluster.selfLink.map(ComputeLink.path) ?? cluster.name
    report.version = seen.version
    let ip = cluster.controlPlaneEndpointsConfig?.ipEndpointsConfig
    if let address = ip?.privateEndpoint, let authority = cluster.masterAuth?.clusterCaCertificate {
      report.endpoint = "https://\(address)"
      report.certificateAuthority = authority
      report.credential = Self.credential
    }
    report.podRange = cluster.clusterIpv4Cidr
    report.serviceRange = cluster.servicesIpv4Cidr
    report.autoscaling =
      "GKE changes the number of nodes itself, within minSize and maxSize: nothing has to be installed"
    report.exposures = exposures(cluster)
    report.pools = ownPools.map(pool)
    report.upgrade = upgradeProgress()
    workloads.remember(in: &report.ledger)
    planner.plan.report = report
  }

  var workloads: GoogleCloudWorkloads { GoogleCloudWorkloads(desired, seen) }

  private func pool(_ pool: GKE.NodePool) -> ClusterReport.Pool {
    let nodes = seen.nodes.filter { $0.labels?["goog-k8s-node-pool-name"] == pool.name }
    // While the cluster is busy nodes are not read.
    let isRead = !(ownCluster?.isBusy ?? true)
    return ClusterReport.Pool(
      name: pool.config?.resourceLabels?[GoogleCloudClusterLabel.pool] ?? pool.name,
      cloudName: pool.name,
      version: pool.version ?? "",
      state: pool.status ?? "",
      size: isRead ? nodes.count : nil,
      ready: isRead ? nodes.count { $0.status == "RUNNING" } : nil,
      minSize: pool.autoscaling?.totalMinNodeCount ?? 0,
      maxSize: pool.autoscaling?.totalMaxNodeCount ?? 0
    )
  }

  private func upgradeProgress() -> String? {
    guard let version = seen.version else { return nil }
    let minors = ownPools.compactMap(\.minor)
    let done = minors.count { $0 >= version }
    let pools = "pools \(done) of \(minors.count)"
    if version < desired.version { return "\(version) → \(desired.version), \(pools)" }
    guard version == desired.version, done < minors.count, let oldest = minors.min() else { return nil }
    return "\(oldest) → \(version), \(pools)"
  }

  // MARK: What can be reached from the internet

  private func exposures(_ cluster: GKE.Cluster) -> [String] {
    let endpoints = cluster.controlPlaneEndpointsConfig
    var found: [String] = []
    if endpoints?.ipEndpointsConfig?.enablePublicEndpoint == true {
      let address = endpoints?.ipEndpointsConfig?.publicEndpoint.map { " at \($0)" } ?? ""
      found.append("GKE cluster \(cluster.name) has a public endpoint\(address)")
    }
    if endpoints?.dnsEndpointConfig?.allowExternalTraffic == true {
      found.append("the DNS endpoint of GKE cluster \(cluster.name) answers the internet")
    }
    found += (cluster.nodePools ?? []).filter { $0.networkConfig?.enablePrivateNodes == false }.map {
      "node pool \($0.name) gives its nodes public addresses"
    }
    for node in seen.nodes.sorted(by: { $0.name < $1.name }) {
      for address in (node.networkInterfaces ?? []).flatMap({ $0.accessConfigs ?? [] }).compactMap(\.natIP) {
        found.append("node \(node.name) has the public address \(address)")
      }
    }
    return found + workloads.exposures(seen.forwardingRules)
  }
}
