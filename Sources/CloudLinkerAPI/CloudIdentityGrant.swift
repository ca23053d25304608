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
    /// Roles, by ARN, and instance profiles, by name, that clusters, nodes and machines may run as.
    public var workloadIdentities: [String]?
  }
  public struct GCPGrant: Codable, Sendable, Hashable {
    public var projects: [String]
    /// Service accounts, by address, that nodes and machines may run as.
    public var workloadIdentities: [String]?
  }
  public struct AzureGrant: Codable, Sendable, Hashable {
    public var subscriptionIDs: [String]
    /// User-assigned identities, by id, that clusters may run as.
    public var workloadIdentities: [String]?
  }

  /// The identities that clusters, nodes and machines may run as, besides those that the operator makes for them.
  public func workloadIdentities(in provider: CloudProvider) -> [String] {
    switch provider {
    case .aws: aws?.workloadIdentities ?? []
    case .gcp: gcp?.workloadIdentities ?? []
    case .azure: azure?.workloadIdentities ?? []
    default: []
    }
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
            workloads(
              "Roles and instance profiles that clusters, nodes and machines may run as.",
              "An ARN, or a profile's name."
            ),
          ]
        )
      ),
      .optional(
        "gcp",
        .object(
          "In Google Cloud.",
          [
            .required("projects", .list("Projects.", of: .string("A project's id."))),
            workloads("Service accounts that nodes and machines may run as.", "An address."),
          ]
        )
      ),
      .optional(
        "azure",
        .object(
          "In Azure.",
          [
            .required("subscriptionIDs", .list("Subscriptions.", of: .string("A subscription's id."))),
            workloads("User-assigned identities that clusters may run as.", "An id."),
          ]
        )
      ),
    ]
  )

  private static func workloads(_ description: String, _ each: String) -> Schema.Field {
    .optional("workloadIdentities", .list(description, of: .string(each)))
  }
}
