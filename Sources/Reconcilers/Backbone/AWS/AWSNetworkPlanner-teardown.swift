internal import AWS
internal import CloudLinkerAPI

/// Deleting, in order: flow logs; NAT gateways; endpoints; route tables; addresses that nothing uses; subnets; security
/// groups; the internet gateway; the VPC. A NAT gateway takes a minute to go and holds its address, its subnet and the
/// internet gateway meanwhile: these are left to a later plan.
extension AWSNetworkPlanner {
  /// What of ours is not kept; for an absence that is everything.
  mutating func tearDownSurplus() {
    for log in state.flowLogs ?? [] where isSurplus(log.id, log.tags) { act(.network, .delete(.flowLog, log.id)) }
    let gateways = state.natGateways.filter { isSurplus($0.id, $0.tags) && $0.state != "deleted" }
    for nat in gateways {
      if nat.state == "deleting" {
        wait(.egress, "NAT gateway \(nat.id) is being deleted")
      } else {
        act(.egress, .delete(.natGateway, nat.id))
      }
    }
    for endpoint in state.endpoints ?? [] where isSurplus(endpoint.id, endpoint.tags) {
      if ["deleting", "deleted"].contains(endpoint.state) { continue }
      act(.routes, .delete(.endpoint, endpoint.id))
    }
    for table in state.routeTables where isSurplus(table.id, table.tags) {
      // A table that an endpoint serves cannot go.
      if let endpoint = plan.report.ids[AWSRole.s3Endpoint], table.routes.contains(where: { $0.target == endpoint }) {
        act(.routes, .removeTableFromEndpoint(endpoint, table: table.id))
      }
      for association in table.associations where !association.isMain {
        act(.routes, .disassociate(association.id, table: table.id))
      }
      act(.routes, .delete(.routeTable, table.id))
    }
    tearDownAddresses()
    let held = tearDownSubnets()
    for group in state.securityGroups where isSurplus(group.id, group.tags) {
      act(.firewall, .delete(.securityGroup, group.id))
    }
    tearDownNetworks(held)
  }

  private func isSurplus(_ id: String, _ tags: [String: String]) -> Bool { owns(tags) && !kept.contains(id) }

  private mutating func tearDownAddresses() {
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
        act(.egress, .delete(.address, address.allocationID))
      }
    }
  }

  /// - Returns: VPCs that must wait.
  private mutating func tearDownSubnets() -> Set<String> {
    var held: Set<String> = []
    for subnet in state.subnets where isSurplus(subnet.id, subnet.tags) {
      if let nat = state.natGateways.first(where: { $0.isThere && $0.subnetID == subnet.id }) {
        later(.subnets, "delete subnet \(subnet.id) once NAT gateway \(nat.id) is gone")
        held.insert(subnet.vpcID)
      } else {
        act(.subnets, .delete(.subnet, subnet.id))
      }
    }
    return held
  }

  private mutating func tearDownNetworks(_ held: Set<String>) {
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
        act(.egress, .detachInternetGateway(gateway.id, vpc: vpc))
      }
      act(.egress, .delete(.internetGateway, gateway.id))
    }
    // An endpoint is `deleting` for a moment.
    held.formUnion(
      state.endpoints?.filter { owns($0.tags) && $0.state != "deleted" }.map(\.vpcID) ?? state.vpcs.map(\.id)
    )
    for vpc in state.vpcs where isSurplus(vpc.id, vpc.tags) && vpc.id != desired.existingNetworkID {
      if held.contains(vpc.id) {
        later(.network, "delete VPC \(vpc.id) once it is empty")
      } else if foreign(in: vpc.id).isEmpty {
        act(.network, .delete(.vpc, vpc.id))
      }
    }
  }
}
