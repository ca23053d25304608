internal import AWS
internal import Cloud
internal import Digests

extension AWSNetwork {
  /// - Returns: role and id of the new object; nil for an action that creates nothing with an id of its own.
  func create(_ action: AWSNetworkAction, _ known: [String: String]) async throws(CloudError) -> (
    String, String
  )? {
    switch action {
    case .createVPC(let cidr, let tags):
      return (AWSRole.vpc, try await ec2.createVPC(cidr: cidr, tags: tags))
    case .createSubnet(let role, let vpc, let cidr, let zone, let tags):
      let vpc = try id(vpc, known)
      return (role, try await ec2.createSubnet(vpcID: vpc, cidr: cidr, zone: zone, tags: tags))
    case .createInternetGateway(let tags):
      return (AWSRole.internetGateway, try await ec2.createInternetGateway(tags: tags))
    case .allocateAddress(let role, let tags):
      return (role, try await ec2.allocateAddress(tags: tags))
    case .createNATGateway(let role, let subnet, let address, let token, let tags):
      let (subnet, address) = (try id(subnet, known), try id(address, known))
      let token = Self.token(token, [subnet, address], tags)
      return (
        role, try await ec2.createNATGateway(subnetID: subnet, allocationID: address, token: token, tags: tags)
      )
    case .createRouteTable(let role, let vpc, let token, let tags):
      let vpc = try id(vpc, known)
      let token = Self.token(token, [vpc], tags)
      return (role, try await ec2.createRouteTable(vpcID: vpc, token: token, tags: tags))
    case .createS3Endpoint(let vpc, let service, let tables, let token, let tags):
      let (vpc, tables) = (try id(vpc, known), try ids(tables, known))
      let made = try await ec2.createGatewayEndpoint(
        vpcID: vpc,
        serviceName: service,
        routeTableIDs: tables,
        token: Self.token(token, [vpc] + tables, tags),
        tags: tags
      )
      return (AWSRole.s3Endpoint, made)
    case .createFlowLog(let vpc, let destination, let token, let tags):
      let vpc = try id(vpc, known)
      let log = try await ec2.createFlowLog(
        vpcID: vpc,
        destination: destination,
        token: Self.token(token, [vpc], tags),
        tags: tags
      )
      return (AWSRole.flowLog, log)
    case .addRange(let role, let vpc, let cidr): return (role, try await ec2.addRange(cidr, to: try id(vpc, known)))
    case .createInterfaceEndpoint(let role, let vpc, let service, let subnets, let group, let token, let tags):
      let (vpc, group, subnets) = (try id(vpc, known), try id(group, known), try ids(subnets, known))
      let made = try await ec2.createInterfaceEndpoint(
        vpcID: vpc,
        serviceName: service,
        subnetIDs: subnets,
        groupID: group,
        token: Self.token(token, [vpc, group] + subnets, tags),
        tags: tags
      )
      return (role, made)
    case .createSecurityGroup(let role, let name, let vpc, let tags):
      let description = "Rules of the Backbone, made by cloudlinker"
      let vpc = try id(vpc, known)
      let group = try await ec2.createSecurityGroup(name: name, description: description, vpcID: vpc, tags: tags)
      return (role, group)
    case .enableDNS, .attachInternetGateway, .setDefaultRoute, .deleteDefaultRoute, .associate, .replaceAssociation,
      .addTablesToEndpoint, .removeTableFromEndpoint, .changeInterfaceEndpoint, .authorize, .describeRules, .revoke,
      .setTags, .removeTags, .detachInternetGateway, .delete:
      return nil
    }
  }

  func delete(_ kind: AWSNetworkAction.Kind, _ id: String) async throws(CloudError) {
    switch kind {
    case .vpc: try await ec2.deleteVPC(id)
    case .range: try await ec2.removeRange(id)
    case .subnet: try await ec2.deleteSubnet(id)
    case .internetGateway: try await ec2.deleteInternetGateway(id)
    case .address: try await ec2.releaseAddress(id)
    case .natGateway: try await ec2.deleteNATGateway(id)
    case .routeTable: try await ec2.deleteRouteTable(id)
    case .endpoint: try await ec2.deleteEndpoint(id)
    case .securityGroup: try await ec2.deleteSecurityGroup(id)
    case .flowLog: try await ec2.deleteFlowLog(id)
    }
  }

  /// For a day EC2 refuses a token that it knows together with any other content. The token therefore depends on
  /// everything in the request that may differ the next time, such as the VPC that replaces a lost one.
  private static func token(_ token: String, _ ids: [String], _ tags: [String: String]) -> String {
    let words = [token] + ids.sorted() + tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return String(SHA256.text(words.joined(separator: " ")).prefix(64))
  }

  func id(_ reference: AWSReference, _ known: [String: String]) throws(CloudError) -> String {
    switch reference {
    case .id(let id): return id
    case .made(let role):
      if let id = known[role] { return id }
      throw CloudError(.conflict, operation: "plan", message: "\(role) must be created first")
    }
  }

  func ids(_ references: [AWSReference], _ known: [String: String]) throws(CloudError) -> [String] {
    var ids: [String] = []
    for reference in references { ids.append(try id(reference, known)) }
    return ids
  }
}
