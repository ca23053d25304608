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
    state.objects.filter { $0.vpcID == vpc && $0.holdsVPC && !owns($0.tags) }
      .map { object in "\(object.kind.rawValue) \(object.id)" + (object.name.map { " (\($0))" } ?? "") }
  }

  // MARK: Release

  mutating func planRelease() {
    guard !isElsewhere() else { return }
    guard state.unseen.isEmpty else {
      waitForUnseen()
      return keepKnown()
    }
    let ours = state.objects.filter { owns($0.tags) && $0.takesTags }
    let ids = ours.filter { $0.kind != .vpc }.map(\.id)
    // Last, because the other objects are found by it.
    let networks = ours.filter { $0.kind == .vpc }.map(\.id)
    let keys = [OwnershipMark.key, OwnershipMark.roleKey, TagRecord.key, DesiredNetwork.flowLogTag]
    if !ids.isEmpty { act(.network, .removeTags(ids, keys: keys)) }
    if !networks.isEmpty { act(.network, .removeTags(networks, keys: keys)) }
    plan.isGone = plan.actions.isEmpty
  }
}
