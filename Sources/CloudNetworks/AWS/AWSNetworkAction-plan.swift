internal import AWS
internal import CloudResources

/// How an action stands in a plan: what it needs and makes, and its description.
extension AWSNetworkAction: PlanAction {
  /// Tags are written in order: the mark of a network is removed last, because everything else is found by it.
  private static let tags = "tags"
  static func route(_ table: AWSReference) -> String { "route in \(table)" }

  package var provides: Set<String> {
    switch self {
    case .createVPC: [AWSRole.vpc]
    case .createSubnet(let role, _, _, _, _), .allocateAddress(let role, _), .createNATGateway(let role, _, _, _, _),
      .createRouteTable(let role, _, _, _):
      [role]
    case .createInternetGateway: [AWSRole.internetGateway]
    case .attachInternetGateway(let gateway, _): [gateway.description, AWSRole.internetGateway]
    case .createS3Endpoint: [AWSRole.s3Endpoint]
    case .createSecurityGroup(let role, _, _, _), .addRange(let role, _, _),
      .createInterfaceEndpoint(let role, _, _, _, _, _, _):
      [role]
    case .setDefaultRoute(let table, _): [Self.route(table)]
    case .deleteDefaultRoute(let table): [Self.route(.id(table))]
    case .setTags, .removeTags: [Self.tags]
    case .detachInternetGateway(let id, _, _), .delete(_, let id, _): [id]
    case .removeTableFromEndpoint(_, let table, _): [table]
    case .replaceAssociation(let id, _, _): [id]
    case .enableDNS, .associate, .addTablesToEndpoint, .createFlowLog, .authorize, .revoke, .describeRules,
      .changeInterfaceEndpoint:
      []
    }
  }

  package var needs: Set<String> {
    switch self {
    case .createVPC, .createInternetGateway, .allocateAddress, .deleteDefaultRoute: []
    case .createSubnet(_, let vpc, _, _, _), .createRouteTable(_, let vpc, _, _),
      .createSecurityGroup(_, _, let vpc, _),
      .enableDNS(_, let vpc), .addRange(_, let vpc, _):
      [vpc.description]
    case .attachInternetGateway(let gateway, let vpc): [gateway.description, vpc.description]
    // A NAT gateway fails in a VPC without an internet gateway.
    case .createNATGateway(_, let subnet, let address, _, _):
      [subnet.description, address.description, AWSRole.internetGateway]
    case .setDefaultRoute(let table, let target): [table.description, target.description]
    case .associate(let table, let subnet): [table.description, subnet.description]
    case .replaceAssociation(_, let table, _): [table.description]
    case .createS3Endpoint(let vpc, _, let tables, _, _): Set((tables + [vpc]).map(\.description))
    case .addTablesToEndpoint(_, let tables): Set(tables.map(\.description))
    // The tag that makes later passes look for a flow log must be set first.
    case .createFlowLog(let vpc, _, _, _): [vpc.description, AWSRole.workload, Self.tags]
    case .createInterfaceEndpoint(_, let vpc, _, let subnets, let group, _, _):
      Set((subnets + [vpc, group]).map(\.description))
    case .changeInterfaceEndpoint(_, _, let change): Set((change.addedSubnets + change.addedGroups).map(\.description))
    case .authorize(_, let group, _, _, _), .revoke(_, let group, _): [group.description]
    case .describeRules(_, let group, _): [group]
    case .setTags, .removeTags: [Self.tags]
    case .detachInternetGateway(_, _, let after), .removeTableFromEndpoint(_, _, let after): after
    case .delete(_, let id, let after): after.union([id])
    }
  }

  package var description: String {
    switch self {
    case .createVPC(let cidr, _): "create VPC \(cidr)"
    case .enableDNS(let attribute, let vpc): "enable \(attribute == .support ? "DNS" : "DNS host names") in \(vpc)"
    case .createSubnet(let role, _, let cidr, let zone, _): "create \(role) \(cidr) in \(zone)"
    case .createInternetGateway: "create internet gateway"
    case .attachInternetGateway(let gateway, let vpc): "attach \(gateway) to \(vpc)"
    case .allocateAddress(let role, _): "allocate elastic IP \(role)"
    case .createNATGateway(let role, let subnet, let address, _, _):
      "create NAT gateway \(role) in \(subnet) with \(address)"
    case .createRouteTable(let role, _, _, _): "create route table \(role)"
    case .setDefaultRoute(let table, let target): "route 0.0.0.0/0 in \(table) to \(target)"
    case .deleteDefaultRoute(let table): "delete route 0.0.0.0/0 in \(table)"
    case .associate(let table, let subnet): "associate \(table) with \(subnet)"
    case .replaceAssociation(_, let table, let subnet): "associate \(table) with \(subnet) instead of another table"
    case .createS3Endpoint(_, let service, _, _, _): "create VPC endpoint of \(service)"
    case .addTablesToEndpoint(let id, let tables):
      "add \(tables.map(\.description).joined(separator: ", ")) to VPC endpoint \(id)"
    case .removeTableFromEndpoint(let id, let table, _): "remove \(table) from VPC endpoint \(id)"
    case .createFlowLog(let vpc, let destination, _, _): "create flow log of \(vpc) to \(destination)"
    case .addRange(_, let vpc, let cidr): "add range \(cidr) to \(vpc)"
    case .createInterfaceEndpoint(_, _, let service, let subnets, _, _, _):
      "create VPC endpoint of \(service) in \(subnets.map(\.description).joined(separator: ", "))"
    case .changeInterfaceEndpoint(let id, let service, let change): "change VPC endpoint \(id) of \(service): \(change)"
    case .createSecurityGroup(_, let name, _, _): "create security group \(name)"
    case .describeRules(let direction, let group, let notes):
      "describe rules \(direction.words) \(group): \(notes.keys.map(\.description).sorted().joined(separator: ", "))"
    case .authorize(let direction, let group, let rules, _, let includingMembers):
      "allow \(direction.words) \(group): "
        + (rules.map(\.description) + (includingMembers ? ["all among members"] : [])).joined(separator: ", ")
    case .revoke(let direction, let group, let rules):
      "remove rules \(direction.words) \(group): \(rules.map(\.description).joined(separator: ", "))"
    case .setTags(let ids, let tags):
      "tag \(ids.prefix(3).joined(separator: ", "))\(ids.count > 3 ? " and \(ids.count - 3) more" : ""): "
        + tags.keys.sorted().joined(separator: ", ")
    case .removeTags(let ids, let keys):
      "remove tags \(keys.joined(separator: ", ")) from \(ids.joined(separator: ", "))"
    case .detachInternetGateway(let id, let vpc, _): "detach \(id) from \(vpc)"
    case .delete(let kind, let id, _): "\(kind == .address ? "release" : "delete") \(kind.rawValue) \(id)"
    }
  }
}

extension EC2Client.Direction {
  var words: String { self == .ingress ? "into" : "out of" }
}
