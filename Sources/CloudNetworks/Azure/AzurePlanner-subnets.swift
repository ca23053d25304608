internal import Azure
internal import CloudResources
internal import Foundations

extension AzurePlanner {
  /// A subnet has no tags and no region. It refers to its security group, the route table and its NAT gateway.
  func subnetRow(_ wanted: DesiredNetwork.Subnet) -> Planner.Row {
    let role = AzureRole.subnet(wanted.name)
    let (network, found) = (seen.network(desired), seen.subnet(wanted, desired))
    var row = Planner.Row(role, id: (network?.id ?? names.id(.network)).child("subnets", wanted.name))
    row.found = found.map { seen.sighting($0, role) }
    row.refusal = refusal(wanted, found, in: network)
    guard wanted.existingID == nil else {
      if found == nil { row.missing = "subnet \(wanted.existingID ?? "") is not there" }
      return row
    }
    if seen.foreignSubnet(wanted.name, desired) != nil {
      row.foreign =
        "subnet \(wanted.name) existed before this Backbone, and is left alone: name another, or adopt it"
    }
    row.needs = [.network, .firewall(wanted.name), .routes] + (gateway(wanted).map { [$0] } ?? [])
    row.detail = wanted.cidr.description
    let overlapping = network?.subnets.filter { $0.cidr?.overlaps(wanted.cidr) ?? false } ?? []
    row.isBlocked = !overlapping.isEmpty
    let (changed, details, names) = corrected(found ?? Subnet(cidr: wanted.cidr), wanted)
    row.content = changed
    if found != nil {
      let repairs = details.map { "subnet \(wanted.name): \($0)" }
      row.change = .init(changed, details: details, repairs: repairs, names: names)
    }
    return row
  }

  private func refusal(_ wanted: DesiredNetwork.Subnet, _ found: Subnet?, in network: VirtualNetwork?)
    -> (ProblemKind, String)?
  {
    let adopted = desired.existingNetworkID == nil ? nil : network
    if let adopted, !adopted.addressSpace.contains(where: { $0.contains(wanted.cidr) }) {
      return (.invalidSpec, "subnet \(wanted.name): \(wanted.cidr) lies outside virtual network \(adopted.name)")
    }
    guard wanted.existingID == nil else { return nil }
    if let found {
      guard found.cidr != wanted.cidr else { return nil }
      let range = found.cidr?.description ?? "other ranges"
      return (
        .invalidSpec,
        "subnet \(wanted.name) is \(range) but the spec says \(wanted.cidr): ranges cannot change, so restore the spec or "
          + "give the new subnet another name"
      )
    }
    // An owned subnet that the spec no longer has is deleted first.
    let owned = Set(seen.ourSubnets(desired).compactMap(\.id))
    let other = network?.subnets.first { other in
      let isGoing =
        other.id.map { owned.contains($0) } ?? false
        && !desired.subnets.contains { $0.name.lowercased() == other.name.lowercased() }
      return !isGoing && (other.cidr?.overlaps(wanted.cidr) ?? false)
    }
    return other.map {
      (.foreignObject, "subnet \(wanted.name): \(wanted.cidr) overlaps subnet \($0.name) of \(network?.name ?? "")")
    }
  }

  /// The subnet as it should be, what was wrong, and what it refers to. A reference to an object that is not ready
  /// stays as it is for now, so that an open way out is closed even while a NAT gateway cannot be created.
  private func corrected(_ subnet: Subnet, _ wanted: DesiredNetwork.Subnet) -> (Subnet, [String], [AzureRole]) {
    var changed = subnet
    var details: [String] = []
    var names: [AzureRole] = []
    if subnet.defaultOutboundAccess {
      changed.defaultOutboundAccess = false
      details.append("default outbound access was on")
    }
    func correct(_ reference: WritableKeyPath<Subnet, ResourceID?>, _ role: AzureRole?, _ title: String) {
      let id = role.flatMap { planner.usable($0) }
      if role == nil || id != nil, subnet[keyPath: reference] != id {
        changed[keyPath: reference] = id
        details.append("\(title) was \(subnet[keyPath: reference]?.name ?? "missing")")
      }
      if let role, let id = planner.found(role), changed[keyPath: reference] == id { names.append(role) }
    }
    correct(\.networkSecurityGroup, .firewall(wanted.name), "network security group")
    correct(\.routeTable, .routes, "route table")
    correct(\.natGateway, gateway(wanted), "NAT gateway")
    return (changed, details, names)
  }
}
