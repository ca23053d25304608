public import Foundations

/// Translates traffic from the subnets that refer to it to its public addresses.
public struct NATGateway: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }

  /// - Parameter zone: nil: Azure chooses one.
  public init(location: String, zone: String?, addresses: [ResourceID], tags: [String: String]) {
    json = ["location": .string(location), "sku": ["name": "Standard"], "properties": ["idleTimeoutInMinutes": 4]]
    if let zone { json["zones"] = [.string(zone)] }
    self.addresses = addresses
    self.tags = tags
  }

  public var addresses: [ResourceID] {
    get { ids("publicIpAddresses") }
    set { json["properties", "publicIpAddresses"] = .array(newValue.map(JSONValue.reference)) }
  }
}

/// A public address that is kept until it is deleted (SKU Standard, static).
public struct PublicIPAddress: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }

  /// - Parameter zone: nil: in every zone of the region.
  public init(location: String, zone: String?, tags: [String: String]) {
    json = [
      "location": .string(location), "sku": ["name": "Standard", "tier": "Regional"],
      "properties": ["publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4"],
    ]
    if let zone { json["zones"] = [.string(zone)] }
    self.tags = tags
  }

  public var address: String? { json["properties", "ipAddress"]?.string }
  /// The resource that uses it: a NAT gateway, or an IP configuration of something else.
  public var user: ResourceID? { reference("natGateway") ?? reference("ipConfiguration") }
}

/// Routes for the traffic of subnets.
public struct RouteTable: AzureResource {
  public struct Route: Sendable, Hashable {
    public var name: String
    public var prefix: String
    /// `Internet`, `None`, `VirtualAppliance`, `VirtualNetworkGateway`, `VnetLocal`.
    public var nextHop: String
    /// For a `VirtualAppliance`.
    public var address: String?
    public init(name: String, prefix: String, nextHop: String, address: String? = nil) {
      self.name = name
      self.prefix = prefix
      self.nextHop = nextHop
      self.address = address
    }
  }
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }
  public init(location: String, routes: [Route], tags: [String: String]) {
    json = ["location": .string(location), "properties": ["routes": .array(routes.map(Self.json))]]
    self.tags = tags
  }

  public var routes: [Route] {
    (json["properties", "routes"]?.array ?? []).map {
      Route(
        name: $0["name"]?.string ?? "",
        prefix: $0["properties", "addressPrefix"]?.string ?? "",
        nextHop: $0["properties", "nextHopType"]?.string ?? "",
        address: $0["properties", "nextHopIpAddress"]?.string
      )
    }
  }

  /// Replaces all routes with the same prefix by this one. Other routes stay.
  public mutating func set(_ route: Route) {
    let others = (json["properties", "routes"]?.array ?? []).filter {
      $0["properties", "addressPrefix"]?.string != route.prefix && $0["name"]?.string != route.name
    }
    json["properties", "routes"] = .array(others + [Self.json(route)])
  }

  private static func json(_ route: Route) -> JSONValue {
    var json: JSONValue = [
      "name": .string(route.name),
      "properties": ["addressPrefix": .string(route.prefix), "nextHopType": .string(route.nextHop)],
    ]
    if let address = route.address { json["properties", "nextHopIpAddress"] = .string(address) }
    return json
  }
}
