internal import AWS
internal import CloudResources

extension AWSClusterPlanner {
  mutating func planRoles() {
    for service in AWSClusterRole.Service.allCases where givenARN(service) == nil {
      _ = planner.plan(roleRow(service))
    }
  }

  func givenARN(_ service: AWSClusterRole.Service) -> String? {
    switch service {
    case .cluster: desired.aws.clusterRoleARN
    case .node: desired.aws.nodeRoleARN
    case .network, .autoscaler: nil
    }
  }

  /// The role that a write can name; nil: it is not there yet.
  func usableARN(_ service: AWSClusterRole.Service) -> String? {
    if let given = givenARN(service) { return given }
    return planner.usable(.role(service)) == nil ? nil : seen.roles[service]?.role.arn
  }

  /// What a row needs before it can name that role.
  func needs(_ service: AWSClusterRole.Service) -> [AWSClusterRole] {
    givenARN(service) == nil ? [.role(service)] : []
  }

  private func roleRow(_ service: AWSClusterRole.Service) -> Planner.Row {
    let role = AWSClusterRole.role(service)
    let name = desired.roleName(service)
    let policies = AWSClusterPolicies.managed(service, partition: partition)
    let inline = AWSClusterPolicies.inline(service, cluster: desired.cloudName)
    var row = Planner.Row(role, id: name)
    row.content = .role(
      path: desired.aws.rolePath,
      trust: AWSClusterPolicies.trust(service),
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
    let missing = policies.filter { !found.policies.contains($0) }
    let wrongInline = inline == found.inline ? nil : inline
    let details =
      missing.map { "policy \($0.split(separator: "/").last ?? "") was detached" }
      + (wrongInline == nil ? [] : ["its own policy was changed"])
    row.change = .init(
      .policies(missing, inline: wrongInline),
      details: details,
      repairs: isKnown(role) ? details.map { "\(role.summary): \($0)" } : []
    )
    row.tags = desired.retagging(role, found.role.tags)
    return row
  }

  var partition: String { AWSEndpoint.partition(of: desired.region) }

  mutating func planNodesGroup() {
    let role = AWSClusterRole.nodesGroup
    let more = [ClusterTag.owned(desired.cloudName): "owned"]
    var row = Planner.Row(role, id: desired.nodesGroupName)
    row.content = .securityGroup(vpcID: desired.network.id, tags: desired.tags(role, more))
    row.detail = desired.nodesGroupName
    if let found = seen.securityGroups.first(where: { $0.name == desired.nodesGroupName }) {
      row.found = Sighting(id: found.id, label: label(role, found.id), state: .ready)
      // EC2 opens new groups to everything. Nodes get out by the Backbone's rules alone.
      let open = found.egress.sorted { $0.description < $1.description }
      let isNew = desired.ledger.settled[closed] == nil
      row.change = .init(
        .revoke(open),
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
