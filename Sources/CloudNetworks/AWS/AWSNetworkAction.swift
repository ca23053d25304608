package import AWS

/// An existing object, or one that an earlier action of the plan creates.
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

/// Changes to an interface endpoint.
package struct AWSEndpointChange: Sendable, Hashable, CustomStringConvertible {
  var addedSubnets: [AWSReference] = []
  var removedSubnets: [String] = []
  var addedGroups: [AWSReference] = []
  var removedGroups: [String] = []
  var enablesPrivateDNS = false
  var isNothing: Bool { self == AWSEndpointChange() }

  package var description: String {
    func words(_ verb: String, _ ids: [String]) -> String? {
      ids.isEmpty ? nil : "\(verb) \(ids.joined(separator: ", "))"
    }
    return [
      words("add", (addedSubnets + addedGroups).map(\.description)), words("remove", removedSubnets + removedGroups),
      enablesPrivateDNS ? "private DNS on" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
  }
}

/// A call to EC2.
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
  /// Sets the route of 0.0.0.0/0.
  case setDefaultRoute(table: AWSReference, target: AWSReference)
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
  case addRange(role: String, vpc: AWSReference, cidr: String)
  case createInterfaceEndpoint(
    role: String,
    vpc: AWSReference,
    service: String,
    subnets: [AWSReference],
    group: AWSReference,
    token: String,
    tags: [String: String]
  )
  case changeInterfaceEndpoint(String, service: String, AWSEndpointChange)
  case createSecurityGroup(role: String, name: String, vpc: AWSReference, tags: [String: String])
  /// Adds rules to a security group.
  /// - notes: descriptions of the rules.
  /// - includingMembers: also allows all traffic between members of the group.
  case authorize(
    EC2Client.Direction,
    group: AWSReference,
    rules: [EC2.Rule],
    notes: [EC2.Rule: String] = [:],
    includingMembers: Bool
  )
  case describeRules(EC2Client.Direction, group: String, notes: [EC2.Rule: String])
  case revoke(EC2Client.Direction, group: AWSReference, rules: [EC2.Rule])
  case setTags([String], [String: String])
  case removeTags([String], keys: [String])
  case detachInternetGateway(String, vpc: String, after: Set<String> = [])
  /// - after: ids of objects that must be deleted first.
  case delete(Kind, String, after: Set<String> = [])

  package enum Kind: String, Sendable, Hashable {
    case vpc = "VPC"
    case range = "range"
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
