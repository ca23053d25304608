internal import Azure
internal import CloudResources

/// Deletion, of all or of what the spec has no more:
///
///     our object              used by                               done
///     subnet                  network interfaces, …                 nothing; problem that names them
///     subnet                  nothing, another write is under way   later
///     subnet                  nothing                               delete, one in a plan
///     any, whole deletion     something in one of our subnets       nothing; problem that names it
///     any                     ours that goes before it              later
///     any                     somebody else's                       nothing; problem that names it
///     any                     nothing                               delete
///     resource group we made  what is not ours                      nothing; problem that names it
///
/// Order: subnets; security groups, route table, NAT gateways, virtual network; addresses; resource group.
extension AzurePlanner {
  mutating func planStale() {
    var wanted: Set<AzureRole> = [.network]
    if !ownSubnets.isEmpty { wanted.insert(.routes) }
    wanted.formUnion(ownSubnets.map { .firewall($0.name) })
    wanted.formUnion(natKeys.map { .nat($0) } + addressKeys.map { .address($0) })
    removeAll(keeping: wanted)
  }

  mutating func planAbsence() {
    if seen.group?.state == .deleting, !names.groupIsGiven { return wait(.group, "being deleted") }
    let occupied = seen.ourSubnets(desired).filter { !$0.occupants.isEmpty }
    guard occupied.isEmpty else {
      plan.report.ids = desired.knownIDs
      for subnet in occupied { nameOccupants(of: subnet) }
      return
    }
    if let network = seen.network(desired), network.state == .underWay { networkIsBusy = true }
    let subnets = seen.network(desired)?.subnets ?? []
    if subnets.contains(where: { [.underWay, .deleting].contains($0.state) }) { networkIsBusy = true }
    removeAll(keeping: [])
    removeGroup()
    plan.isGone = ownGroup == nil && seen.ours().isEmpty
  }

  /// Takes our mark off everything, and leaves it.
  mutating func planRelease() {
    for (role, object) in seen.ours() + (ownGroup.map { [(.group, GenericResource(json: $0.json))] } ?? []) {
      let id = object.id ?? names.id(role)
      let action = AzureAction(
        verb: .tag(AzureNames.unmarked(object.tags)),
        role: role,
        id: id,
        detail: "take off the mark"
      )
      plan.act(role.part, action)
    }
    plan.isGone = plan.actions.isEmpty
  }

  /// The group, where it is one that we made.
  private var ownGroup: ResourceGroup? {
    guard let group = seen.group, !names.groupIsGiven, seen.role(of: group) == .group else { return nil }
    return group
  }

  private mutating func removeAll(keeping wanted: Set<AzureRole>) {
    let subnets = seen.ourSubnets(desired)
    for subnet in subnets where !wanted.contains(.firewall(subnet.name)) { removeSubnet(subnet) }
    let ours = Set(subnets.compactMap(\.id))
    let kept = seen.kept(desired, wanted)
    for (role, object) in seen.ours() where !(object.id.map { kept.contains($0) } ?? true) {
      remove(object, role, users: seen.users(of: object, role), ours: ours)
    }
  }

  private mutating func removeSubnet(_ subnet: Subnet) {
    let role = AzureRole.subnet(subnet.name)
    guard subnet.state != .deleting else { return wait(role, "being deleted") }
    guard subnet.occupants.isEmpty else { return nameOccupants(of: subnet) }
    guard mayWrite(subnet.id, role) else { return plan.hold(.subnets, "delete \(role.words)") }
    guard !networkIsBusy else { return later(.subnets, "delete \(role.words)") }
    networkIsBusy = true
    act(.delete, role, subnet.id)
  }

  private mutating func nameOccupants(of subnet: Subnet) {
    let occupants = subnet.occupants
    let named = occupants.prefix(5).map(\.description).joined(separator: ", ")
    let more = occupants.count > 5 ? " and \(occupants.count - 5) more" : ""
    problem(.subnets, .inUse, "subnet \(subnet.name) is in use by \(named)\(more): delete these first")
  }

  private mutating func remove(_ object: GenericResource, _ role: AzureRole, users: [ResourceID], ours: Set<ResourceID>)
  {
    guard object.state != .deleting else { return wait(role, "being deleted") }
    if let user = users.first(where: { !ours.contains($0) && !seen.isOurs($0) }) {
      let message = "\(role.words) \(object.name) is in use by \(Occupant(user)), which is not ours: free it first"
      return problem(role.part, .inUse, message)
    }
    guard users.isEmpty else { return later(role.part, "delete \(role.words) \(object.name)") }
    guard isSettled(object, role) else { return }
    if role == .network {
      guard !networkIsBusy else { return later(role.part, "delete \(role.words) \(object.name)") }
      networkIsBusy = true
    }
    act(.delete, role, object.id)
  }

  private mutating func removeGroup() {
    guard let group = ownGroup else { return }
    guard seen.ours().isEmpty else { return later(.network, "delete resource group \(group.name)") }
    // What bears our mark is gone and listed yet: that list lags.
    let others = seen.contents.filter { $0.tag(AzureNames.markTag) != names.value }
    guard others.isEmpty else {
      let named = others.prefix(5).map { $0.id?.description ?? $0.name }.joined(separator: ", ")
      let message = "resource group \(group.name) holds what is not ours: \(named): move it or delete it"
      return problem(.network, .inUse, message)
    }
    guard seen.contents.isEmpty else { return wait(.group, "still listing what was deleted") }
    guard mayWrite(group.id, .group) else { return }
    act(.delete, .group, group.id)
  }
}
