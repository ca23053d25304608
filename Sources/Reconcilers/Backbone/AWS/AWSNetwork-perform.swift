internal import AWS
public import Cloud
internal import Foundations

extension AWSNetwork {
  public func perform(
    _ action: AWSNetworkAction,
    _ desired: DesiredNetwork,
    made: inout [String: String]
  ) async throws(CloudError) {
    do throws(CloudError) {
      if let (role, id) = try await create(action, made) {
        made[role] = id
        recent.remember(id, role, desired.mark, at: time.now)
      } else {
        try await change(action, desired, made)
      }
    } catch {
      throw await explained(error, action, made)
    }
  }

  /// - Returns: role and id of what was made; nil for an action that makes nothing with an id of its own.
  private func create(_ action: AWSNetworkAction, _ made: [String: String]) async throws(CloudError) -> (
    String, String
  )? {
    switch action {
    case .createVPC(let cidr, let tags):
      return (AWSRole.vpc, try await ec2.createVPC(cidr: cidr, tags: tags))
    case .createSubnet(let role, let vpc, let cidr, let zone, let tags):
      let vpc = try id(vpc, made)
      return (role, try await ec2.createSubnet(vpcID: vpc, cidr: cidr, zone: zone, tags: tags))
    case .createInternetGateway(let tags):
      return (AWSRole.internetGateway, try await ec2.createInternetGateway(tags: tags))
    case .allocateAddress(let role, let tags):
      return (role, try await ec2.allocateAddress(tags: tags))
    case .createNATGateway(let role, let subnet, let address, let token, let tags):
      let (subnet, address) = (try id(subnet, made), try id(address, made))
      return (
        role, try await ec2.createNATGateway(subnetID: subnet, allocationID: address, token: token, tags: tags)
      )
    case .createRouteTable(let role, let vpc, let token, let tags):
      return (role, try await ec2.createRouteTable(vpcID: try id(vpc, made), token: token, tags: tags))
    case .createS3Endpoint(let vpc, let service, let tables, let token, let tags):
      let made = try await ec2.createGatewayEndpoint(
        vpcID: try id(vpc, made),
        serviceName: service,
        routeTableIDs: try ids(tables, made),
        token: token,
        tags: tags
      )
      return (AWSRole.s3Endpoint, made)
    case .createSecurityGroup(let name, let vpc, let tags):
      let description = "Rules of the Backbone, made by cloudlinker"
      let vpc = try id(vpc, made)
      let group = try await ec2.createSecurityGroup(name: name, description: description, vpcID: vpc, tags: tags)
      return (AWSRole.workload, group)
    default: return nil
    }
  }

  private func change(_ action: AWSNetworkAction, _ desired: DesiredNetwork, _ made: [String: String])
    async throws(CloudError)
  {
    switch action {
    case .enableDNS(let attribute, let vpc): try await ec2.enableDNS(attribute, try id(vpc, made))
    case .attachInternetGateway(let gateway, let vpc):
      try await ec2.attachInternetGateway(try id(gateway, made), vpcID: try id(vpc, made))
    case .setDefaultRoute(let table, let target, let isInternetGateway):
      let target = try id(target, made)
      try await ec2.setRoute(
        try id(table, made),
        to: AWSNetworkPlanner.everywhere,
        by: isInternetGateway ? .internetGateway(target) : .natGateway(target)
      )
    case .deleteDefaultRoute(let table): try await ec2.deleteRoute(table, to: AWSNetworkPlanner.everywhere)
    case .associate(let table, let subnet):
      _ = try await ec2.associate(try id(table, made), subnetID: try id(subnet, made))
    case .replaceAssociation(let association, let table, _):
      _ = try await ec2.replaceAssociation(association, with: try id(table, made))
    case .addTablesToEndpoint(let endpoint, let tables):
      try await ec2.addRouteTables(try ids(tables, made), toEndpoint: endpoint)
    case .removeTableFromEndpoint(let endpoint, let table):
      try await ec2.removeRouteTable(table, fromEndpoint: endpoint)
    case .authorize(let direction, let group, let rules, let includingMembers):
      let group = try id(group, made)
      let members = includingMembers ? [EC2.Rule.members(of: group)] : []
      try await ec2.authorize(direction, rules + members, groupID: group)
    case .revoke(let direction, let group, let rules):
      try await ec2.revoke(direction, rules, groupID: try id(group, made))
    case .setTags(let id, let tags): try await ec2.createTags([id], tags)
    case .removeTags(let ids, let keys): try await ec2.deleteTags(ids, keys: keys)
    case .detachInternetGateway(let gateway, let vpc): try await ec2.detachInternetGateway(gateway, vpcID: vpc)
    case .disassociate(let association, _): try await ec2.disassociate(association)
    case .delete(let kind, let id):
      try await delete(kind, id, desired)
      recent.forget([id])
    case .createVPC, .createSubnet, .createInternetGateway, .allocateAddress, .createNATGateway, .createRouteTable,
      .createS3Endpoint, .createSecurityGroup:
      break
    }
  }

