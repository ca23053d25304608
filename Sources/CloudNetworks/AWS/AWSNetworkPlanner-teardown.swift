internal import AWS
internal import CloudResources

/// Deletes what is not kept, in this order: flow logs; interface endpoints; private subnets; NAT gateways; other
/// endpoints; public subnets; route tables; addresses that nothing uses; security groups; the internet gateway; the
/// VPC.
///
/// Private subnets come early because EC2 refuses to delete one that is in use. Everything that serves a subnet is
/// deleted only after that deletion succeeded, so no workload loses its way out. The deletion of a NAT gateway takes a
/// minute. Until then it holds its address, its subnet and the internet gateway, which are left to a later plan.
extension AWSNetworkPlanner {
  /// When the whole network is deleted, nothing is kept.
  mutating func tearDownSurplus() {
    for log in state.flowLogs ?? [] where isSurplus(log.id, log.tags) { act(.network, .delete(.flowLog, log.id)) }
    let surplus = state.subnets.filter { isSurplus($0.id, $0.tags) }
    let served = Set(surplus.filter { state.isPrivate($0, desired) }.map(\.id))
    rememberSurplusRanges()
    guard tearDownInterfaceEndpoints(served).isEmpty else { return }
    for subnet in surplus where served.contains(subnet.id) { act(.subnets, .delete(.subnet, subnet.id)) }
    tearDownNATGateways(after: served)
    tearDownRanges(after: served)
    for endpoint in state.endpoints where isSurplus(endpoint.id, endpoint.tags) {
      if endpoint.isLeaving || endpoint.isInterface { continue }
      act(.routes, .delete(.endpoint, endpoint.id, after: served))
    }
    let held = tearDownPublicSubnets(surplus.filter { !served.contains($0.id) }, after: served)
    tearDownRouteTables(after: served)
    tearDownAddresses(after: served)
    tearDownGroups(after: served)
    tearDownNetworks(held, after: served)
  }

  private mutating func tearDownGroups(after served: Set<String>) {
    for group in state.securityGroups where isSurplus(group.id, group.tags) {
      let endpoint = state.endpoints.first { $0.groupIDs.contains(group.id) && $0.state != "deleted" }
      let member = EC2.Rule.Peer.group(group.id)
      let others = state.securityGroups.filter { other in
        other.id != group.id && other.ingress.union(other.egress).contains { $0.peer == member }
      }
      if let endpoint {
        later(.firewall, "delete security group \(group.id) once VPC endpoint \(endpoint.id) is gone")
      } else if !others.isEmpty {
        let names = others.map { "\($0.id) (\($0.name))" }.sorted().joined(separator: ", ")
        problem(
          .firewall,
          .inUse,
          "security group \(group.id) cannot be deleted while rules of \(names) refer to it: revoke those rules"
        )
      } else {
        act(.firewall, .delete(.securityGroup, group.id, after: served))
      }
    }
  }

  private mutating func tearDownNATGateways(after served: Set<String>) {
    for nat in state.natGateways where isSurplus(nat.id, nat.tags) && nat.state != "deleted" {
      if nat.state == "deleting" {
        wait(.egress, "NAT gateway \(nat.id) is being deleted")
        continue
      }
      // A route table that stays uses this NAT gateway until its route is changed or deleted.
      let tables = state.routeTables.filter { table in
        (kept.contains(table.id) || servesOthers(table))
          && table.routes.contains { $0.destination == Self.everywhere && $0.target == nat.id }
      }
      let moved = Set(plan.actions.flatMap(\.provides))
      let routes = Set(tables.map { AWSNetworkAction.route(.id($0.id)) })
      if let table = tables.first, !replaced.contains(nat.id), !routes.isSubset(of: moved) {
        later(.egress, "delete NAT gateway \(nat.id) once route table \(table.id) leads elsewhere")
      } else {
        act(.egress, .delete(.natGateway, nat.id, after: served.union(routes)))
      }
    }
  }

  private func servesOthers(_ table: EC2.RouteTable) -> Bool {
    let subnets = Set(table.associations.compactMap(\.subnetID))
    return state.subnets.contains { subnets.contains($0.id) && !owns($0.tags) }
  }

  private mutating func tearDownRouteTables(after served: Set<String>) {
    for table in state.routeTables where isSurplus(table.id, table.tags) {
      guard let subnets = leaving(table) else { continue }
      // EC2 refuses to delete a table that an endpoint serves.
      if let endpoint = plan.report.ids[AWSRole.s3Endpoint], table.routes.contains(where: { $0.target == endpoint }) {
        act(.routes, .removeTableFromEndpoint(endpoint, table: table.id, after: served))
      }
      act(.routes, .delete(.routeTable, table.id, after: served.union(subnets)))
    }
  }

