internal import AWS
internal import CloudResources

extension AWSNetworkPlanner {
  mutating func planAbsence() {
    guard !isElsewhere() else { return }
    guard state.unseen.isEmpty else {
      waitForUnseen()
      return keepKnown()
    }
    guard state.occupants.isEmpty else { return nameOccupants() }
    nameForeign()
    tearDownSurplus()
    plan.isGone = plan.actions.isEmpty && plan.waiting.isEmpty && plan.later.isEmpty && plan.problems.isEmpty
  }

  /// Deletes nothing from a network in which something still runs.
  private mutating func nameOccupants() {
    keepKnown()
    for (subnet, found) in Dictionary(grouping: state.occupants, by: \.subnetID).sorted(by: { $0.key < $1.key }) {
      problem(
        .subnets,
        .inUse,
        "subnet \(subnet) is in use by \(found.summary): remove them; nothing is deleted until then"
      )
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

  /// Kind, id and name of objects of others that keep a VPC from being deleted.
  func foreign(in vpc: String) -> [String] {
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
    let endpoints = state.endpoints.filter { $0.vpcID == vpc && !$0.isLeaving }
    return list("subnet", state.subnets.filter { $0.vpcID == vpc }, \.id, \.tags)
      + list("NAT gateway", state.natGateways.filter { $0.vpcID == vpc && $0.isThere }, \.id, \.tags)
      + list("VPC endpoint", endpoints, \.id, \.tags)
      + list("route table", tables, \.id, \.tags)
      + groups.filter { !owns($0.tags) }.map { "security group \($0.id) (\($0.name))" }.sorted()
      + list("internet gateway", state.internetGateways.filter { $0.vpcID == vpc }, \.id, \.tags)
  }

  // MARK: Release

  mutating func planRelease() {
    guard !isElsewhere() else { return }
    guard state.unseen.isEmpty else {
      waitForUnseen()
      return keepKnown()
    }
    var ids = (state.flowLogs ?? []).filter { owns($0.tags) }.map(\.id).sorted()
    func add<Object>(_ objects: [Object], _ id: (Object) -> String, _ tags: (Object) -> [String: String]) {
      ids += objects.filter { owns(tags($0)) }.map(id).sorted()
    }
    add(state.natGateways.filter { $0.state != "deleted" }, \.id, \.tags)
    // EC2 lists an endpoint for a while after its deletion and refuses to change its tags.
    add(state.endpoints.filter { !$0.isLeaving }, \.id, \.tags)
    add(state.routeTables, \.id, \.tags)
    add(state.addresses, \.allocationID, \.tags)
    add(state.subnets, \.id, \.tags)
    add(state.securityGroups, \.id, \.tags)
    add(state.internetGateways, \.id, \.tags)
    // Last, because the other objects are found by it.
    let networks = state.vpcs.filter { owns($0.tags) }.map(\.id).sorted()
    let keys = [OwnershipMark.key, OwnershipMark.roleKey, TagRecord.key, DesiredNetwork.flowLogTag]
    if !ids.isEmpty { act(.network, .removeTags(ids, keys: keys)) }
    if !networks.isEmpty { act(.network, .removeTags(networks, keys: keys)) }
    plan.isGone = plan.actions.isEmpty
  }
}
