internal import AWS
internal import CloudLinkerAPI

/// Deleting, in order: NAT gateways; endpoints; route tables; addresses that nothing uses; subnets; security groups; the
/// internet gateway; the VPC. A NAT gateway takes a minute to go and holds its address, its subnet and the internet
/// gateway meanwhile: these are left to a later plan.
extension AWSNetworkPlanner {
  mutating func planAbsence() {
    guard state.unseen.isEmpty else {
      for (role, id) in state.unseen.sorted(by: { $0.key < $1.key }) {
        wait(.network, "\(role) \(id) was made a moment ago and EC2 does not show it yet", seconds: 5)
      }
      return
    }
    nameForeign()
    if state.endpoints == nil, let id = desired.knownIDs[AWSRole.s3Endpoint] { act(.routes, .delete(.endpoint, id)) }
    tearDownSurplus()
    plan.isGone = plan.actions.isEmpty && plan.waiting.isEmpty && plan.later.isEmpty && plan.problems.isEmpty
  }

  /// What of ours is not kept; for an absence that is everything.
  mutating func tearDownSurplus() {
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

  private mutating func nameForeign() {
    for vpc in state.vpcs where owns(vpc.tags) && vpc.id != desired.existingNetworkID {
      let others = foreign(in: vpc.id)
      guard !others.isEmpty else { continue }
      problem(
        .network,
        .inUse,
        "VPC \(vpc.id) cannot be deleted while these are in it, which are not this Backbone's: "
          + others.joined(separator: ", ")
      )
    }
  }

  /// Kind, id and name of what somebody else made in a VPC and what keeps it from being deleted.
  private func foreign(in vpc: String) -> [String] {
    func list<Object>(
      _ kind: String,
      _ objects: [Object],
      _ id: (Object) -> String,
      _ tags: (Object) -> [String: String]
    ) -> [String] {
      objects.filter { !owns(tags($0)) }.map { "\(kind) \(id($0))\(named(tags($0)))" }.sorted()
    }
    let tables = state.routeTables.filter { $0.vpcID == vpc && !$0.associations.contains(where: \.isMain) }
    let groups = state.securityGroups.filter { $0.vpcID == vpc && !$0.isDefault }
    let endpoints = (state.endpoints ?? []).filter { $0.vpcID == vpc && !["deleting", "deleted"].contains($0.state) }
    return list("subnet", state.subnets.filter { $0.vpcID == vpc }, \.id, \.tags)
      + list("NAT gateway", state.natGateways.filter { $0.vpcID == vpc && $0.isThere }, \.id, \.tags)
      + list("VPC endpoint", endpoints, \.id, \.tags)
      + list("route table", tables, \.id, \.tags)
      + groups.filter { !owns($0.tags) }.map { "security group \($0.id) (\($0.name))" }.sorted()
      + list("internet gateway", state.internetGateways.filter { $0.vpcID == vpc }, \.id, \.tags)
  }

  // MARK: Release

  mutating func planRelease() {
    var ids: [String] = []
    func add<Object>(_ objects: [Object], _ id: (Object) -> String, _ tags: (Object) -> [String: String]) {
      ids += objects.filter { owns(tags($0)) }.map(id).sorted()
    }
    add(state.natGateways.filter { $0.state != "deleted" }, \.id, \.tags)
    add(state.endpoints ?? [], \.id, \.tags)
    add(state.routeTables, \.id, \.tags)
    add(state.addresses, \.allocationID, \.tags)
    add(state.subnets, \.id, \.tags)
    add(state.securityGroups, \.id, \.tags)
    add(state.internetGateways, \.id, \.tags)
    // Last: the others are found by it.
    let networks = state.vpcs.filter { owns($0.tags) }.map(\.id).sorted()
    let keys = [OwnershipMark.key, OwnershipMark.roleKey]
    if !ids.isEmpty { act(.network, .removeTags(ids, keys: keys)) }
    if state.endpoints == nil {
      later(.network, "take our mark from the VPC endpoint")
    } else if !networks.isEmpty {
      act(.network, .removeTags(networks, keys: keys))
    }
    plan.isGone = plan.actions.isEmpty && plan.later.isEmpty && state.unseen.isEmpty
  }
}
