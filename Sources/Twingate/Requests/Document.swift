/// Every GraphQL document that this client sends. Its name is the operation's name in the document.
///
/// The root field is always called `result`, so that one decoder reads all answers.
public enum Document: String, Sendable, CaseIterable {
  case remoteNetworks, remoteNetwork, remoteNetworkCreate, remoteNetworkUpdate, remoteNetworkDelete
  case connectors, connectorCreate, connectorUpdate, connectorDelete, connectorGenerateTokens
  case resources, resourceAccess, resourceCreate, resourceUpdate, resourceDelete
  case resourceAccessAdd, resourceAccessRemove
  case groups, groupUsers, groupCreate, groupUpdate, groupDelete
  case users, securityPolicies
  case serviceAccounts, serviceAccountKeys, serviceAccountCreate, serviceAccountUpdate, serviceAccountDelete
  case serviceAccountKeyCreate, serviceAccountKeyRevoke, serviceAccountKeyDelete

  public var kind: RequestKind { text.hasPrefix("mutation") ? .write : .read }

  /// Names the attempt in errors.
  var operation: String { rawValue }

  public var text: String {
    switch self {
    case .remoteNetworks:
      Self.list("remoteNetworks", filter: "RemoteNetworkFilterInput", RemoteNetwork.fields)
    case .remoteNetwork:
      "query remoteNetwork($id: ID!) { result: remoteNetwork(id: $id) { \(RemoteNetwork.fields) } }"
    case .remoteNetworkCreate:
      Self.write(
        "remoteNetworkCreate",
        ["name": "String!", "location": "RemoteNetworkLocation"],
        entity: RemoteNetwork.fields
      )
    case .remoteNetworkUpdate:
      Self.write(
        "remoteNetworkUpdate",
        ["id": "ID!", "name": "String", "location": "RemoteNetworkLocation"],
        entity: RemoteNetwork.fields
      )
    case .connectors:
      Self.list("connectors", filter: "ConnectorFilterInput", Connector.fields)
    case .connectorCreate:
      Self.write(
        "connectorCreate",
        ["remoteNetworkId": "ID!", "name": "String", "hasStatusNotificationsEnabled": "Boolean"],
        entity: Connector.fields
      )
    case .connectorUpdate:
      Self.write(
        "connectorUpdate",
        ["id": "ID!", "name": "String", "hasStatusNotificationsEnabled": "Boolean"],
        entity: Connector.fields
      )
    case .connectorGenerateTokens:
      Self.write(
        "connectorGenerateTokens",
        ["connectorId": "ID!"],
        fields: "connectorTokens { accessToken refreshToken }"
      )
    case .resources:
      Self.list("resources", filter: "ResourceFilterInput", Resource.fields)
    case .resourceAccess:
      Self.nested("resourceAccess", field: "resource", "access", AccessGrant.edgeFields)
    case .resourceCreate:
      Self.write("resourceCreate", Self.resourceCreation, entity: Resource.fields)
    case .resourceUpdate:
      Self.write("resourceUpdate", Self.resourceChange, entity: Resource.fields)
    case .resourceAccessAdd:
      Self.write("resourceAccessAdd", ["resourceId": "ID!", "access": "[AccessInput!]!"])
    case .resourceAccessRemove:
      Self.write("resourceAccessRemove", ["resourceId": "ID!", "principalIds": "[ID!]!"])
    case .groups:
      Self.list("groups", filter: "GroupFilterInput", Group.fields)
    case .groupUsers:
      Self.nested("groupUsers", field: "group", "users", "node { \(User.fields) }")
    case .groupCreate:
      Self.write("groupCreate", ["name": "String!", "userIds": "[ID]"], entity: Group.fields)
    case .groupUpdate:
      // Never userIds: whether an empty list empties the group is not known.
      Self.write(
        "groupUpdate",
        ["id": "ID!", "name": "String", "addedUserIds": "[ID]", "removedUserIds": "[ID]"],
        entity: Group.fields
      )
    case .users:
      Self.list("users", filter: "UserFilterInput", User.fields)
    case .securityPolicies:
      Self.list("securityPolicies", filter: "SecurityPolicyFilterField", SecurityPolicy.fields)
    case .serviceAccounts:
      Self.list("serviceAccounts", filter: "ServiceAccountFilterInput", ServiceAccount.fields)
    case .serviceAccountKeys:
      Self.nested("serviceAccountKeys", field: "serviceAccount", "keys", "node { \(ServiceAccountKey.fields) }")
    case .serviceAccountCreate:
      Self.write("serviceAccountCreate", ["name": "String!"], entity: ServiceAccount.fields)
    case .serviceAccountUpdate:
      Self.write("serviceAccountUpdate", ["id": "ID!", "name": "String"], entity: ServiceAccount.fields)
    case .serviceAccountKeyCreate:
      Self.write(
        "serviceAccountKeyCreate",
        ["serviceAccountId": "ID!", "expirationTime": "Int!", "name": "String"],
        fields: "token entity { \(ServiceAccountKey.fields) }"
      )
    case .serviceAccountKeyRevoke, .remoteNetworkDelete, .connectorDelete, .resourceDelete, .groupDelete,
      .serviceAccountDelete, .serviceAccountKeyDelete:
      Self.write(rawValue, ["id": "ID!"])
    }
  }

  private static let resourceChange: KeyValuePairs = [
    "id": "ID!", "name": "String", "address": "String", "remoteNetworkId": "ID", "alias": "String",
    "protocols": "ProtocolsInput", "securityPolicyId": "ID", "isActive": "Boolean", "tags": "[TagInput!]",
    "approvalMode": "AccessApprovalMode", "accessPolicy": "AccessPolicyInput",
  ]
  private static let resourceCreation: KeyValuePairs = [
    "name": "String!", "address": "String!", "remoteNetworkId": "ID!", "alias": "String",
    "protocols": "ProtocolsInput", "groupIds": "[ID]", "securityPolicyId": "ID", "tags": "[TagInput!]",
    "approvalMode": "AccessApprovalMode", "accessPolicy": "AccessPolicyInput",
  ]

  /// Reads a page of a collection.
  private static func list(_ field: String, filter: String, _ fields: String) -> String {
    """
    query \(field)($first: Int!, $after: String, $filter: \(filter)) {
      result: \(field)(first: $first, after: $after, filter: $filter) {
        pageInfo { hasNextPage endCursor } edges { node { \(fields) } }
      }
    }
    """
  }

  /// Reads a page of a collection inside an object.
  private static func nested(_ name: String, field: String, _ collection: String, _ edge: String) -> String {
    """
    query \(name)($id: ID!, $first: Int!, $after: String) {
      result: \(field)(id: $id) {
        page: \(collection)(first: $first, after: $after) { pageInfo { hasNextPage endCursor } edges { \(edge) } }
      }
    }
    """
  }

  /// A mutation. A variable that is not sent leaves its argument out, and one that is null clears (GraphQL specification,
  /// October 2021, §6.4.1).
  private static func write(
    _ name: String,
    _ arguments: KeyValuePairs<String, String>,
    entity: String? = nil,
    fields: String = ""
  ) -> String {
    let variables = arguments.map { "$\($0.key): \($0.value)" }.joined(separator: ", ")
    let passed = arguments.map { "\($0.key): $\($0.key)" }.joined(separator: ", ")
    let rest = entity.map { "entity { \($0) }" } ?? fields
    return "mutation \(name)(\(variables)) { result: \(name)(\(passed)) { ok error \(rest) } }"
  }
}
