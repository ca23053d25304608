internal import CloudLinkerAPI
internal import Kubernetes

/// Decides whether a Backbone without a Secret may use the operator's own identity, and with which role.
///
///     --own-cloud-identity   Namespace's label   table    its row          the Backbone
///     false                  any                 any      any              refused
///     true                   not `allowed`       any      any              refused
///     true                   `allowed`           absent   -                any role, project, subscription
///     true                   `allowed`           exists   absent           refused
///     true                   `allowed`           exists   broken           refused
///     true                   `allowed`           exists   has the place    accepted; without a role in the spec, the first
///     true                   `allowed`           exists   lacks the place  refused
///
/// Resources of another subscription than the spec's are refused: the identity may access them, but the namespace may
/// not.
struct CloudIdentityLoan {
  /// Set on a Namespace by the cluster's owner. Tenants cannot label Namespaces.
  static let label = "cloudlinker.dev/cloud-identity"
  static let allowed = "allowed"

  /// `--own-cloud-identity`.
  var isOffered: Bool
  var namespaceLabels: [String: String]
  /// The owner's table; nil: there is none.
  var table: ConfigMap?
  var tableKey: ObjectKey

  /// - Returns: the spec with the role to assume.
  func spec(of backbone: Backbone) throws(Refusal) -> BackboneSpec {
    let namespace = backbone.key.namespace
    guard isOffered else {
      throw refusal(
        "spec.credentialsSecretRef is required: the operator does not lend its own identity (--own-cloud-identity=false)"
      )
    }
    guard namespaceLabels[Self.label] == Self.allowed else {
      throw refusal(
        "spec.credentialsSecretRef: name a Secret with credentials, or ask the cluster's owner to lend the operator's own "
          + "identity to this namespace: kubectl label namespace \(namespace) \(Self.label)=\(Self.allowed)"
      )
    }
    try checkSubscriptions(backbone.spec.existingResources, backbone.spec)
    guard let grant = try grant(to: namespace) else { return backbone.spec }
    return try granted(backbone.spec, grant)
  }

  /// Nil: the owner has written no table.
  func grant(to namespace: String) throws(Refusal) -> CloudIdentityGrant? {
    guard let table else { return nil }
    guard let text = table.data?[namespace] else {
      throw refusal("ConfigMap \(tableKey) has no key \"\(namespace)\"", owner: "add it")
    }
    return try read(text, namespace)
  }

  private func read(_ text: String, _ namespace: String) throws(Refusal) -> CloudIdentityGrant {
    do throws(OwnersYAMLProblem) {
      let grant = try OwnersYAML.read(CloudIdentityGrant.self, text) ?? CloudIdentityGrant()
      try OwnersYAML.refuse(grant.validate())
      return grant
    } catch {
      throw refusal("ConfigMap \(tableKey), key \"\(namespace)\", cannot be read: \(error)", owner: "correct it")
    }
  }

  private func granted(_ spec: BackboneSpec, _ grant: CloudIdentityGrant) throws(Refusal) -> BackboneSpec {
    var spec = spec
    switch spec.provider {
    case .gcp:
      try check(CloudReference("spec.gcp.project", spec.gcp?.project), grant.gcp?.projects)
      // A shared network belongs to a host project.
      try checkProjects(spec.existingResources, spec, grant)
    case .azure:
      try check(CloudReference("spec.azure.subscriptionID", spec.azure?.subscriptionID), grant.azure?.subscriptionIDs)
    case .aws:
      let roles = grant.aws?.roleARNs ?? []
      if let role = spec.aws?.assumeRoleARN {
        // Role names are case-sensitive.
        guard !roles.contains(role) else { break }
        try check(CloudReference("spec.aws.assumeRoleARN", role), nil)
      } else if let first = roles.first {
        spec.aws = spec.aws ?? .init()
        spec.aws?.assumeRoleARN = first
      } else if grant.aws?.withoutRole != true {
        throw refusal(
          "spec.provider: ConfigMap \(tableKey) grants this namespace nothing in AWS",
          owner: "add aws.roleARNs there"
        )
      }
    default: break
    }
    return spec
  }

  func refusal(_ what: String, owner: String) -> Refusal {
    refusal(
      "\(what): ask the cluster's owner to \(owner), or name a Secret in the Backbone's spec.credentialsSecretRef"
    )
  }

  func refusal(_ message: String) -> Refusal {
    Refusal(condition: .dependenciesReady, reason: .cloudIdentityNotAllowed, message: message)
  }
}
