internal import AWS

/// The objects of a Backbone in AWS, and those of others in its VPC.
package struct AWSNetworkState: Sendable, Hashable {
  /// VPCs with our mark, and the adopted one.
  var vpcs: [EC2.VPC] = []
  /// Attributes of the VPC that is kept. Not read for an adopted one, nor while a NAT gateway is pending.
  var hasDNSSupport = false
  var hasDNSHostnames = false
  /// From here on: everything in those VPCs, of any owner.
  var subnets: [EC2.Subnet] = []
  var routeTables: [EC2.RouteTable] = []
  var natGateways: [EC2.NATGateway] = []
  var securityGroups: [EC2.SecurityGroup] = []
  var endpoints: [EC2.Endpoint] = []
  /// The wanted services that the region offers. Nil: not read, because every endpoint exists in every zone.
  var endpointServices: [EC2.EndpointService]?
  /// Gateways attached to these VPCs, and those with our mark unless one of ours is attached.
  var internetGateways: [EC2.InternetGateway] = []
  /// Addresses with our mark, and user-supplied ones that no NAT gateway here uses.
  var addresses: [EC2.Address] = []
  /// Flow logs of these VPCs, of any owner. Nil: not read, because none is wanted and none of ours can exist.
  var flowLogs: [EC2.FlowLog]?
  /// Objects that were created a moment ago and are not listed yet, by role.
  var unseen: [String: String] = [:]
  /// Network interfaces of others in owned private subnets. They are read only when the whole network is to be deleted.
  var occupants: [EC2.NetworkInterface] = []
  /// The account of the credentials. It is read only if nothing of ours is seen although something existed before.
  var account: String?
  /// The id of a VPC that an earlier pass remembered and that exists without our mark.
  var unmarkedVPC: String?
  init() {}

  /// Whether a NAT gateway uses the address, which proves that the address exists.
  func isUsedByNATGateway(_ allocation: String) -> Bool {
    natGateways.contains { $0.isThere && $0.allocationIDs.contains(allocation) }
  }

  /// Whether the subnet is owned and for workloads, not for a NAT gateway. A subnet that has lost its role tag is told by
  /// the NAT gateway in it.
  func isPrivate(_ subnet: EC2.Subnet, _ desired: DesiredNetwork) -> Bool {
    guard desired.owns(subnet.tags), desired.role(subnet.id, subnet.tags) != AWSRole.publicSubnet(subnet.zone) else {
      return false
    }
    return !natGateways.contains { $0.subnetID == subnet.id && $0.isThere && desired.owns($0.tags) }
  }
}

extension AWSNetworkState {
  /// Everything that was read, by kind and id.
  var objects: [AWSObject] {
    var all: [AWSObject] = []
    func add<Object>(_ objects: [Object], _ object: (Object) -> AWSObject) {
      all += objects.map(object).sorted { $0.id < $1.id }
    }
    add(vpcs) { AWSObject(.vpc, $0.id, $0.tags) }
    add(subnets) { AWSObject(.subnet, $0.id, $0.tags, in: $0.vpcID) }
    add(natGateways) {
      AWSObject(.natGateway, $0.id, $0.tags, in: $0.vpcID, takesTags: $0.state != "deleted", holdsVPC: $0.isThere)
    }
    // EC2 lists an endpoint for a while after its deletion and refuses to change its tags.
    add(endpoints) {
      AWSObject(.endpoint, $0.id, $0.tags, in: $0.vpcID, takesTags: !$0.isLeaving, holdsVPC: !$0.isLeaving)
    }
    add(routeTables) {
      AWSObject(.routeTable, $0.id, $0.tags, in: $0.vpcID, holdsVPC: !$0.associations.contains(where: \.isMain))
    }
    add(securityGroups) {
      AWSObject(.securityGroup, $0.id, $0.tags, in: $0.vpcID, name: $0.name, holdsVPC: !$0.isDefault)
    }
    add(internetGateways) { AWSObject(.internetGateway, $0.id, $0.tags, in: $0.vpcID) }
    add(addresses) { AWSObject(.address, $0.allocationID, $0.tags) }
    add(flowLogs ?? []) { AWSObject(.flowLog, $0.id, $0.tags) }
    return all
  }

  /// Whether any object bears our mark.
  func hasAny(of desired: DesiredNetwork) -> Bool { objects.contains { desired.owns($0.tags) } }

  /// The ids of all objects that were read.
  var ids: Set<String> { Set(objects.map(\.id) + vpcs.flatMap { $0.associations.values }) }
}
