internal import Azure

extension AzureObserved {
  /// Everything in the group that bears our mark, each of the type that its role is of, in the order of deletion.
  func ours() -> [(AzureRole, GenericResource)] {
    func list(_ objects: [some AzureResource], _ isOfType: (AzureRole) -> Bool) -> [(AzureRole, GenericResource)] {
      objects.compactMap { object in
        guard let role = role(of: object), isOfType(role) else { return nil }
        return (role, GenericResource(json: object.json))
      }
    }
    return list(firewalls) { if case .firewall = $0 { true } else { false } }
      + list(routeTables) { $0 == .routes }
      + list(natGateways) { if case .nat = $0 { true } else { false } }
      + list(networks) { $0 == .network }
      + list(addresses) { if case .address = $0 { true } else { false } }
  }

  /// Whether the id is that of something in the group that bears our mark.
  func isOurs(_ id: ResourceID) -> Bool { ours().contains { $0.1.id == id } }

  /// The objects that stand for the wanted roles; another that claims one of them is not kept.
  func kept(_ desired: DesiredNetwork, _ wanted: Set<AzureRole>) -> Set<ResourceID> {
    Set(
      wanted.compactMap { role in
        switch role {
        case .network: network(desired)?.id
        case .routes: routeTable?.id
        case .firewall(let subnet): firewall(subnet)?.id
        case .nat(let key): natGateway(key)?.id
        case .address(let key): address(key)?.id
        case .group, .subnet: nil
        }
      }
    )
  }

  /// What would keep Azure from deleting it.
  func users(of object: GenericResource, _ role: AzureRole) -> [ResourceID] {
    switch role {
    case .firewall:
      let interfaces = object.json["properties", "networkInterfaces"]?.array ?? []
      return referrers(object, \.networkSecurityGroup)
        + interfaces.compactMap { $0["id"]?.string.flatMap { ResourceID($0) } }
    case .routes: return referrers(object, \.routeTable)
    case .nat: return referrers(object, \.natGateway)
    case .network: return VirtualNetwork(json: object.json).subnets.compactMap(\.id)
    case .address: return user(of: PublicIPAddress(json: object.json)).map { [$0] } ?? []
    case .group, .subnet: return []
    }
  }
}
