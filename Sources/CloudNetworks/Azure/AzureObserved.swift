internal import Azure
internal import CloudResources

/// A Backbone's objects in Azure, and objects of others in the same places.
package struct AzureObserved: Sendable {
  var names: AzureNames
  var group: ResourceGroup?
  /// Everything in a group that the operator created, which shows whether others put something into it.
  var contents: [GenericResource] = []
  /// The networks in the group; if the network is adopted, that one alone.
  var networks: [VirtualNetwork] = []
  var natGateways: [NATGateway] = []
  /// The addresses in the group, and user-supplied ones of other groups.
  var addresses: [PublicIPAddress] = []
  var firewalls: [NetworkSecurityGroup] = []
  var routeTables: [RouteTable] = []
  /// The last write of each object, unless it is known to have succeeded.
  var unfinished: [ResourceID: UnfinishedWrite] = [:]
  /// Failed writes, as the ledger stores them.
  var failures: [String: FailedWrite] = [:]

  /// Everything in the lists above that is a resource of its own, in the order in which marks are removed.
  var resources: [any AzureResource] {
    let lists: [[any AzureResource]] = [firewalls, routeTables, natGateways, networks, addresses]
    return lists.flatMap { $0 }
  }

  /// Nil: it does not exist.
  func state(of id: ResourceID) -> ProvisioningState? {
    let containers: [[any AzureResource]] = [group.map { [$0] } ?? [], networks.flatMap(\.subnets)]
    return (containers.flatMap { $0 } + resources).first { $0.id == id }?.state
  }

  /// The role of an object; nil if it does not bear our mark.
  func role(of object: some AzureResource) -> AzureRole? {
    guard object.tag(AzureNames.markTag) == names.value else { return nil }
    return object.tag(AzureNames.roleTag).flatMap { AzureRole($0) }
  }

  /// The object of a role that is kept, and others with the same role. The one in use is kept, else the one with the
  /// derived name, else the one with the lowest id.
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

  /// Someone else's object with the name of ours.
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

  /// The NAT gateway that uses the address, even if only the gateway says so.
  func user(of address: PublicIPAddress) -> ResourceID? {
    address.user ?? address.id.flatMap { id in natGateways.first { $0.addresses.contains(id) }?.id }
  }

  /// The subnets that refer to an object: those that were read, and those that Azure lists in the object itself.
  func referrers(_ object: some AzureResource, _ reference: (Subnet) -> ResourceID?) -> [ResourceID] {
    let seen = networks.flatMap(\.subnets).filter { $0.id != nil && reference($0) == object.id }.compactMap(\.id)
    return seen + object.referringSubnets.filter { !seen.contains($0) }
  }

  /// Whether the operator created a subnet. A subnet has no tags, so the objects that it refers to decide:
  ///
  ///     owned security group for its name   network   it refers to
  ///     exists                              ours      anything          ours
  ///     exists                              adopted   that group        ours
  ///     either                              either    owned routes, NAT ours, if the spec or status has its name
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
