/// What the Backbones of one namespace may do with the operator's own identity in the clouds. The cluster's owner
/// decides this in a ConfigMap of the operator's namespace: one value, in YAML, under the namespace's name.
public struct CloudIdentityGrant: Codable, Sendable, Hashable {
  public var aws: AWSGrant?
  public var gcp: GCPGrant?
  public var azure: AzureGrant?
  public init() {}

  public struct AWSGrant: Codable, Sendable, Hashable {
    /// Roles that may be assumed. A Backbone that names none gets the first.
    public var roleARNs: [String]?
    /// Whether the operator's identity may also be used as it is, in its own account.
    public var withoutRole: Bool?
    public init(roleARNs: [String]? = nil, withoutRole: Bool? = nil) {
      self.roleARNs = roleARNs
      self.withoutRole = withoutRole
    }
  }
  public struct GCPGrant: Codable, Sendable, Hashable {
    public var projects: [String]
    public init(projects: [String]) { self.projects = projects }
  }
  public struct AzureGrant: Codable, Sendable, Hashable {
    public var subscriptionIDs: [String]
    public init(subscriptionIDs: [String]) { self.subscriptionIDs = subscriptionIDs }
  }

  /// What is wrong with the grant, by the rules of its schema; empty when nothing is.
  public func validate() -> [FieldError] {
    var checker = FieldChecker()
    for (index, role) in (aws?.roleARNs ?? []).enumerated() {
      checker.check(Spelling.isRoleARN(role), BackboneSpec.AWSOptions.roleRule, at: "aws.roleARNs[\(index)]", role)
    }
    for (index, project) in (gcp?.projects ?? []).enumerated() {
      checker.spelled(project, "gcp.projects[\(index)]", "must be a project's id", Spelling.isServiceName)
    }
    for (index, id) in (azure?.subscriptionIDs ?? []).enumerated() {
      checker.spelled(id, "azure.subscriptionIDs[\(index)]", "must be a subscription's id", Spelling.isUUID)
    }
    return checker.errors
  }
}

extension CloudIdentityGrant: SchemaDescribing {
  public static let schema = Schema.object(
    "What the Backbones of a namespace may do with the operator's own identity.",
    [
      .optional(
        "aws",
        .object(
          "In AWS.",
          [
            .optional(
              "roleARNs",
              .list("Roles that may be assumed. A Backbone that names none gets the first.", of: .string("An ARN."))
            ),
            .optional("withoutRole", .boolean("Whether the identity may be used as it is. Default: false.")),
          ]
        )
      ),
      .optional(
        "gcp",
        .object("In Google Cloud.", [.required("projects", .list("Projects.", of: .string("A project's id.")))])
      ),
      .optional(
        "azure",
        .object(
          "In Azure.",
          [.required("subscriptionIDs", .list("Subscriptions.", of: .string("A subscription's id.")))]
        )
      ),
    ]
  )
}
