internal import Azure
internal import CloudResources

extension AzureClusterPlanner {
  mutating func report() {
    guard let cluster = ownCluster else { return }
    var report = planner.plan.report
    report.id = names.cluster.description
    report.version = seen.version
    report.endpoint = cluster.privateName.map { "https://\($0):443" }
    report.certificateAuthority = seen.certificateAuthority
    if report.endpoint != nil, let tenant = cluster.tenantID { report.credential = Self.credential(tenant: tenant) }
    report.autoscaling =
      "AKS changes the number of nodes itself, within minSize and maxSize: nothing has to be installed"
    report.podRange = cluster.json["properties", "networkProfile", "podCidr"]?.string
    report.serviceRange = cluster.json["properties", "networkProfile", "serviceCidr"]?.string
    report.exposures = exposures(cluster)
    report.pools = ownPools.map(pool).sorted { ($0.name, $0.cloudName) < ($1.name, $1.cloudName) }
    report.upgrade = upgradeProgress()
    planner.plan.report = report
  }

  /// https://azure.github.io/kubelogin/concepts/aks.html: the ids of AKS's server and of kubelogin are the same everywhere.
  static func credential(tenant: String) -> ExecCredential {
    ExecCredential(
      "kubelogin",
      [
        "get-token", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630", "--client-id",
        "80faf920-1908-4b52-b5ef-a8e7bedfc67a", "--tenant-id", tenant, "--login", "devicecode",
      ]
    )
  }

  private func exposures(_ cluster: ManagedCluster) -> [String] {
    var found: [String] = []
    let access = cluster.json["properties", "apiServerAccessProfile"]
    if access?["enablePrivateCluster"]?.bool != true {
      found.append("the endpoint of AKS cluster \(cluster.name) is public")
    }
    if let name = cluster.publicName { found.append("AKS cluster \(cluster.name) has the public name \(name)") }
    if access?["disableRunCommand"]?.bool != true {
      found.append("commands can be run in AKS cluster \(cluster.name) through Azure's API, from anywhere")
    }
    for pool in cluster.agentPools where pool.json["properties", "enableNodePublicIP"]?.bool == true {
      found.append("nodes of agent pool \(pool.name) have public addresses")
    }
    return found + openings(cluster.nodeGroup ?? "")
  }

  /// Of workloads: frontends of load balancers, whose address may be in any group, and addresses of anything else.
  private func openings(_ group: String) -> [String] {
    let frontends = seen.loadBalancers.flatMap { balancer in
      balancer.publicAddresses.map { id in
        let address = seen.publicAddresses.first { $0.id == id }
        let service = address?.tag("k8s-azure-service").map { " for Service \($0)" } ?? ""
        let name = address?.address ?? "\(id.name) of resource group \(id.group ?? "")"
        return "load balancer \(balancer.name) has the public address \(name)\(service)"
      }
    }
    let shown = Set(seen.loadBalancers.flatMap(\.publicAddresses))
    let others = seen.publicAddresses.filter { $0.id.map { !shown.contains($0) } ?? true }.map { address in
      "public address \(address.address ?? "") (\(address.name)) is in node resource group \(group)"
    }
    return frontends.sorted() + others.sorted()
  }

  private func pool(_ found: AgentPool) -> ClusterReport.Pool {
    ClusterReport.Pool(
      name: found.tags.first { $0.key.lowercased() == AzureClusterNames.poolTag }?.value ?? found.name,
      cloudName: found.name,
      version: AzureClusterState.minor(found.version)?.description ?? "",
      state: found.stateName,
      size: found.size,
      ready: nil,
      minSize: found.minSize,
      maxSize: found.maxSize
    )
  }

  private func upgradeProgress() -> String? {
    guard let version = seen.version else { return nil }
    let (pools, behind) = (ownPools, poolsBehind(version))
    let progress = "pools \(pools.count - behind.count) of \(pools.count)"
    if version < desired.version { return "\(version) → \(desired.version), \(progress)" }
    guard version == desired.version, !behind.isEmpty else { return nil }
    let oldest = pools.compactMap { AzureClusterState.minor($0.version) }.min() ?? version
    return "\(oldest) → \(version), \(progress)"
  }
}
