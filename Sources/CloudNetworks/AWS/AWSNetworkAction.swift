package import AWS

/// An object that is there, or that an action before this one makes.
package enum AWSReference: Sendable, Hashable, CustomStringConvertible {
  case id(String)
  case made(role: String)
  package var description: String {
    switch self {
    case .id(let id): id
    case .made(let role): role
    }
  }
}

/// One call to EC2.
package enum AWSNetworkAction: Sendable, Hashable {
  case createVPC(cidr: String, tags: [String: String])
  case enableDNS(EC2Client.DNSAttribute, vpc: AWSReference)
  case createSubnet(role: String, vpc: AWSReference, cidr: String, zone: String, tags: [String: String])
  case createInternetGateway(tags: [String: String])
  case attachInternetGateway(AWSReference, vpc: AWSReference)
  case allocateAddress(role: String, tags: [String: String])
  case createNATGateway(
    role: String,
    subnet: AWSReference,
    address: AWSReference,
    token: String,
    tags: [String: String]
  )
  case createRouteTable(role: String, vpc: AWSReference, token: String, tags: [String: String])
  /// 0.0.0.0/0.
  case setDefaultRoute(table: AWSReference, target: AWSReference, isInternetGateway: Bool)
  case deleteDefaultRoute(table: String)
  case associate(table: AWSReference, subnet: AWSReference)
  case replaceAssociation(String, table: AWSReference, subnet: String)
  case createS3Endpoint(
    vpc: AWSReference,
    service: String,
    tables: [AWSReference],
    token: String,
    tags: [String: String]
  )
  case addTablesToEndpoint(String, tables: [AWSReference])
  case removeTableFromEndpoint(String, table: String, after: Set<String>)
  case createFlowLog(vpc: AWSReference, destination: String, token: String, tags: [String: String])
  case createSecurityGroup(name: String, vpc: AWSReference, tags: [String: String])
  /// - includingMembers: and everything between members of the group.
  case authorize(EC2Client.Direction, group: AWSReference, rules: [EC2.Rule], includingMembers: Bool)
  case revoke(EC2Client.Direction, group: AWSReference, rules: [EC2.Rule])
  case setTags(String, [String: String])
  case removeTags([String], keys: [String])
  case detachInternetGateway(String, vpc: String, after: Set<String> = [])
  /// - after: ids of what must be gone first.
  case delete(Kind, String, after: Set<String> = [])

  package enum Kind: String, Sendable, Hashable {
    case vpc = "VPC"
    case subnet
    case internetGateway = "internet gateway"
    case address = "elastic IP"
    case natGateway = "NAT gateway"
    case routeTable = "route table"
    case endpoint = "VPC endpoint"
    case securityGroup = "security group"
    case flowLog = "flow log"
  }
}

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
    case .setDefaultRoute(let table, let target, _): "route 0.0.0.0/0 in \(table) to \(target)"
    case .deleteDefaultRoute(let table): "delete route 0.0.0.0/0 in \(table)"
    case .associate(let table, let subnet): "associate \(table) with \(subnet)"
    case .replaceAssociation(_, let table, let subnet): "associate \(table) with \(subnet) in place of another table"
    case .createS3Endpoint(_, let service, _, _, _): "create VPC endpoint of \(service)"
    case .addTablesToEndpoint(let id, let tables):
      "add \(tables.map(\.description).joined(separator: ", ")) to VPC endpoint \(id)"
    case .removeTableFromEndpoint(let id, let table, _): "take \(table) from VPC endpoint \(id)"
    case .createFlowLog(let vpc, let destination, _, _): "create flow log of \(vpc) to \(destination)"
    case .createSecurityGroup(let name, _, _): "create security group \(name)"
    case .authorize(let direction, let group, let rules, let includingMembers):
      "allow \(direction.words) \(group): "
        + (rules.map(\.description) + (includingMembers ? ["all among members"] : [])).joined(separator: ", ")
    case .revoke(let direction, let group, let rules):
      "forbid \(direction.words) \(group): \(rules.map(\.description).joined(separator: ", "))"
    case .setTags(let id, let tags): "tag \(id): \(tags.keys.sorted().joined(separator: ", "))"
    case .removeTags(let ids, let keys):
      "take tags \(keys.joined(separator: ", ")) from \(ids.joined(separator: ", "))"
    case .detachInternetGateway(let id, let vpc, _): "detach \(id) from \(vpc)"
    case .delete(let kind, let id, _): "\(kind == .address ? "release" : "delete") \(kind.rawValue) \(id)"
    }
  }
}

extension EC2Client.Direction {
  var words: String { self == .ingress ? "into" : "out of" }
}
