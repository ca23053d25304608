public import Cloud
public import Foundations

/// A container of resources, which are deleted with it.
public struct ResourceGroup: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }
  public init(location: String, tags: [String: String]) {
    json = ["location": .string(location)]
    self.tags = tags
  }
}

/// A resource in a group, known by its id alone.
public struct GenericResource: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }
}

/// A region as a subscription sees it.
public struct Location: Sendable, Hashable {
  public var name: String
  /// The zones as this subscription numbers them: `1`, `2`, `3`; sorted. Empty if there are none.
  public var zones: [String]
}

extension AzureClient {
  /// The regions that the subscription may use.
  public func locations() async throws(CloudError) -> [Location] {
    // azure-mgmt-resource-subscriptions 1.0: zones are listed since 2022-12-01.
    let url = "\(endpoints.resourceManager)/subscriptions/\(subscriptionID)/locations?api-version=2022-12-01"
    return try await list(url, operation: "Microsoft.Resources/subscriptions/locations/read").compactMap { json in
      guard let name = json["name"]?.string else { return nil }
      let zones = json["availabilityZoneMappings"]?.array ?? []
      return Location(name: name, zones: Set(zones.compactMap { $0["logicalZone"]?.string }).sorted())
    }
  }

  public func resourceGroup(_ name: String) async throws(CloudError) -> ResourceGroup? {
    try await get(ResourceID(subscription: subscriptionID, group: name)).map(ResourceGroup.init)
  }

  /// Everything in the group, except resources inside other resources.
  public func resources(in group: ResourceID) async throws(CloudError) -> [GenericResource] {
    let url = "\(endpoints.resourceManager)\(group)/resources?api-version=\(Self.apiVersion(nil))"
    return try await list(url, operation: "\(group.type)/resources/read").map(GenericResource.init)
  }

  /// The resources of a type in `Microsoft.Network`: `natGateways`.
  private func list(_ type: String, in group: ResourceID) async throws(CloudError) -> [JSONValue] {
    let provider = "Microsoft.Network"
    let path = "\(group)/providers/\(provider)/\(type)?api-version=\(Self.apiVersion(provider))"
    return try await list(endpoints.resourceManager + path, operation: "\(provider)/\(type)/read")
  }

  /// All virtual networks of the subscription.
  public func virtualNetworks() async throws(CloudError) -> [VirtualNetwork] {
    let (provider, type) = ("Microsoft.Network", "virtualNetworks")
    let path = "/subscriptions/\(subscriptionID)/providers/\(provider)/\(type)?api-version=\(Self.apiVersion(provider))"
    return try await list(endpoints.resourceManager + path, operation: "\(provider)/\(type)/read").map(
      VirtualNetwork.init
    )
  }
  public func virtualNetworks(in group: ResourceID) async throws(CloudError) -> [VirtualNetwork] {
    try await list("virtualNetworks", in: group).map(VirtualNetwork.init)
  }
  public func natGateways(in group: ResourceID) async throws(CloudError) -> [NATGateway] {
    try await list("natGateways", in: group).map(NATGateway.init)
  }
  public func publicIPAddresses(in group: ResourceID) async throws(CloudError) -> [PublicIPAddress] {
    try await list("publicIPAddresses", in: group).map(PublicIPAddress.init)
  }
  public func loadBalancers(in group: ResourceID) async throws(CloudError) -> [LoadBalancer] {
    try await list("loadBalancers", in: group).map(LoadBalancer.init)
  }
  public func networkSecurityGroups(in group: ResourceID) async throws(CloudError) -> [NetworkSecurityGroup] {
    try await list("networkSecurityGroups", in: group).map(NetworkSecurityGroup.init)
  }
  public func routeTables(in group: ResourceID) async throws(CloudError) -> [RouteTable] {
    try await list("routeTables", in: group).map(RouteTable.init)
  }
}

extension ResourceID {
  /// A resource of `Microsoft.Network` in this group.
  public func network(_ type: String, _ name: String) -> ResourceID { resource("Microsoft.Network", type, name) }
}
