internal import CloudLinkerAPI
internal import Kubernetes

/// What specs name may be used with the operator's own identity if it is the namespace's.
extension CloudIdentityLoan {
  /// Checks what an object in the Backbone's cloud, a cluster or a machine, names besides. The Backbone itself has passed
  /// `spec(of:)`.
  ///
  ///     reference    provider   accepted
  ///     resource     Azure      of the Backbone's subscription
  ///     resource     GCP        of a granted project, where there is a table
  ///     identity     any        listed in `workloadIdentities`, where there is a table; in Azure of the Backbone's
  ///                             subscription too
  func check(_ references: [CloudReference], in backbone: Backbone) throws(Refusal) {
    let spec = backbone.spec
    try checkSubscriptions(references, spec)
    guard !references.isEmpty, let grant = try grant(to: backbone.key.namespace) else { return }
    try checkProjects(references, spec, grant)
    let identities = grant.workloadIdentities(in: spec.provider)
    // Names of roles are case-sensitive, ids in Azure are not.
    func same(_ one: String, _ other: String) -> Bool {
      spec.provider == .azure ? one.lowercased() == other.lowercased() : one == other
    }
    for reference in references
    where reference.kind == .identity && !identities.contains(where: { same($0, reference.value) }) {
      throw refusal(
        notGranted(reference),
        owner: "add it to \(spec.provider.rawValue.lowercased()).workloadIdentities there"
      )
    }
  }

  func check(_ reference: CloudReference, _ allowed: [String]?) throws(Refusal) {
    guard allowed?.contains(where: { $0.lowercased() == reference.value.lowercased() }) != true else { return }
    let others = allowed ?? []
    throw refusal(
      notGranted(reference),
      owner: "add it" + (others.isEmpty ? "" : ", or use one of: \(others.joined(separator: ", "))")
    )
  }

  func checkProjects(
    _ references: [CloudReference],
    _ spec: BackboneSpec,
    _ grant: CloudIdentityGrant
  ) throws(Refusal) {
    guard spec.provider == .gcp else { return }
    for reference in references where reference.kind == .resource {
      let parts = reference.value.split(separator: "/")
      guard let index = parts.firstIndex(of: "projects"), index + 1 < parts.count else { continue }
      try check(CloudReference(reference.field, String(parts[index + 1])), grant.gcp?.projects)
    }
  }

  func checkSubscriptions(_ references: [CloudReference], _ spec: BackboneSpec) throws(Refusal) {
    guard spec.provider == .azure, let subscription = spec.azure?.subscriptionID else { return }
    for reference in references
    where !reference.value.lowercased().hasPrefix("/subscriptions/\(subscription.lowercased())/") {
      throw refusal(
        "\(reference.field): \"\(reference.value)\" is not in subscription \(subscription). With the operator's own "
          + "identity only resources of the Backbone's subscription can be used: name one of those, or a Secret in the "
          + "Backbone's spec.credentialsSecretRef"
      )
    }
  }

  private func notGranted(_ reference: CloudReference) -> String {
    "\(reference.field): \"\(reference.value)\" is not granted to this namespace by ConfigMap \(tableKey)"
  }
}
