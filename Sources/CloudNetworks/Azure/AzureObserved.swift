internal import Azure
internal import CloudResources

/// What is there of a Backbone, and of others in the same places.
package struct AzureObserved: Sendable {
  var names: AzureNames
  var group: ResourceGroup?
  /// Everything in a group that we made, to see that nobody else's is in it.
  var contents: [GenericResource] = []
  /// In the group; the adopted one alone where one was given.
  var networks: [VirtualNetwork] = []
  var natGateways: [NATGateway] = []
  /// In the group, and those of other groups that were given.
  var addresses: [PublicIPAddress] = []
  var firewalls: [NetworkSecurityGroup] = []
  var routeTables: [RouteTable] = []
  /// By id: the last write of it, where that is not known to have succeeded.
  var unfinished: [ResourceID: UnfinishedWrite] = [:]
  /// Those of them that failed, as the ledger is to remember them.
  var failures: [String: FailedWrite] = [:]

  /// Everything of the lists above that is a resource of its own, in the order in which marks are taken off.
  var resources: [any AzureResource] {
    let lists: [[any AzureResource]] = [firewalls, routeTables, natGateways, networks, addresses]
    return lists.flatMap { $0 }
  }

  /// Nil: it is not there.
  func state(of id: ResourceID) -> ProvisioningState? {
    let containers: [[any AzureResource]] = [group.map { [$0] } ?? [], networks.flatMap(\.subnets)]
    return (containers.flatMap { $0 } + resources).first { $0.id == id }?.state
  }

  /// Our role for an object; nil for what does not bear our mark.
  func role(of object: some AzureResource) -> AzureRole? {
    guard object.tag(AzureNames.markTag) == names.value else { return nil }
    return object.tag(AzureNames.roleTag).flatMap { AzureRole($0) }
  }

  /// The one object of a role, and what else claims to be it. Kept is what is in use, else what bears the derived name,
  /// else the lowest id.
  func find<Object: AzureResource>(
    _ role: AzureRole,
    in objects: [Object],
    isInUse: (Object) -> Bool
  ) -> (kept: Object?, others: [Object]) {
    let own = names.id(role)
    func rank(_ object: Object) -> (Int, Int, String) {
      (isInUse(object) ? 0 : 1, object.id == own ? 0 : 1, object.id?.description.lowercased() ?? "")
    }
    let candidates = objects.filter { self.role(of: $0) == role }.sorted { rank($0) < rank($1) }
    return (candidates.first, Array(candidates.dropFirst()))
  }

  /// Somebody else's object where ours would be.
  func foreign<Object: AzureResource>(_ role: AzureRole, in objects: [Object]) -> Object? {
    objects.first { $0.id == names.id(role) && self.role(of: $0) != role }
  }

  func network(_ desired: DesiredNetwork) -> VirtualNetwork? {
    guard desired.existingNetworkID == nil else { return networks.first }
    return find(.network, in: networks, isInUse: { !$0.subnets.isEmpty }).kept
  }

  func firewall(_ subnet: String) -> NetworkSecurityGroup? {
    find(.firewall(subnet), in: firewalls, isInUse: { !referrers($0, \.networkSecurityGroup).isEmpty }).kept
  }
  var routeTable: RouteTable? { find(.routes, in: routeTables, isInUse: { !referrers($0, \.routeTable).isEmpty }).kept }
  func natGateway(_ key: String) -> NATGateway? {
    find(.nat(key), in: natGateways, isInUse: { !referrers($0, \.natGateway).isEmpty }).kept
  }
  func address(_ key: String) -> PublicIPAddress? {
    find(.address(key), in: addresses, isInUse: { user(of: $0) != nil }).kept
  }

  /// Also where only the gateway tells.
  func user(of address: PublicIPAddress) -> ResourceID? {
    address.user ?? address.id.flatMap { id in natGateways.first { $0.addresses.contains(id) }?.id }
  }

  /// The subnets that name an object: those we see, and those that Azure knows of elsewhere.
  func referrers(_ object: some AzureResource, _ reference: (Subnet) -> ResourceID?) -> [ResourceID] {
    let seen = networks.flatMap(\.subnets).filter { $0.id != nil && reference($0) == object.id }.compactMap(\.id)
    return seen + object.referringSubnets.filter { !seen.contains($0) }
  }

  /// Whether a subnet is one that we made. It has no tags, so what it names must tell:
  ///
  ///     security group of ours for its name   network   it names
  ///     there                                 ours      anything        ours
  ///     there                                 adopted   that group      ours
  ///     either                                either    our routes, NAT ours, if the spec or status has its name
  ///     otherwise                                                       not ours
  func isOurs(_ subnet: Subnet, in network: VirtualNetwork, _ desired: DesiredNetwork) -> Bool {
    if let firewall = firewall(subnet.name), role(of: network) == .network || subnet.networkSecurityGroup == firewall.id
    {
      return true
    }
    let isKnown =
      desired.subnets.contains { $0.name.lowercased() == subnet.name.lowercased() }
      || desired.knownIDs[AzureRole.subnet(subnet.name).description].flatMap { ResourceID($0) } == subnet.id
    return isKnown && [subnet.routeTable, subnet.natGateway].contains { $0.map { isOurs($0) } ?? false }
  }

  func ourSubnets(_ desired: DesiredNetwork) -> [Subnet] {
    guard let network = network(desired) else { return [] }
    let adopted = Set(desired.subnets.compactMap { $0.existingID.flatMap { ResourceID($0) } })
    return network.subnets.filter { subnet in
      isOurs(subnet, in: network, desired) && !(subnet.id.map { adopted.contains($0) } ?? false)
    }
  }
}
