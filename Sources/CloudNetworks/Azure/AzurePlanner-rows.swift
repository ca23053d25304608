internal import Azure
internal import CloudResources
internal import Foundations

extension AzurePlanner {
  /// The common part of the rows of all owned objects.
  private func row<Object: AzureResource>(
    _ role: AzureRole,
    _ found: Object?,
    in objects: [Object],
    create content: Object
  ) -> Planner.Row {
    var row = Planner.Row(role, id: names.id(role))
    row.content = content
    guard let found else {
      if seen.foreign(role, in: objects) != nil { row.foreign = notOwned(role) }
      return row
    }
    row.found = seen.sighting(found, role)
    row.refusal = misplaced(found, role)
    let tags = names.tags(role, desired.tags, on: found)
    let isTagged = tags.count == found.tags.count && tags.allSatisfy { found.tag($0.key) == $0.value }
    if !isTagged { row.tags = tags }
    return row
  }

  /// The row of an object that the spec names as existing.
  private func row<Object: AzureResource>(
    adopting role: AzureRole,
    _ found: Object?,
    missing: String
  ) -> Planner.Row {
    var row = Planner.Row(role, id: found?.id ?? names.id(role))
    row.found = found.map { seen.sighting($0, role) }
    if found == nil { row.missing = missing }
    return row
  }

  /// A resource cannot be moved to another region.
  private func misplaced(_ object: some AzureResource, _ role: AzureRole) -> (ProblemKind, String)? {
    guard let location = object.location, location != desired.region.lowercased().filter({ $0 != " " }) else {
      return nil
    }
    return (.invalidSpec, "\(role.label(object.id)) is in \(location), not in \(desired.region)")
  }

  private func notOwned(_ role: AzureRole) -> String {
    "\(role.summary) \(names.id(role)) exists without the mark of this Backbone, and is left alone: "
      + "delete or rename it, or put tag \(AzureNames.markTag)=\(names.value) and \(AzureNames.roleTag)=\(role) on it"
  }

  private func tags(_ role: AzureRole) -> [String: String] { names.tags(role, desired.tags) }

  // MARK: The rows

  func groupRow() -> Planner.Row {
    let group = names.groupID.name
    guard !names.groupIsGiven else {
      return row(
        adopting: .group,
        seen.group,
        missing: "resource group \(group) is not there: make it, or name another"
      )
    }
    let content = ResourceGroup(location: desired.region, tags: tags(.group))
    var row = row(.group, seen.ownGroup, in: seen.group.map { [$0] } ?? [], create: content)
    // Objects in a group may be in another region than the group.
    row.refusal = nil
    row.isReadyAtOnce = true
    return row
  }

  func networkRow() -> Planner.Row {
    if let id = desired.existingNetworkID {
      let network = seen.networks.first
      let missing = "virtual network \(id) is not there: correct the id; it is not created"
      var row = row(adopting: .network, network, missing: missing)
      row.refusal = network.flatMap { misplaced($0, .network) }
      return row
    }
    let content = VirtualNetwork(location: desired.region, cidr: desired.cidr, tags: tags(.network))
    var row = row(.network, seen.network(desired), in: seen.networks, create: content)
    guard var network = seen.network(desired) else { return row }
    let hasRange = network.addressSpace.contains { $0.contains(desired.cidr) }
    if !hasRange { network.addAddressSpace(desired.cidr) }
    row.change = .init(
      network,
      details: hasRange ? [] : ["add \(desired.cidr)"],
      repairs: hasRange ? [] : ["virtual network \(network.name): address range \(desired.cidr) was missing"]
    )
    return row
  }

