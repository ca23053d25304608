internal import AWS
internal import CloudResources

extension AWSClusterPlanner {
  mutating func report() {
    guard let cluster = ownCluster else { return }
    var report = planner.plan.report
    report.id = cluster.arn
    report.version = seen.version
    report.endpoint = cluster.endpoint
    report.certificateAuthority = cluster.certificateAuthority?.data
    if cluster.endpoint != nil { report.credential = credential }
    report.autoscaling = autoscaling
    report.serviceRange = cluster.kubernetesNetworkConfig?.serviceIpv4Cidr
    if cluster.resourcesVpcConfig?.endpointPublicAccess == true {
      let ranges = cluster.resourcesVpcConfig?.publicAccessCidrs ?? []
      report.exposures.append(
        "the endpoint of EKS cluster \(cluster.name) is open to \(ranges.joined(separator: ", "))"
      )
    }
    report.exposures += seen.interfaces.compactMap { interface in
      interface.publicIP.map { "network interface \(interface.id) of a node has the public address \($0)" }
    }.sorted()
    report.exposures += seen.balancers.filter(\.isInternetFacing).map { balancer in
      "\(balancer) of a workload faces the internet: delete its Service or Ingress, or make that internal"
    }.sorted()
    report.pools = ownNodeGroups.map(pool)
    report.upgrade = upgradeProgress()
    planner.plan.report = report
  }

  /// https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html
  var credential: ExecCredential {
    let cluster = ["--cluster-name", desired.cloudName, "--output", "json"]
    return ExecCredential("aws", ["--region", desired.region, "eks", "get-token"] + cluster)
  }

  private var autoscaling: String {
    let pools = AWSClusterPolicies.autoModePools.joined(separator: " and ")
    let auto =
      "EKS Auto Mode adds and removes nodes of its pools \(pools) as pods need them; nothing has to be installed"
    guard usesAutoMode else { return clusterAutoscaler }
    return hasNodeGroups ? "\(auto). In the node pools of the spec, \(clusterAutoscaler)" : auto
  }

  /// A managed node group never changes its size by itself. The chart must use the service account for which the role
  /// is.
  private var clusterAutoscaler: String {
    let account = AWSClusterPolicies.autoscalerAccount
    return
      "Cluster Autoscaler changes the number of nodes, and you install it in the cluster; its role, the bounds and the tags "
      + "for scaling from zero are there. helm upgrade --install cluster-autoscaler cluster-autoscaler --repo https://kubernetes.github.io/autoscaler "
      + "--namespace \(account.namespace) --set autoDiscovery.clusterName=\(desired.cloudName) "
      + "--set awsRegion=\(desired.region) --set rbac.serviceAccount.name=\(account.name)"
  }

  private func pool(_ group: EKS.NodeGroup) -> ClusterReport.Pool {
    let name = group.resources?.autoScalingGroups?.first?.name
    let scaling = seen.scaling.first { $0.name == name }
    return ClusterReport.Pool(
      name: group.tags?[ClusterTag.pool] ?? group.nodegroupName,
      cloudName: group.nodegroupName,
      version: group.version ?? "",
      state: group.status ?? "",
      size: scaling?.desiredSize ?? group.scalingConfig?.desiredSize,
      ready: scaling?.ready,
      minSize: group.scalingConfig?.minSize ?? 0,
      maxSize: group.scalingConfig?.maxSize ?? 0
    )
  }

  private func upgradeProgress() -> String? {
    guard let version = seen.version else { return nil }
    let groups = ownNodeGroups
    let done = groups.count { $0.version == version.description }
    let pools = groups.isEmpty ? "the nodes of Auto Mode follow by themselves" : "pools \(done) of \(groups.count)"
    if version < desired.version { return "\(version) → \(desired.version), \(pools)" }
    guard version == desired.version, done < groups.count else { return nil }
    let oldest = groups.compactMap { $0.version.flatMap { KubernetesMinor($0) } }.min() ?? version
    return "\(oldest) → \(version), \(pools)"
  }
}
