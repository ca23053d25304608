public import Cloud

/// Roles that AWS's own services assume, with policies that AWS maintains.
extension IAMClient {
  public struct ServiceRole: Sendable, Hashable {
    public var name: String
    public var arn: String
    /// The policy that says who may assume the role, as JSON.
    public var trust: String
    public var tags: [String: String]
    /// The ARN of its permissions boundary; nil: it has none.
    public var boundary: String?
  }

  /// Nil: no role has that name. Lists show neither tags nor boundaries.
  public func serviceRole(_ name: String) async throws(CloudError) -> ServiceRole? {
    var parameters = QueryParameters()
    parameters["RoleName"] = name
    do throws(CloudError) {
      let answer = try await query.call("GetRole", parameters, isIdempotent: true)
      guard let role = answer["GetRoleResult"]?["Role"], let arn = role.string("Arn") else { return nil }
      return ServiceRole(
        name: name,
        arn: arn,
        trust: Self.unescaped(role.string("AssumeRolePolicyDocument") ?? ""),
        tags: Dictionary(role.list("Tags").map { ($0.string("Key") ?? "", $0.string("Value") ?? "") }) { $1 },
        boundary: role["PermissionsBoundary"]?.string("PermissionsBoundaryArn")
      )
    } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }

  /// ARNs of the policies attached to a role; empty if the role does not exist.
  public func attachedPolicies(of role: String) async throws(CloudError) -> [String] {
    var parameters = QueryParameters()
    parameters["RoleName"] = role
    do throws(CloudError) {
      // A role has 20 policies at most, and a page 100.
      let answer = try await query.call("ListAttachedRolePolicies", parameters, isIdempotent: true)
      let policies = answer["ListAttachedRolePoliciesResult"]?.list("AttachedPolicies") ?? []
      return policies.compactMap { $0.string("PolicyArn") }
    } catch {
      guard error.kind == .notFound else { throw error }
      return []
    }
  }

  /// Attaches a policy. It is not an error if it is attached already.
  public func attach(_ policy: String, to role: String) async throws(CloudError) {
    var parameters = QueryParameters()
    parameters["RoleName"] = role
    parameters["PolicyArn"] = policy
    _ = try await query.call("AttachRolePolicy", parameters, isIdempotent: true)
  }

  public func detach(_ policy: String, from role: String) async throws(CloudError) {
    var parameters = QueryParameters()
    parameters["RoleName"] = role
    parameters["PolicyArn"] = policy
    do throws(CloudError) {
      _ = try await query.call("DetachRolePolicy", parameters, isIdempotent: true)
    } catch {
      if error.kind != .notFound { throw error }
    }
  }

  /// - Parameter trust: the policy that says who may assume the role, as JSON.
  public func setTrust(_ trust: String, of role: String) async throws(CloudError) {
    var parameters = QueryParameters()
    parameters["RoleName"] = role
    parameters["PolicyDocument"] = trust
    _ = try await query.call("UpdateAssumeRolePolicy", parameters, isIdempotent: true)
  }

  public func setTags(_ tags: [String: String], ofRole role: String) async throws(CloudError) {
    var parameters = QueryParameters()
    parameters["RoleName"] = role
    EC2Client.tags("Tags.member", tags, &parameters)
    _ = try await query.call("TagRole", parameters, isIdempotent: true)
  }

  public func removeTags(_ keys: [String], ofRole role: String) async throws(CloudError) {
    var parameters = QueryParameters()
    parameters["RoleName"] = role
    parameters.list("TagKeys.member", keys)
    _ = try await query.call("UntagRole", parameters, isIdempotent: true)
  }
}
