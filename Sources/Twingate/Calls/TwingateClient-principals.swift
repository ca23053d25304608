public import Cloud
internal import Foundations

extension TwingateClient {
  /// The groups with these names. Several groups may have the same name.
  public func groups(named names: [String], lane: Lane) async throws(CloudError) -> [Group] {
    try await list(.groups, filter: Self.named(names), lane: lane)
  }

  /// Every group, to suggest similar names.
  public func groups(lane: Lane) async throws(CloudError) -> [Group] {
    try await list(.groups, lane: lane)
  }

  /// - Returns: nil if the group does not exist.
  public func members(ofGroup id: String, lane: Lane) async throws(CloudError) -> [User]? {
    try await nested(.groupUsers, id: id, lane: lane)
  }

  public func createGroup(_ name: String, userIDs: [String], lane: Lane) async throws(CloudError) -> Group {
    try await entity(.groupCreate, ["name": .string(name), "userIds": Self.strings(userIDs)], lane: lane)
  }

  public func updateGroup(
    _ id: String,
    name: String? = nil,
    adding added: [String] = [],
    removing removed: [String] = [],
    lane: Lane
  ) async throws(CloudError) -> Group {
    var variables: [String: JSONValue] = ["id": .string(id)]
    variables["name"] = name.map { .string($0) }
    if !added.isEmpty { variables["addedUserIds"] = Self.strings(added) }
    if !removed.isEmpty { variables["removedUserIds"] = Self.strings(removed) }
    return try await entity(.groupUpdate, variables, lane: lane)
  }

  public func deleteGroup(_ id: String, lane: Lane) async throws(CloudError) {
    try await delete(.groupDelete, id, lane: lane)
  }

  /// The users with these e-mail addresses.
  public func users(emails: [String], lane: Lane) async throws(CloudError) -> [User] {
    try await list(.users, filter: ["email": ["in": Self.strings(emails)]], lane: lane)
  }

  public func securityPolicies(lane: Lane) async throws(CloudError) -> [SecurityPolicy] {
    try await list(.securityPolicies, lane: lane)
  }

  public func serviceAccounts(named names: [String], lane: Lane) async throws(CloudError) -> [ServiceAccount] {
    try await list(.serviceAccounts, filter: Self.named(names), lane: lane)
  }

  public func serviceAccounts(lane: Lane) async throws(CloudError) -> [ServiceAccount] {
    try await list(.serviceAccounts, lane: lane)
  }

  public func renameServiceAccount(_ id: String, to name: String, lane: Lane) async throws(CloudError) -> ServiceAccount
  {
    try await entity(.serviceAccountUpdate, ["id": .string(id), "name": .string(name)], lane: lane)
  }

  /// - Returns: nil if the account does not exist.
  public func keys(ofServiceAccount id: String, lane: Lane) async throws(CloudError) -> [ServiceAccountKey]? {
    try await nested(.serviceAccountKeys, id: id, lane: lane)
  }

  public func createServiceAccount(_ name: String, lane: Lane) async throws(CloudError) -> ServiceAccount {
    try await entity(.serviceAccountCreate, ["name": .string(name)], lane: lane)
  }

  public func deleteServiceAccount(_ id: String, lane: Lane) async throws(CloudError) {
    try await delete(.serviceAccountDelete, id, lane: lane)
  }

  /// - Parameter days: 0 to 365; 0: the key does not expire.
  public func createKey(
    _ name: String,
    serviceAccount id: String,
    days: Int,
    lane: Lane
  ) async throws(CloudError) -> ServiceAccountKeyCreation {
    let document = Document.serviceAccountKeyCreate
    let made: MadeKey = try await mutate(
      document,
      ["name": .string(name), "serviceAccountId": .string(id), "expirationTime": .int(Int64(days))],
      lane: lane
    )
    guard let token = made.token, let key = made.entity else { return try lacking(document, "the key") }
    return ServiceAccountKeyCreation(key: key, token: SecretText(token))
  }

  /// Revokes a key for good.
  public func revokeKey(_ id: String, lane: Lane) async throws(CloudError) {
    try await delete(.serviceAccountKeyRevoke, id, lane: lane)
  }

  /// Removes a key that was revoked.
  public func deleteKey(_ id: String, lane: Lane) async throws(CloudError) {
    try await delete(.serviceAccountKeyDelete, id, lane: lane)
  }
}
