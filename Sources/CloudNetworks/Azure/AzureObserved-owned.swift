internal import Azure
internal import CloudResources

extension AzureObserved {
  typealias Owned = AzurePlanner.Planner.Owned

  /// The group, if the operator created it.
  var ownGroup: ResourceGroup? {
    guard let group, !names.groupIsGiven, role(of: group) == .group else { return nil }
    return group
  }

  func sighting(_ object: some AzureResource, _ role: AzureRole) -> Sighting<ResourceID> {
    let id = object.id ?? names.id(role)
    let state: Sighting<ResourceID>.State =
      switch object.state {
      case .succeeded: .ready
      case .failed: .failed
      case .underWay: .busy("being provisioned")
      case .deleting: .busy("being deleted")
      }
    return Sighting(id: id, label: role.label(id), state: state, write: unfinished[id])
  }

  /// Everything in the group that bears the mark and has the type of its role.
  func marked() -> [(AzureRole, GenericResource)] {
    resources.compactMap { object in
      guard let role = role(of: object), names.id(role).hasType(of: object.id) else { return nil }
      return (role, GenericResource(json: object.json))
    }
  }

  /// Whether the id is that of something in the group that bears the mark.
  func isOurs(_ id: ResourceID) -> Bool { marked().contains { $0.1.id == id } }

  /// All objects that the operator created, each with its users: subnets, the objects that subnets refer to, the group.
  func owned(_ desired: DesiredNetwork, withGroup: Bool) -> [Owned] {
    let subnets = ourSubnets(desired)
    let marked = marked()
    let ours = Set(subnets.compactMap(\.id) + marked.compactMap(\.1.id))
    var owned = subnets.map { subnet in
      let role = AzureRole.subnet(subnet.name)
      return Owned(role, sighting(subnet, role), strangers: subnet.occupants.map(\.description))
    }
    for (role, object) in marked {
      let users = users(of: object, role)
      let strangers = users.filter { !ours.contains($0) }.map { Occupant($0).description }
      owned.append(Owned(role, sighting(object, role), strangers: strangers, isInUse: !users.isEmpty))
    }
    guard withGroup, let group = ownGroup else { return owned }
    let strangers = contents.filter { $0.tag(AzureNames.markTag) != names.value }
    var found = sighting(group, .group)
    // The marked objects are deleted and still listed, because that list lags.
    if owned.isEmpty, strangers.isEmpty, !contents.isEmpty { found.state = .busy("still listing what was deleted") }
    return owned + [
      Owned(.group, found, strangers: strangers.map { $0.id?.description ?? $0.name }, isInUse: !owned.isEmpty)
    ]
  }

  /// Objects that keep Azure from deleting this one.
  private func users(of object: GenericResource, _ role: AzureRole) -> [ResourceID] {
    switch role {
    case .firewall:
      let interfaces = object.json["properties", "networkInterfaces"]?.array ?? []
      return referrers(object, \.networkSecurityGroup)
        + interfaces.compactMap { $0["id"]?.string.flatMap { ResourceID($0) } }
    case .routes: return referrers(object, \.routeTable)
    case .nat: return referrers(object, \.natGateway)
    case .network: return VirtualNetwork(json: object.json).subnets.compactMap(\.id)
    case .address: return user(of: PublicIPAddress(json: object.json)).map { [$0] } ?? []
    case .group, .subnet, .given, .givenNAT: return []
    }
  }

  // MARK: Subnets

  /// The subnet for a wanted one: the adopted subnet, or the owned one with its name.
  func subnet(_ wanted: DesiredNetwork.Subnet, _ desired: DesiredNetwork) -> Subnet? {
    let subnets = network(desired)?.subnets ?? []
    if let id = wanted.existingID { return subnets.first { $0.id != nil && $0.id == ResourceID(id) } }
    return foreignSubnet(wanted.name, desired) == nil ? subnets.first { $0.hasName(wanted.name) } : nil
  }

  /// Someone else's subnet with that name.
  func foreignSubnet(_ name: String, _ desired: DesiredNetwork) -> Subnet? {
    guard let network = network(desired) else { return nil }
    return network.subnets.first { $0.hasName(name) && !isOurs($0, in: network, desired) }
  }
}

extension Subnet {
  func hasName(_ name: String) -> Bool { self.name.lowercased() == name.lowercased() }
}
