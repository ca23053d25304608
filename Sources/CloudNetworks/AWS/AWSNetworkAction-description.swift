internal import AWS

extension AWSNetworkAction: CustomStringConvertible {
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
