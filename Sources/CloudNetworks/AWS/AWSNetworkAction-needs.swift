internal import AWS
internal import CloudResources

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
}
