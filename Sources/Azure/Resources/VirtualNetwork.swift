public import Foundations

/// A private network. It contains its subnets: if it is written without them, they are removed.
public struct VirtualNetwork: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }
  public static let subnetsAreReadOnly = false

  /// A network without subnets, to be created.
  public init(location: String, cidr: IPv4Network, tags: [String: String]) {
    json = [
      "location": .string(location),
      "properties": ["addressSpace": ["addressPrefixes": [.string(cidr.description)]]],
    ]
    self.tags = tags
  }

  /// The IPv4 part of its ranges.
  public var addressSpace: [IPv4Network] {
    (json["properties", "addressSpace", "addressPrefixes"]?.array ?? []).compactMap {
      $0.string.flatMap { IPv4Network($0) }
    }
  }

  public mutating func addAddressSpace(_ cidr: IPv4Network) {
    let prefixes = json["properties", "addressSpace", "addressPrefixes"]?.array ?? []
    json["properties", "addressSpace", "addressPrefixes"] = .array(prefixes + [.string(cidr.description)])
  }

  /// Its own name servers; empty: Azure's.
  public var nameServers: [String] {
    (json["properties", "dhcpOptions", "dnsServers"]?.array ?? []).compactMap(\.string)
  }

  public var subnets: [Subnet] { (json["properties", "subnets"]?.array ?? []).map(Subnet.init) }
}

/// A part of a virtual network with a range of addresses.
public struct Subnet: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }
  public init(cidr: IPv4Network) {
    json = ["properties": ["addressPrefix": .string(cidr.description), "defaultOutboundAccess": false]]
  }

  /// Nil if it has several prefixes, or none of IPv4.
  public var cidr: IPv4Network? {
    let many = (json["properties", "addressPrefixes"]?.array ?? []).compactMap(\.string)
    let one = json["properties", "addressPrefix"]?.string ?? (many.count == 1 ? many.first : nil)
    return one.flatMap { IPv4Network($0) }
  }

  /// Whether machines without an address may leave through one of Azure's. Azure's default: true.
  public var defaultOutboundAccess: Bool {
    get { json["properties", "defaultOutboundAccess"]?.bool ?? true }
    set { json["properties", "defaultOutboundAccess"] = .bool(newValue) }
  }
  public var natGateway: ResourceID? {
    get { reference("natGateway") }
    set { setReference("natGateway", newValue) }
  }
  public var networkSecurityGroup: ResourceID? {
    get { reference("networkSecurityGroup") }
    set { setReference("networkSecurityGroup", newValue) }
  }
  public var routeTable: ResourceID? {
    get { reference("routeTable") }
    set { setReference("routeTable", newValue) }
  }

  /// The service that alone may have addresses in the subnet: `Microsoft.ContainerInstance/containerGroups`. Nil: anything may.
  public var delegation: String? {
    get { json["properties", "delegations"]?.array.first?["properties", "serviceName"]?.string }
    set {
      json["properties", "delegations"] = .array(
        newValue.map { [["name": "delegation", "properties": ["serviceName": .string($0)]]] } ?? []
      )
    }
  }

  /// Resources with addresses in the subnet.
  public var occupants: [Occupant] {
    let keys = ["ipConfigurations", "ipConfigurationProfiles", "privateEndpoints"]
    let direct = keys.flatMap { ids($0) }.map(Occupant.init)
    let links = (json["properties", "serviceAssociationLinks"]?.array ?? []).compactMap { link in
      (link["properties", "link"]?.string ?? link["id"]?.string).flatMap { ResourceID($0) }.map(Occupant.init)
    }
    var seen: Set<Occupant> = []
    return (direct + links).filter { seen.insert($0).inserted }
  }

  /// The number of addresses in use, as far as Azure shows them here.
  public var usedAddresses: Int { json["properties", "ipConfigurations"]?.array.count ?? 0 }
}

/// A resource that has an address in a subnet and so keeps it from being deleted.
public struct Occupant: Sendable, Hashable, CustomStringConvertible {
  public let id: ResourceID

  /// - Parameter id: the id of the resource, or of an IP configuration, which is a part of it.
  public init(_ id: ResourceID) {
    let isPart = id.type.lowercased().hasSuffix("ipconfigurations")
    self.id = isPart ? id.parent ?? id : id
  }

  public var description: String {
    let word =
      switch id.type.split(separator: "/").last?.lowercased() {
      case "networkinterfaces": "network interface"
      case "loadbalancers": "load balancer"
      case "privateendpoints": "private endpoint"
      case "applicationgateways": "application gateway"
      case "virtualnetworkgateways": "virtual network gateway"
      case "bastionhosts": "bastion"
      case "azurefirewalls": "firewall"
      default: id.type
      }
    return "\(word) \(id.name) (\(id))"
  }
}
