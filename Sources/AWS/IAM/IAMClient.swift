public import Cloud

/// Identity and Access Management (API version 2010-05-08). It has one endpoint for each partition: see
/// `AWSEndpoint.iam`.
///
/// IAM has no idempotency tokens and needs none: names are unique, so it is not an error here if an object to be
/// created exists already. IAM shows a new object after some seconds.
public struct IAMClient: Sendable {
  public static let version = "2010-05-08"
  let query: QueryClient

  public init(_ query: QueryClient) { self.query = query }

  // MARK: Roles

  /// - Parameter path: the prefix of their paths: `/cloudlinker/`.
  public func roles(under path: String) async throws(CloudError) -> [IAM.Role] {
    try await list("ListRoles", under: path, set: "Roles") { IAM.Role($0) }
  }

  /// - Parameters:
  ///   - path: begins and ends with a slash.
  ///   - trust: the policy that says who may assume the role, as JSON.
  ///   - boundary: the ARN of a policy that limits all policies of the role.
  public func createRole(
    _ name: String,
    path: String,
    trust: String,
    description: String,
    boundary: String? = nil,
    tags: [String: String]
  ) async throws(CloudError) {
    try await create("CreateRole") { parameters in
      parameters["RoleName"] = name
      parameters["PermissionsBoundary"] = boundary
      parameters["Path"] = path
      parameters["AssumeRolePolicyDocument"] = trust
      parameters["Description"] = description
      EC2Client.tags("Tags.member", tags, &parameters)
    }
  }

  /// Deletes a role. It must have no policies and be in no instance profile.
  public func deleteRole(_ name: String) async throws(CloudError) {
    try await remove("DeleteRole") { $0["RoleName"] = name }
  }

  /// - Returns: JSON; nil: the role has no such policy, or does not exist.
  public func policy(_ policy: String, of role: String) async throws(CloudError) -> String? {
    var parameters = QueryParameters()
    parameters["RoleName"] = role
    parameters["PolicyName"] = policy
    do throws(CloudError) {
      let answer = try await query.call("GetRolePolicy", parameters, isIdempotent: true)
      return answer["GetRolePolicyResult"]?.string("PolicyDocument").map(Self.unescaped)
    } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }

  /// - Parameter document: JSON, at most 10,240 characters; replaces an existing policy.
  public func putPolicy(_ policy: String, _ document: String, of role: String) async throws(CloudError) {
    try await call("PutRolePolicy") { parameters in
      parameters["RoleName"] = role
      parameters["PolicyName"] = policy
      parameters["PolicyDocument"] = document
    }
  }

  public func deletePolicy(_ policy: String, of role: String) async throws(CloudError) {
    try await remove("DeleteRolePolicy") { parameters in
      parameters["RoleName"] = role
      parameters["PolicyName"] = policy
    }
  }

  // MARK: Instance profiles

  public func instanceProfiles(under path: String) async throws(CloudError) -> [IAM.InstanceProfile] {
    try await list("ListInstanceProfiles", under: path, set: "InstanceProfiles") { IAM.InstanceProfile($0) }
  }

  public func createInstanceProfile(
    _ name: String,
    path: String,
    tags: [String: String]
  ) async throws(CloudError) {
    try await create("CreateInstanceProfile") { parameters in
      parameters["InstanceProfileName"] = name
      parameters["Path"] = path
      EC2Client.tags("Tags.member", tags, &parameters)
    }
  }

  /// Adds a role to a profile. A profile holds only one. IAM reports a second one as an exceeded limit, so read the
  /// profile's roles first.
  public func addRole(_ role: String, to profile: String) async throws(CloudError) {
    try await call("AddRoleToInstanceProfile") { parameters in
      parameters["InstanceProfileName"] = profile
      parameters["RoleName"] = role
    }
  }

  public func removeRole(_ role: String, from profile: String) async throws(CloudError) {
    try await remove("RemoveRoleFromInstanceProfile") { parameters in
      parameters["InstanceProfileName"] = profile
      parameters["RoleName"] = role
    }
  }

  public func deleteInstanceProfile(_ name: String) async throws(CloudError) {
    try await remove("DeleteInstanceProfile") { $0["InstanceProfileName"] = name }
  }

  // MARK: Calls

  /// Documents are percent-encoded in answers.
  static func unescaped(_ document: String) -> String {
    String(decoding: PercentEncoding.decode(document), as: UTF8.self)
  }

  private func call(_ action: String, _ fill: (inout QueryParameters) -> Void) async throws(CloudError) {
    var parameters = QueryParameters()
    fill(&parameters)
    _ = try await query.call(action, parameters, isIdempotent: true)
  }

  private func create(_ action: String, _ fill: (inout QueryParameters) -> Void) async throws(CloudError) {
    do throws(CloudError) { try await call(action, fill) } catch {
      if error.kind != .alreadyExists { throw error }
    }
  }

  private func remove(_ action: String, _ fill: (inout QueryParameters) -> Void) async throws(CloudError) {
    do throws(CloudError) { try await call(action, fill) } catch {
      if error.kind != .notFound { throw error }
    }
  }

  private func list<Item>(
    _ action: String,
    under path: String,
    set: String,
    decode: (XMLElement) -> Item?
  ) async throws(CloudError) -> [Item] {
    var parameters = QueryParameters()
    parameters["PathPrefix"] = path
    var items: [Item] = []
    var tokens = PageTokens("iam:\(action)")
    repeat {
      let answer = try await query.call(action, parameters, isIdempotent: true)["\(action)Result"]
      items += (answer?.list(set) ?? []).compactMap(decode)
      let isLast = answer?.bool("IsTruncated") != true
      parameters["Marker"] = isLast ? nil : try tokens.next(answer?.string("Marker"))
    } while parameters["Marker"] != nil
    return items
  }
}
