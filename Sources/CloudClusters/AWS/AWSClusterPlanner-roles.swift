internal import AWS
internal import CloudResources

extension AWSClusterPlanner {
  mutating func planRoles() {
    for service in AWSClusterRole.Service.allCases where isNeeded(service) && givenARN(service) == nil {
      _ = planner.plan(roleRow(service))
    }
  }

  private func isNeeded(_ service: AWSClusterRole.Service) -> Bool {
    switch service {
    case .cluster: true
    case .node, .autoscaler: hasNodeGroups
    case .autoNode: desired.aws.autoMode
    case .network: wantedAddOns.contains { $0.name == AWSClusterPolicies.networkAddOn.name }
    }
  }

  func givenARN(_ service: AWSClusterRole.Service) -> String? {
    switch service {
    case .cluster: desired.aws.clusterRoleARN
    case .node: desired.aws.nodeRoleARN
    case .autoNode: desired.aws.autoModeNodeRoleARN
    case .network, .autoscaler: nil
    }
  }

  /// The ARN of a role that a write can use; nil: the role does not exist yet.
  func usableARN(_ service: AWSClusterRole.Service) -> String? {
    if let given = givenARN(service) { return given }
    return planner.usable(.role(service)) == nil ? nil : seen.roles[service]?.role.arn
  }

  /// The objects that a row needs before it can use the role.
  func needs(_ service: AWSClusterRole.Service) -> [AWSClusterRole] {
    givenARN(service) == nil ? [.role(service)] : []
  }

  private mutating func roleRow(_ service: AWSClusterRole.Service) -> Planner.Row {
    let role = AWSClusterRole.role(service)
    let name = desired.roleName(service)
    let trust = AWSClusterPolicies.trust(service)
    let policies = AWSClusterPolicies.managed(service, isAuto: desired.aws.autoMode, partition: partition)
    let inline = AWSClusterPolicies.inline(service, cluster: desired.cloudName)
    var row = Planner.Row(role, id: name)
    row.content = .role(
      path: desired.aws.rolePath,
      trust: trust,
      boundary: desired.aws.permissionsBoundaryARN,
      policies: policies,
      inline: inline,
      tags: desired.tags(role)
    )
    row.detail = name
    guard let found = seen.roles[service] else { return row }
    guard desired.owns(found.role.tags) else {
      row.foreign = "IAM role \(name) is there and does not belong to this PrivateCluster: delete or rename it"
      return row
    }
    row.found = Sighting(id: name, label: label(role, name), state: .ready)
    row.change = change(service, found, policies: policies, inline: inline, trust: trust)
    row.tags = desired.retagging(role, found.role.tags)
    return row
  }

  /// Policies that others attached stay. Those that only Auto Mode needs go once it is off.
  private mutating func change(
    _ service: AWSClusterRole.Service,
    _ found: AWSClusterState.Role,
    policies: [String],
    inline: String?,
    trust: String
  ) -> Planner.Row.Change {
    let role = AWSClusterRole.role(service)
    let ours = usesAutoMode ? [] : AWSClusterPolicies.managed(service, isAuto: true, partition: partition)
    let missing = policies.filter { !found.policies.contains($0) }
    let surplus = found.policies.filter { ours.contains($0) && !policies.contains($0) }.sorted()
    let wrongInline = inline == found.inline ? nil : inline
    let wrongTrust = trust == found.role.trust ? nil : trust
    func name(_ policy: String) -> String { policy.split(separator: "/").last.map(String.init) ?? policy }
    let details =
      missing.map { "lacked policy \(name($0))" } + surplus.map { "had policy \(name($0))" }
      + (wrongInline == nil ? [] : ["its own policy differed"])
      + (wrongTrust == nil ? [] : ["its trust policy differed"])
    let isDrift = isDrift(role, from: "\(policies) \(inline ?? "") \(trust)", isThere: details.isEmpty)
    return .init(
      .roleChange(attach: missing, detach: surplus, inline: wrongInline, trust: wrongTrust),
      details: details,
      repairs: isDrift ? details.map { "\(role.summary): \($0)" } : []
    )
  }

  var partition: String { AWSEndpoint.partition(of: desired.region) }

  mutating func planNodesGroup() {
    let found = seen.securityGroups.first { $0.name == desired.nodesGroupName }
    // The next one will be open again.
    if found == nil { planner.plan.report.ledger.settled[closed] = nil }
    guard hasNodeGroups else { return }
    let role = AWSClusterRole.nodesGroup
    let more = [ClusterTag.owned(desired.cloudName): "owned"]
    var row = Planner.Row(role, id: desired.nodesGroupName)
    row.content = .securityGroup(vpcID: desired.network.id, tags: desired.tags(role, more))
    row.detail = desired.nodesGroupName
    if let found {
      row.found = Sighting(id: found.id, label: label(role, found.id), state: .ready)
      // EC2 opens new groups to everything. Only the Backbone's rules may let nodes out.
      let open = found.egress.sorted { $0.description < $1.description }
      let isNew = desired.ledger.settled[closed] == nil
      row.change = .init(
        .egress(allow: [], revoke: open),
        details: open.isEmpty ? [] : ["let out \(open.prefix(3).map(\.description).joined(separator: ", "))"],
        repairs: isNew ? [] : open.map { "\(role.summary) let out \($0.description)" }
      )
      row.tags = desired.retagging(role, found.tags, more)
      if open.isEmpty { planner.plan.report.ledger.settled[closed] = found.id }
    }
    _ = planner.plan(row)
  }

  private var closed: String { "nodes-group-closed" }
}
