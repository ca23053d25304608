internal import Azure
internal import CloudResources
internal import Foundations

/// The wanted state of a Backbone's objects in Azure. `ResourcePlanner` decides what follows from it.
///
/// A NAT gateway waits for its addresses, and a subnet for everything that it refers to. A plan contains one write to a
/// virtual network or its subnets, and none while another is under way: they share a lane.
struct AzurePlanner {
  typealias Planner = ResourcePlanner<AzureCatalogue>
  let desired: DesiredNetwork
  let seen: AzureObserved
  var planner: Planner

  init(_ desired: DesiredNetwork, _ seen: AzureObserved) {
    self.desired = desired
    self.seen = seen
    planner = Planner(NetworkPlan<AzureAction>(), ledger: desired.ledger)
    planner.plan.report.ledger.failures = seen.failures
    let network = seen.network(desired)
    let isBusy = (network?.subnets ?? []).contains { [.underWay, .deleting].contains($0.state) }
    if isBusy || network?.state == .underWay { planner.take(lane: AzureRole.networkLane) }
  }

  var names: AzureNames { seen.names }
  /// The subnets that the operator creates.
  var ownSubnets: [DesiredNetwork.Subnet] { desired.subnets.filter { $0.existingID == nil } }

  mutating func planPresence() {
    guard isSpecPossible() else { return }
    let network = networkRow()
    // Nothing is created for an adopted network that does not exist.
    guard network.missing == nil, planner.plan(groupRow()) else {
      if network.missing != nil { planner.plan(network) }
      return
    }
    planner.plan(network)
    for subnet in ownSubnets { if let row = firewallRow(subnet.name) { planner.plan(row) } }
    if !ownSubnets.isEmpty { planner.plan(routesRow()) }
    for id in givenGateways { planner.plan(givenGatewayRow(id)) }
    for key in natKeys {
      for row in addressRows(key) { planner.plan(row) }
      planner.plan(natRow(key))
    }
    for subnet in desired.subnets { planner.plan(subnetRow(subnet)) }
    awaitOtherSubnets()
    planner.removeSurplus(seen.owned(desired, withGroup: false))
    report()
    planner.plan.judge()
  }

  mutating func planAbsence() {
    let owned = seen.owned(desired, withGroup: true)
    let occupied = owned.filter { $0.role.part == .subnets && !$0.strangers.isEmpty }
    guard occupied.isEmpty else {
      planner.plan.report.ids = desired.knownIDs
      for subnet in occupied { planner.refuseRemoval(subnet) }
      return
    }
    // Azure deletes everything in a group together with it.
    let isGoing = seen.ownGroup?.state == .deleting
    planner.removeAll(isGoing ? owned.filter { $0.role == .group } : owned)
  }

  /// Removes the mark from everything and leaves it in place.
  mutating func planRelease() {
    for object in seen.marked() + (seen.ownGroup.map { [(.group, GenericResource(json: $0.json))] } ?? []) {
      let (role, resource) = object
      guard let id = resource.id else { continue }
      let tags = AzureNames.unmarked(resource.tags)
      let action = AzureAction(verb: .tag(tags), role: role, id: id, detail: "remove the mark")
      planner.plan.act(role.part, action)
    }
    planner.plan.isGone = planner.plan.actions.isEmpty
  }

  /// Azure accepts no write to the network while one of its subnets changes.
  private mutating func awaitOtherSubnets() {
    for subnet in seen.network(desired)?.subnets ?? [] where [.underWay, .deleting].contains(subnet.state) {
      let isWanted = desired.subnets.contains { $0.name.lowercased() == subnet.name.lowercased() }
      let isOwned = seen.ourSubnets(desired).contains { $0.id == subnet.id }
      guard !isWanted, !isOwned else { continue }
      planner.plan.wait(.subnets, "subnet \(subnet.name), which the spec does not have, is being changed")
    }
  }

  /// The addresses of user-supplied NAT gateways that are in the gateways' groups.
  private var givenAddresses: [PublicIPAddress] {
    seen.addresses.filter { seen.user(of: $0).map { givenGateways.contains($0) } ?? false }
  }

  private mutating func report() {
    planner.plan.report.networkID = seen.network(desired)?.id?.description
    planner.plan.report.firewallIDs = ownSubnets.compactMap { seen.firewall($0.name)?.id?.description }
    planner.plan.report.egressAddresses = (natKeys.flatMap(addresses) + givenAddresses).compactMap(\.address)
    planner.plan.report.podRanges = desired.podRanges.map(\.description)
    planner.plan.report.subnets = desired.subnets.compactMap { wanted in
      guard let subnet = seen.subnet(wanted, desired), let id = subnet.id?.description else { return nil }
      // Azure keeps five addresses of every subnet for itself.
      let free = subnet.cidr.map { max(0, (1 << (32 - $0.prefixLength)) - 5 - subnet.usedAddresses) }
      let cidr = (subnet.cidr ?? wanted.cidr).description
      return .init(name: wanted.name, id: id, zone: wanted.zone, cidr: cidr, freeAddresses: free)
    }
  }
}