  /// The security group of a subnet. Every rule in it is owned, because a rule that others add is a hole.
  func firewallRow(_ subnet: String) -> Planner.Row? {
    let found = seen.firewall(subnet)
    // The group marks its subnet as owned. So it is not created while someone else's subnet has that name.
    guard found != nil || seen.foreignSubnet(subnet, desired) == nil else { return nil }
    let (role, rules) = (AzureRole.firewall(subnet), AzureRules.rules(desired))
    let content = NetworkSecurityGroup(location: desired.region, rules: rules, tags: tags(role))
    var row = row(role, found, in: seen.firewalls, create: content)
    guard var firewall = found else { return row }
    let details = AzureRules.difference(firewall.rules, rules)
    let repairs = AzureRules.difference(AzureRules.modernised(firewall.rules, desired), rules).map {
      "network security group \(firewall.name): \($0)"
    }
    firewall.rules = rules
    row.change = .init(firewall, details: details, repairs: repairs)
    return row
  }

  /// Only the default route is owned; without it, a gateway could announce another one (BGP). Other routes are left
  /// alone, such as AKS's routes to pods.
  func routesRow() -> Planner.Row {
    let appliance = desired.egress.existingNextHops.first
    let nextHop = appliance != nil ? "VirtualAppliance" : desired.egress.addresses == .none ? "None" : "Internet"
    let route = RouteTable.Route(name: "default", prefix: "0.0.0.0/0", nextHop: nextHop, address: appliance)
    let content = RouteTable(location: desired.region, routes: [route], tags: tags(.routes))
    var row = row(.routes, seen.routeTable, in: seen.routeTables, create: content)
    guard var table = seen.routeTable else { return row }
    let found = table.routes.filter { $0.prefix == route.prefix }
    let isRight =
      found.count == 1 && found[0].nextHop.lowercased() == nextHop.lowercased() && found[0].address == appliance
    if !isRight { table.set(route) }
    let details = isRight ? [] : ["default route to \(appliance ?? nextHop)"]
    row.change = .init(table, details: details, repairs: details.map { "route table \(table.name): \($0)" })
    return row
  }

  /// The address of a NAT gateway, or user-supplied ones.
  func addressRows(_ key: String) -> [Planner.Row] {
    guard given(key).isEmpty else { return given(key).map { givenRow($0, key) } }
    let role = AzureRole.address(key)
    let content = PublicIPAddress(location: desired.region, zone: zone(key), tags: tags(role))
    var row = row(role, seen.address(key), in: seen.addresses, create: content)
    row.change = seen.address(key).map { .init($0, details: []) }
    return [row]
  }

  private func givenRow(_ id: ResourceID, _ key: String) -> Planner.Row {
    let address = seen.addresses.first { $0.id == id }
    var row = row(adopting: .given(id), address, missing: "public address \(id) is not there")
    if let user = address.flatMap(seen.user), user != seen.natGateway(key)?.id ?? names.id(.nat(key)) {
      row.refusal = (.inUse, "public address \(id) is used by \(user): free it, or give another")
    }
    return row
  }

  /// A user-supplied NAT gateway.
  func givenGatewayRow(_ id: ResourceID) -> Planner.Row {
    let (role, gateway) = (AzureRole.givenNAT(id), seen.natGateways.first { $0.id == id })
    var row = row(adopting: role, gateway, missing: "NAT gateway \(id) is not there")
    row.refusal = gateway.flatMap { misplaced($0, role) }
    return row
  }

  func natRow(_ key: String) -> Planner.Row {
    let role = AzureRole.nat(key)
    let needs: [AzureRole] = given(key).isEmpty ? [.address(key)] : given(key).map { .given($0) }
    let addresses = needs.compactMap { planner.usable($0) }
    let content = NATGateway(location: desired.region, zone: zone(key), addresses: addresses, tags: tags(role))
    var row = row(role, seen.natGateway(key), in: seen.natGateways, create: content)
    row.needs = needs
    guard var gateway = seen.natGateway(key) else { return row }
    let isRight = addresses.count < needs.count || Set(gateway.addresses) == Set(addresses)
    if !isRight { gateway.addresses = addresses }
    row.change = .init(
      gateway,
      details: isRight ? [] : ["addresses \(addresses.map(\.name).joined(separator: ", "))"],
      repairs: isRight ? [] : ["NAT gateway \(gateway.name) had other public addresses"]
    )
    return row
  }
}
