public import Cloud
public import Foundations

/// Says that a principal has a role on a scope and all below it.
public struct RoleAssignment: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }

  /// - Parameters:
  ///   - principalType: `User`, `Group` or `ServicePrincipal`. Without it Azure looks the principal up, and refuses one
  ///     that was made a moment ago.
  ///   - description: the only place where a mark can stand: assignments have no tags.
  public init(role: ResourceID, principal: String, principalType: String, description: String) {
    json = [
      "properties": [
        "roleDefinitionId": .string(role.description), "principalId": .string(principal),
        "principalType": .string(principalType), "description": .string(description),
      ]
    ]
  }

  public var scope: ResourceID? { json["properties", "scope"]?.string.flatMap { ResourceID($0) } }
  /// As it stands in the assignment: a scope may be a whole subscription, which is no resource.
  public var scopeText: String { json["properties", "scope"]?.string ?? "" }
  public var principal: String { json["properties", "principalId"]?.string ?? "" }
  /// The name of the role's definition, a GUID.
  public var role: String {
    (json["properties", "roleDefinitionId"]?.string ?? "").split(separator: "/").last.map { $0.lowercased() } ?? ""
  }
  public var description: String { json["properties", "description"]?.string ?? "" }

  public var writable: JSONValue {
    var properties = JSONValue.object([:])
    for key in [
      "roleDefinitionId", "principalId", "principalType", "description", "condition", "conditionVersion",
      "delegatedManagedIdentityResourceId",
    ] { properties[key] = json["properties", key] }
    return ["properties": properties]
  }
}

/// An identity in Entra ID that Azure holds the keys of.
public struct UserAssignedIdentity: AzureResource {
  public var json: JSONValue
  public init(json: JSONValue) { self.json = json }
  public init(location: String, tags: [String: String]) {
    json = ["location": .string(location)]
    self.tags = tags
  }
  public var principal: String? { json["properties", "principalId"]?.string }
}

extension AzureClient {
  static let authorization = "Microsoft.Authorization"

  /// Those on the scope and above it; with `below`, also those on what is inside. None where the scope is not there.
  public func roleAssignments(on scope: ResourceID, below: Bool) async throws(CloudError) -> [RoleAssignment] {
    let version = Self.apiVersion(Self.authorization)
    let path = "\(scope)/providers/\(Self.authorization)/roleAssignments?api-version=\(version)"
    let url = endpoints.resourceManager + path + (below ? "" : "&$filter=atScope()")
    return try await list(url, operation: "\(Self.authorization)/roleAssignments/read").map(RoleAssignment.init)
  }

  public func userAssignedIdentity(_ id: ResourceID) async throws(CloudError) -> UserAssignedIdentity? {
    try await get(id).map(UserAssignedIdentity.init)
  }
}

extension ResourceID {
  public func roleAssignment(_ name: String) -> ResourceID {
    extended(AzureClient.authorization, "roleAssignments", name)
  }

  /// A role that every subscription has.
  public static func builtInRole(_ name: String, subscription: String) -> ResourceID? {
    ResourceID("/subscriptions/\(subscription)/providers/\(AzureClient.authorization)/roleDefinitions/\(name)")
  }
}
