public import Foundations

/// A resource of Azure, accessed through the fields that this client knows. All others are kept, so that writing it
/// back loses nothing.
public protocol AzureResource: Sendable, Hashable {
  var json: JSONValue { get set }
  init(json: JSONValue)
  /// Whether its `properties.subnets` only list which subnets refer to it. False only for a virtual network.
  static var subnetsAreReadOnly: Bool { get }
}

/// `properties.provisioningState`.
public enum ProvisioningState: Sendable, Hashable {
  case succeeded, failed, deleting
  /// Creating, Updating, and any other state.
  case underWay
}

extension AzureResource {
  public static var subnetsAreReadOnly: Bool { true }
  public var id: ResourceID? { json["id"]?.string.flatMap { ResourceID($0) } }
  public var name: String { json["name"]?.string ?? "" }
  public var etag: String? { json["etag"]?.string }
  /// In one notation, because `West Europe` and `westeurope` are the same.
  public var location: String? { json["location"]?.string.map { $0.lowercased().filter { $0 != " " } } }
  public var zones: [String] { json["zones"]?.array.compactMap(\.string) ?? [] }

  public var tags: [String: String] {
    get { (json["tags"]?.object ?? [:]).compactMapValues(\.string) }
    set { json["tags"] = .object(newValue.mapValues { .string($0) }) }
  }

  /// The value of a tag, whose name is compared without case.
  public func tag(_ name: String) -> String? {
    tags[name] ?? tags.first { $0.key.lowercased() == name.lowercased() }?.value
  }

  public var state: ProvisioningState {
    switch json["properties", "provisioningState"]?.string?.lowercased() {
    case nil, "succeeded": .succeeded
    case "failed", "canceled", "cancelled": .failed
    case "deleting": .deleting
    default: .underWay
    }
  }

  /// The subnets that refer to this resource, as far as Azure lists them.
  public var referringSubnets: [ResourceID] { Self.subnetsAreReadOnly ? ids("subnets") : [] }

  /// The content for a PUT: without fields that only Azure writes.
  public var writable: JSONValue {
    var body = json
    for key in ["id", "name", "type", "etag", "managedBy", "systemData"] { body[key] = nil }
    body["properties"] = body["properties"].map { JSONValue.withoutReadOnly($0) }
    if Self.subnetsAreReadOnly, body["properties"] != nil { body["properties", "subnets"] = nil }
    return body
  }

  func ids(_ key: String) -> [ResourceID] {
    (json["properties", key]?.array ?? []).compactMap { $0["id"]?.string.flatMap { ResourceID($0) } }
  }

  func reference(_ key: String) -> ResourceID? {
    json["properties", key, "id"]?.string.flatMap { ResourceID($0) }
  }

  mutating func setReference(_ key: String, _ id: ResourceID?) {
    json["properties", key] = id.map { ["id": .string($0.description)] }
  }
}

extension JSONValue {
  static func reference(_ id: ResourceID) -> JSONValue { ["id": .string(id.description)] }

  /// Removes properties that only Azure writes, at every level, because an inline subnet has them as well.
  static func withoutReadOnly(_ properties: JSONValue) -> JSONValue {
    var result = properties.object
    for key in [
      "provisioningState", "resourceGuid", "ipConfigurations", "ipConfigurationProfiles", "privateEndpoints",
      "resourceNavigationLinks", "serviceAssociationLinks", "purpose", "defaultSecurityRules", "networkInterfaces",
      "flowLogs", "defaultPublicNatGateway", "ipConfiguration",
    ] { result[key] = nil }
    for key in ["subnets", "securityRules", "routes", "virtualNetworkPeerings"] {
      guard case .array(let items)? = result[key] else { continue }
      result[key] = .array(
        items.map { item in
          guard let inner = item["properties"] else { return item }
          var item = item
          item["etag"] = nil
          item["properties"] = withoutReadOnly(inner)
          return item
        }
      )
    }
    return .object(result)
  }
}