  private func delete(_ kind: AWSNetworkAction.Kind, _ id: String, _ desired: DesiredNetwork) async throws(CloudError) {
    switch kind {
    case .vpc: try await ec2.deleteVPC(id)
    case .subnet: try await ec2.deleteSubnet(id)
    case .internetGateway: try await ec2.deleteInternetGateway(id)
    case .address: try await ec2.releaseAddress(id)
    case .natGateway: try await ec2.deleteNATGateway(id)
    case .routeTable: try await ec2.deleteRouteTable(id)
    case .endpoint:
      // It may be known from routes and status alone.
      let mark = EC2Client.Filter(tag: OwnershipMark.key, desired.mark.value)
      guard try await ec2.endpoints([mark]).contains(where: { $0.id == id }) else { return }
      try await ec2.deleteEndpoint(id)
    case .securityGroup: try await ec2.deleteSecurityGroup(id)
    }
  }

  private func id(_ reference: AWSReference, _ made: [String: String]) throws(CloudError) -> String {
    switch reference {
    case .id(let id): return id
    case .made(let role):
      if let id = made[role] { return id }
      throw CloudError(.conflict, operation: "plan", message: "\(role) is to be made first")
    }
  }

  private func ids(_ references: [AWSReference], _ made: [String: String]) throws(CloudError) -> [String] {
    var ids: [String] = []
    for reference in references { ids.append(try id(reference, made)) }
    return ids
  }

  // MARK: Refusals

  /// What a refusal does not tell: who is in the way of a deletion, and that something made a moment ago may be meant by
  /// "not found".
  private func explained(_ error: CloudError, _ action: AWSNetworkAction, _ made: [String: String]) async -> CloudError
  {
    var error = error
    if error.kind == .notFound, made.values.contains(where: { error.message.contains($0) }) {
      error.kind = .conflict
      error.message += " (made a moment ago; tried again)"
    }
    guard error.kind == .inUse, case .delete(let kind, let id) = action,
      let filter = Self.interfaceFilter(kind), let found = try? await ec2.networkInterfaces([.init(filter, [id])]),
      !found.isEmpty
    else { return error }
    let names = found.sorted { $0.id < $1.id }.prefix(5).map { Self.words($0) }
    let more = found.count > names.count ? " and \(found.count - names.count) more" : ""
    error.message = "\(kind.rawValue) \(id) is in use by \(names.joined(separator: ", "))\(more): remove them"
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

  private static func words(_ interface: EC2.NetworkInterface) -> String {
    let what = [
      interface.kind == "interface" ? nil : interface.kind, interface.instanceID.map { "of instance \($0)" },
      interface.tags["Name"], interface.description.isEmpty ? nil : interface.description,
    ].compactMap { $0 }
    return "network interface \(interface.id)" + (what.isEmpty ? "" : " (\(what.joined(separator: ", ")))")
  }
}
