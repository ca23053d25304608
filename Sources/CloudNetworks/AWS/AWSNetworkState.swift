internal import AWS

/// What is there in AWS of a Backbone, and what else stands in its VPC.
package struct AWSNetworkState: Sendable, Hashable {
  /// Those with our mark, and the adopted one.
  var vpcs: [EC2.VPC] = []
  /// Of the one VPC of ours; false where it was not asked because nobody would do anything about it.
  var hasDNSSupport = false
  var hasDNSHostnames = false
  /// From here on: everything in those VPCs, whoever made it.
  var subnets: [EC2.Subnet] = []
  var routeTables: [EC2.RouteTable] = []
  var natGateways: [EC2.NATGateway] = []
  var securityGroups: [EC2.SecurityGroup] = []
  var endpoints: [EC2.Endpoint] = []
  /// Those of the services wanted that the region has; nil: not asked, because every endpoint is there and in every zone.
  var endpointServices: [EC2.EndpointService]?
  /// Those attached to these VPCs and, where none of ours is, those with our mark.
  var internetGateways: [EC2.InternetGateway] = []
  /// Those with our mark, and of the user's those that no NAT gateway here uses.
  var addresses: [EC2.Address] = []
  /// Of those VPCs, whoever made them; nil: not asked, because none is wanted and none of ours may be there.
  var flowLogs: [EC2.FlowLog]?
  /// Role and id of what was made a moment ago and is in no describe yet.
  var unseen: [String: String] = [:]
  /// What others run in private subnets of ours; looked for while the whole network is to be deleted.
  var occupants: [EC2.NetworkInterface] = []
  /// The account of the credentials; asked for only when nothing of ours is seen although it was there once.
  var account: String?
  /// The VPC that an earlier reconcile knew; it is there, without our mark.
  var unmarkedVPC: String?
  init() {}

  /// Which proves that it is there.
  func isUsedByNATGateway(_ allocation: String) -> Bool {
    natGateways.contains { $0.isThere && $0.allocationIDs.contains(allocation) }
  }

  /// Whether anything is shown that bears our mark.
  func hasAny(of desired: DesiredNetwork) -> Bool {
    let tags =
      vpcs.map(\.tags) + addresses.map(\.tags) + subnets.map(\.tags) + routeTables.map(\.tags)
      + securityGroups.map(\.tags) + natGateways.map(\.tags) + internetGateways.map(\.tags)
    return tags.contains { desired.owns($0) }
  }

  /// Every id that is shown.
  var ids: Set<String> {
    Set(
      vpcs.map(\.id) + vpcs.flatMap { $0.associations.values } + subnets.map(\.id) + routeTables.map(\.id)
        + natGateways.map(\.id) + securityGroups.map(\.id)
        + endpoints.map(\.id) + internetGateways.map(\.id) + addresses.map(\.allocationID)
        + (flowLogs ?? []).map(\.id)
    )
  }
}
