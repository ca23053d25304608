internal import AWS
internal import Cloud
internal import CloudNetworks

/// Reads the parts of an observation. Each function replaces what an earlier pass saw of its part.
extension AWSCluster {
  func gatherNodeGroups(_ desired: DesiredCluster, _ seen: inout AWSClusterState) async throws(CloudError) {
    seen.nodeGroups = [:]
    for name in try await eks.nodeGroupNames(of: desired.cloudName) {
      seen.nodeGroups[name] = try await eks.nodeGroup(name, of: desired.cloudName)
    }
  }

  func gatherAddOns(_ desired: DesiredCluster, _ seen: inout AWSClusterState) async throws(CloudError) {
    seen.addOns = [:]
    for name in try await eks.addOnNames(of: desired.cloudName) {
      seen.addOns[name] = try await eks.addOn(name, of: desired.cloudName)
    }
  }

  func gatherAccess(_ desired: DesiredCluster, _ seen: inout AWSClusterState) async throws(CloudError) {
    let cluster = desired.cloudName
    seen.entries = [:]
    for principal in try await eks.accessEntryPrincipals(of: cluster) {
      guard let entry = try await eks.accessEntry(principal, of: cluster) else { continue }
      let policies = desired.owns(entry.tags) ? try await eks.accessPolicies(of: principal, cluster: cluster) : []
      seen.entries[principal] = .init(entry: entry, policies: policies)
    }
  }

  func gatherIdentity(_ desired: DesiredCluster, _ seen: inout AWSClusterState) async throws(CloudError) {
    let account = AWSClusterPolicies.autoscalerAccount
    seen.identity = try await eks.podIdentity(
      namespace: account.namespace,
      serviceAccount: account.name,
      of: desired.cloudName
    )
  }

  func gatherRoles(
    _ services: [AWSClusterRole.Service],
    _ desired: DesiredCluster,
    _ seen: inout AWSClusterState
  ) async throws(CloudError) {
    for service in services {
      seen.roles[service] = nil
      let name = desired.roleName(service)
      guard let role = try await iam.serviceRole(name) else { continue }
      let inline = service == .autoscaler ? try await iam.policy(AWSClusterPolicies.inlineName, of: name) : nil
      seen.roles[service] = .init(role: role, policies: try await iam.attachedPolicies(of: name), inline: inline)
    }
  }

  /// Reads the security group, network interfaces and launch templates. Versions of a template never change, so they
  /// are read only if there is a new one.
  func gatherNetwork(
    _ desired: DesiredCluster,
    _ goal: ClusterGoal,
    _ seen: inout AWSClusterState
  ) async throws(CloudError) {
    let marked = [EC2Client.Filter(tag: ClusterTag.mark, desired.mark.value)]
    seen.securityGroups = try await ec2.securityGroups(marked)
    let known = seen.templates
    seen.templates = []
    for template in try await ec2.launchTemplates(marked) {
      let before = known.first {
        $0.template.id == template.id && $0.template.latestVersion == template.latestVersion
      }
      let isNeeded = goal == .present && before == nil
      let versions = isNeeded ? try await ec2.launchTemplateVersions(template.id) : before?.versions ?? []
      seen.templates.append(.init(template: template, versions: versions))
    }
    if goal == .present { try await gatherAutoModeGroups(desired, &seen) }
    let groups = (seen.securityGroups + [seen.clusterGroup].compactMap { $0 }).map(\.id)
    let isNeeded = goal != .released && !groups.isEmpty
    seen.interfaces = isNeeded ? try await ec2.networkInterfaces([.init("group-id", groups)]) : []
  }

  private func gatherAutoModeGroups(_ desired: DesiredCluster, _ seen: inout AWSClusterState) async throws(CloudError) {
    (seen.clusterGroup, seen.workloadGroup) = (nil, nil)
    guard let cluster = seen.cluster, cluster.isAuto, desired.owns(cluster.tags),
      let id = cluster.resourcesVpcConfig?.clusterSecurityGroupId
    else { return }
    let groups = try await ec2.securityGroups([.init("group-id", [id, desired.network.workloadGroupID])])
    seen.clusterGroup = groups.first { $0.id == id }
    seen.workloadGroup = groups.first { $0.id == desired.network.workloadGroupID }
  }

  /// Load balancers of one generation that controllers in the cluster made, by the tags that these set.
  func gatherBalancers(
    _ generation: LoadBalancerClient.Generation,
    _ desired: DesiredCluster,
    _ goal: ClusterGoal,
    _ seen: inout AWSClusterState
  ) async throws(CloudError) {
    let found = try await balancers.loadBalancers(
      generation,
      in: desired.network.id,
      onlyInternetFacing: goal == .present
    )
    seen.balancers.removeAll { $0.generation == generation }
    seen.balancers += found.filter { desired.isOfWorkloads($0.tags) }
  }

  /// Finds security groups of the load balancer controller and network interfaces of the network add-on by the tags
  /// that these set. They belong to workloads, whose owners decide about them.
  func gatherLeftovers(_ desired: DesiredCluster, _ seen: inout AWSClusterState) async throws(CloudError) {
    let groups = try await ec2.securityGroups([.init(tag: "elbv2.k8s.aws/cluster", desired.cloudName)])
    let interfaces = try await ec2.networkInterfaces([.init(tag: "cluster.k8s.amazonaws.com/name", desired.cloudName)])
    seen.leftovers =
      seen.balancers.map(\.description).sorted()
      + groups.filter { !desired.owns($0.tags) }.map { "security group \($0.id) \($0.name)" }.sorted()
      + interfaces.map { "network interface \($0.id)" }.sorted()
  }

  /// Reads what only an upgrade needs.
  func gatherUpgrade(_ desired: DesiredCluster, _ seen: inout AWSClusterState) async throws(CloudError) {
    guard let version = seen.version else { return }
    if version < desired.version {
      seen.blockers = try await eks.upgradeBlockers(desired.cloudName, version: version.next.description)
    }
    let name = AWSClusterPolicies.versionedAddOn
    if let found = seen.addOns[name]?.addonVersion, !found.hasPrefix("v\(version).") {
      seen.newerAddOnVersion = try await eks.defaultVersion(ofAddOn: name, kubernetes: version.description)
    }
  }
}

extension DesiredCluster {
  /// Whether a controller in the cluster made it: the load balancer controller, Auto Mode, or Kubernetes' own.
  fileprivate func isOfWorkloads(_ tags: [String: String]) -> Bool {
    tags["elbv2.k8s.aws/cluster"] == cloudName || tags["eks:eks-cluster-name"] == cloudName
      || tags[ClusterTag.owned(cloudName)] != nil
  }
}