  /// The keys of this plan's actions that free the table of its subnets; nil if the table must stay.
  private mutating func leaving(_ table: EC2.RouteTable) -> Set<String>? {
    let planned = Set(plan.actions.flatMap(\.provides))
    var keys: Set<String> = []
    for association in table.associations where !association.isMain {
      guard let id = association.subnetID, let subnet = state.subnets.first(where: { $0.id == id }) else { continue }
      if let key = [id, association.id].first(where: planned.contains) {
        keys.insert(key)
      } else if isSurplus(id, subnet.tags) {
        later(.routes, "delete route table \(table.id) once subnet \(id) is gone")
        return nil
      } else {
        problem(
          .routes,
          .inUse,
          "route table \(table.id) cannot be deleted while subnet \(id)\(named(subnet.tags)) uses it, which is not this "
            + "Backbone's: associate the subnet with another table"
        )
        return nil
      }
    }
    return keys
  }

  private func isSurplus(_ id: String, _ tags: [String: String]) -> Bool { owns(tags) && !kept.contains(id) }

  private mutating func tearDownAddresses(after served: Set<String>) {
    for address in state.addresses where isSurplus(address.allocationID, address.tags) {
      let holder = state.natGateways.first { $0.isThere && $0.allocationIDs.contains(address.allocationID) }
      if let holder {
        later(.egress, "release elastic IP \(address.allocationID) once NAT gateway \(holder.id) is gone")
      } else if address.associationID != nil, let interface = address.networkInterfaceID,
        !state.natGateways.contains(where: { $0.state == "deleted" && $0.allocationIDs.contains(address.allocationID) })
      {
        problem(
          .egress,
          .inUse,
          "elastic IP \(address.allocationID) (\(address.publicIP)) cannot be released: network interface \(interface) uses it"
        )
      } else {
        act(.egress, .delete(.address, address.allocationID, after: served))
      }
    }
  }

  /// - Returns: ids of VPCs that cannot be deleted yet.
  private mutating func tearDownPublicSubnets(_ subnets: [EC2.Subnet], after served: Set<String>) -> Set<String> {
    var held: Set<String> = []
    for subnet in subnets {
      if let nat = state.natGateways.first(where: { $0.isThere && $0.subnetID == subnet.id }) {
        later(.subnets, "delete subnet \(subnet.id) once NAT gateway \(nat.id) is gone")
        held.insert(subnet.vpcID)
      } else {
        act(.subnets, .delete(.subnet, subnet.id, after: served))
      }
    }
    return held
  }

  private mutating func tearDownNetworks(_ held: Set<String>, after served: Set<String>) {
    var held = held.union(state.natGateways.filter(\.isThere).map(\.vpcID))
    for gateway in state.internetGateways where isSurplus(gateway.id, gateway.tags) {
      if let vpc = gateway.vpcID {
        let others = state.natGateways.filter { $0.vpcID == vpc && $0.isThere && !owns($0.tags) }.map(\.id).sorted()
        if vpc == desired.existingNetworkID, !others.isEmpty {
          problem(
            .egress,
            .inUse,
            "internet gateway \(gateway.id) cannot be detached from \(vpc) while NAT gateways use it that are not this "
              + "Backbone's: \(others.joined(separator: ", "))"
          )
          continue
        }
        guard !held.contains(vpc) else {
          later(.egress, "detach and delete internet gateway \(gateway.id) once nothing uses it")
          continue
        }
        act(.egress, .detachInternetGateway(gateway.id, vpc: vpc, after: served))
      }
      act(.egress, .delete(.internetGateway, gateway.id))
    }
    // A deleted endpoint is listed as `deleting` for a moment.
    held.formUnion(state.endpoints.filter { owns($0.tags) && $0.state != "deleted" }.map(\.vpcID))
    for vpc in state.vpcs where isSurplus(vpc.id, vpc.tags) && vpc.id != desired.existingNetworkID {
      if held.contains(vpc.id) {
        later(.network, "delete VPC \(vpc.id) once it is empty")
      } else if foreign(in: vpc.id).isEmpty {
        act(.network, .delete(.vpc, vpc.id, after: Set(plan.actions.flatMap(\.provides))))
      }
    }
  }
}
