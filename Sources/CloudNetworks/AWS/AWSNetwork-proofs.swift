internal import AWS
internal import CloudResources

/// What need not be asked, because something else that was read proves it or rules it out.
extension AWSNetwork {
  /// The S3 endpoint that an earlier pass knew, where every private table of ours has a route to it and has the tags of the
  /// spec: an endpoint is tagged no later than the tables, so it has them, too. Routes prove nothing about a duplicate VPC
  /// (created twice because EC2 had not listed the first), so endpoints are listed then.
  static func provenEndpoint(_ desired: DesiredNetwork, _ state: AWSNetworkState) -> String? {
    guard let id = desired.knownIDs[AWSRole.s3Endpoint], state.vpcs.count == 1 else { return nil }
    let roles = Set(desired.routedZones.map { AWSRole.routes($0) })
    let tables = state.routeTables.compactMap { table -> (EC2.RouteTable, role: String)? in
      guard desired.owns(table.tags), let role = desired.role(table.id, table.tags) else { return nil }
      return roles.contains(role) ? (table, role) : nil
    }
    let isProven = tables.allSatisfy { table, role in
      table.routes.contains { $0.target == id && $0.state == "active" }
        && desired.retagging(role: role, table.tags).isNothing
    }
    return isProven && !tables.isEmpty ? id : nil
  }

  /// The group of interface endpoints is there as long as one of them may be.
  static func mayHaveInterfaceEndpoints(_ desired: DesiredNetwork, _ state: AWSNetworkState) -> Bool {
    !desired.privateServices.isEmpty
      || state.securityGroups.contains { group in
        desired.owns(group.tags) && desired.role(group.id, group.tags) == AWSRole.endpointsGroup
      }
  }

  /// Whether there is one of each service with a network interface in every zone of the spec.
  static func hasAllInterfaceEndpoints(_ desired: DesiredNetwork, _ state: AWSNetworkState) -> Bool {
    let zones = Dictionary(state.subnets.map { ($0.id, $0.zone) }) { first, _ in first }
    let wanted = Set(desired.subnets.map(\.zone))
    return desired.privateServices.allSatisfy { service in
      (state.endpoints ?? []).contains { endpoint in
        desired.owns(endpoint.tags) && desired.role(endpoint.id, endpoint.tags) == AWSRole.endpoint(service)
          && wanted.isSubset(of: endpoint.subnetIDs.compactMap { zones[$0] })
      }
    }
  }

  /// The group has a tag of its own as long as there may be a flow log of ours.
  func mayHaveFlowLog(_ desired: DesiredNetwork, _ state: AWSNetworkState) -> Bool {
    desired.flowLogDestination != nil || desired.knownIDs[AWSRole.flowLog] != nil
      || state.securityGroups.contains { desired.owns($0.tags) && $0.tags[DesiredNetwork.flowLogTag] != nil }
  }

  /// The internet gateway that an earlier pass knew as ours, and as the only one that bears the mark (a crash may have left
  /// a second one that is not attached): the route of the public table to it is active, and a NAT
  /// gateway of ours needs it; for its tags see `provenEndpoint`.
  static func provenGateway(_ desired: DesiredNetwork, _ state: AWSNetworkState) -> EC2.InternetGateway? {
    guard let id = desired.knownIDs[AWSRole.internetGateway],
      desired.ledger.settled[AWSRole.internetGateway] == id,
      let table = state.routeTables.first(where: { table in
        desired.owns(table.tags) && desired.retagging(role: AWSRole.publicRoutes, table.tags).isNothing
          && table.routes.contains { $0.target == id && $0.state == "active" }
      }), state.natGateways.contains(where: { $0.vpcID == table.vpcID && $0.isLive && desired.owns($0.tags) })
    else { return nil }
    return EC2.InternetGateway(id: id, vpcID: table.vpcID, tags: desired.tags(role: AWSRole.internetGateway))
  }
}
