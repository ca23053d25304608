public import Foundations

/// Rules for the traffic of the subnets that refer to it.
public struct NetworkSecurityGroup: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }
  public init(location: String, rules: [SecurityRule], tags: [String: String]) {
    json = ["location": .string(location), "properties": ["securityRules": .array(rules.map(\.json))]]
    self.tags = tags
  }

  /// Without Azure's own rules, which have priorities from 65000 on.
  public var rules: [SecurityRule] {
    get { (json["properties", "securityRules"]?.array ?? []).map(SecurityRule.init) }
    set { json["properties", "securityRules"] = .array(newValue.map(\.json)) }
  }
}

/// A rule in one notation, so that rules with the same meaning are equal.
public struct SecurityRule: Sendable, Hashable {
  public enum Direction: String, Sendable, Hashable { case inbound = "Inbound", outbound = "Outbound" }
  public enum Access: String, Sendable, Hashable { case allow = "Allow", deny = "Deny" }
  public var name: String
  /// 100…4096; the lowest number that matches decides.
  public var priority: Int
  public var direction: Direction
  public var access: Access
  /// `*`, `Tcp`, `Udp`, `Icmp`.
  public var transport: String
  /// Prefixes or service tags; `*` is any.
  public var sources: Set<String>
  public var destinations: Set<String>
  /// Ports of the destination: `443`, `8000-8080`; `*` is any.
  public var ports: Set<String>
  /// For people; at most 140 characters.
  public var description: String?
  /// False if the rule uses fields that are not modelled: the source's ports and application security groups.
  public private(set) var isPlain = true

  public init(
    _ name: String,
    _ priority: Int,
    _ direction: Direction,
    _ access: Access,
    transport: String = "*",
    from sources: Set<String> = ["*"],
    to destinations: Set<String> = ["*"],
    ports: Set<String> = ["*"],
    description: String? = nil
  ) {
    self.name = name
    self.priority = priority
    self.direction = direction
    self.access = access
    self.transport = transport
    self.sources = sources
    self.destinations = destinations
    self.ports = ports
    self.description = description
  }

  init(_ json: JSONValue) {
    let fields = json["properties"] ?? .null
    func values(_ one: String, _ many: String) -> Set<String> {
      let single = fields[one]?.string.map { [$0] } ?? []
      return Set((single + (fields[many]?.array ?? []).compactMap(\.string)).filter { !$0.isEmpty })
    }
    name = json["name"]?.string ?? ""
    priority = fields["priority"]?.int.flatMap { Int(exactly: $0) } ?? 0
    direction = fields["direction"]?.string?.lowercased() == "outbound" ? .outbound : .inbound
    access = fields["access"]?.string?.lowercased() == "deny" ? .deny : .allow
    transport = fields["protocol"]?.string?.lowercased().capitalizedFirst ?? "*"
    sources = values("sourceAddressPrefix", "sourceAddressPrefixes")
    destinations = values("destinationAddressPrefix", "destinationAddressPrefixes")
    ports = values("destinationPortRange", "destinationPortRanges")
    description = fields["description"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    let groups = ["sourceApplicationSecurityGroups", "destinationApplicationSecurityGroups"]
    isPlain =
      values("sourcePortRange", "sourcePortRanges") == ["*"] && groups.allSatisfy { (fields[$0]?.array ?? []).isEmpty }
  }

  /// A single value in the singular field, several in the plural one, because Azure accepts no `*` in a list.
  var json: JSONValue {
    var fields: [String: JSONValue] = [
      "priority": .int(Int64(priority)), "direction": .string(direction.rawValue), "access": .string(access.rawValue),
      "protocol": .string(transport), "sourcePortRange": "*",
    ]
    if let description { fields["description"] = .string(description) }
    func set(_ values: Set<String>, _ one: String, _ many: String) {
      if values.count == 1, let value = values.first {
        fields[one] = .string(value)
      } else {
        fields[many] = .array(values.sorted().map { .string($0) })
      }
    }
    set(sources, "sourceAddressPrefix", "sourceAddressPrefixes")
    set(destinations, "destinationAddressPrefix", "destinationAddressPrefixes")
    set(ports, "destinationPortRange", "destinationPortRanges")
    return ["name": .string(name), "properties": .object(fields)]
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
