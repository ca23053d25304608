internal import AWS
package import Cloud
package import CloudResources
internal import Foundations

extension AWSNetwork {
  package func perform(
    _ action: AWSNetworkAction,
    _ desired: DesiredNetwork,
    _ ledger: inout Ledger
  ) async throws(CloudError) {
    do throws(CloudError) {
      if let (role, id) = try await create(action, ledger.ids) {
        ledger.ids[role] = id
        ledger.fresh[role] = time.timestamp
        recent.remember(id, role, desired.mark, at: time.now)
      } else {
        try await change(action, desired, ledger.ids)
      }
    } catch {
      throw await explained(error, action, desired)
    }
  }

  private func change(_ action: AWSNetworkAction, _ desired: DesiredNetwork, _ known: [String: String])
    async throws(CloudError)
  {
    switch action {
    case .enableDNS(let attribute, let vpc): try await ec2.enableDNS(attribute, try id(vpc, known))
    case .attachInternetGateway(let gateway, let vpc):
      try await ec2.attachInternetGateway(try id(gateway, known), vpcID: try id(vpc, known))
    case .setDefaultRoute(let table, let target):
      try await ec2.setRoute(try id(table, known), to: AWSNetworkPlanner.everywhere, by: try id(target, known))
    case .deleteDefaultRoute(let table): try await ec2.deleteRoute(table, to: AWSNetworkPlanner.everywhere)
    case .associate(let table, let subnet):
      try await ec2.associate(try id(table, known), subnetID: try id(subnet, known))
    case .replaceAssociation(let association, let table, _):
      try await ec2.replaceAssociation(association, with: try id(table, known))
    case .addTablesToEndpoint(let endpoint, let tables):
      try await ec2.addRouteTables(try ids(tables, known), toEndpoint: endpoint)
    case .removeTableFromEndpoint(let endpoint, let table, _):
      try await ec2.removeRouteTable(table, fromEndpoint: endpoint)
    case .authorize(let direction, let group, let rules, let notes, let includingMembers):
      let group = try id(group, known)
      let members = includingMembers ? [EC2.Rule.members(of: group)] : []
      try await ec2.authorize(direction, rules + members, notes: notes, groupID: group)
    case .describeRules(let direction, let group, let notes):
      try await ec2.describe(
        direction,
        notes.keys.sorted { $0.description < $1.description },
        as: notes,
        groupID: group
      )
    case .changeInterfaceEndpoint(let endpoint, _, let change):
      var resolved = EC2Client.EndpointChange()
      resolved.addedSubnetIDs = try ids(change.addedSubnets, known)
      resolved.removedSubnetIDs = change.removedSubnets
      resolved.addedGroupIDs = try ids(change.addedGroups, known)
      resolved.removedGroupIDs = change.removedGroups
      resolved.enablesPrivateDNS = change.enablesPrivateDNS
      try await ec2.change(endpoint, resolved)
    case .revoke(let direction, let group, let rules):
      try await ec2.revoke(direction, rules, groupID: try id(group, known))
    case .setTags(let ids, let tags): try await ec2.createTags(ids, tags)
    case .removeTags(let ids, let keys): try await ec2.deleteTags(ids, keys: keys)
    case .detachInternetGateway(let gateway, let vpc, _): try await ec2.detachInternetGateway(gateway, vpcID: vpc)
    case .delete(let kind, let id, _):
      try await delete(kind, id)
      recent.forget([id])
    // `create` does the rest.
    default: break
    }
  }

  // MARK: Refusals

  /// Adds what EC2 leaves out of a refusal: what keeps an object from being deleted, and that "not found" may refer to
  /// an object that was created a moment ago.
  private func explained(
    _ error: CloudError,
    _ action: AWSNetworkAction,
    _ desired: DesiredNetwork
  ) async -> CloudError {
    var error = error
    let fresh = recent.ids(of: desired.mark, now: time.now).values
    if error.kind == .notFound, fresh.contains(where: { error.message.contains($0) }) {
      error.kind = .conflict
      error.message += " (created a moment ago; tried again)"
    }
    if error.code == "RulesPerSecurityGroupLimitExceeded", case .authorize(let direction, _, _, _, _) = action {
      error.kind = .unsatisfiable
      error.message = AWSGroupRules(workloadsOf: desired).explanation(direction)
    }
    if error.code == "NotAvailableInZone" { error.message += ": name other zones, in spec.network.zoneNames" }
    if error.kind == .notFound, case .setDefaultRoute(_, .id(let target)) = action,
      desired.egress.existingNextHops.contains(target)
    {
      error.kind = .invalid
      error.message += ": correct spec.egress.existingNextHops, or attach what it names to the VPC"
    }
    guard error.kind == .inUse, case .delete(let kind, let id, _) = action, let filter = Self.interfaceFilter(kind)
    else { return error }
    if let found = try? await ec2.networkInterfaces([.init(filter, [id])]), !found.isEmpty {
      error.message = "\(kind.rawValue) \(id) is in use by \(found.summary): remove them"
    } else if kind == .vpc, let found = try? await ec2.attachments(of: id), !found.isEmpty {
      let names = found.map { "\($0.kind) \($0.id)" + ($0.tags["Name"].map { " (\($0))" } ?? "") }
      error.message = "VPC \(id) cannot be deleted while these are in it: \(names.joined(separator: ", ")): remove them"
    }
    return error
  }

  private static func interfaceFilter(_ kind: AWSNetworkAction.Kind) -> String? {
    switch kind {
    case .vpc: "vpc-id"
    case .subnet: "subnet-id"
    case .securityGroup: "group-id"
    default: nil
    }
  }
}

extension [EC2.NetworkInterface] {
  /// Names the first five and counts the rest.
  var summary: String {
    let names = sorted { $0.id < $1.id }.prefix(5).map(\.summary)
    return names.joined(separator: ", ") + (count > names.count ? " and \(count - names.count) more" : "")
  }
}

extension EC2.NetworkInterface {
  fileprivate var summary: String {
    let what = [
      kind == "interface" ? nil : kind, instanceID.map { "of instance \($0)" }, tags["Name"],
      description.isEmpty ? nil : description,
    ].compactMap { $0 }
    return "network interface \(id)" + (what.isEmpty ? "" : " (\(what.joined(separator: ", ")))")
  }
}
