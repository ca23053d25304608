public import Cloud
internal import Foundations

extension EKSClient {
  // MARK: Access entries

  public func accessEntryPrincipals(of cluster: String) async throws(CloudError) -> [String] {
    try await names("ListAccessEntries", ["clusters", cluster, "access-entries"], "accessEntries")
  }

  public func accessEntry(_ principal: String, of cluster: String) async throws(CloudError) -> EKS.AccessEntry? {
    struct Answer: Decodable { var accessEntry: EKS.AccessEntry }
    return try await find("DescribeAccessEntry", Self.entry(principal, cluster), as: Answer.self)?.accessEntry
  }

  public func accessPolicies(of principal: String, cluster: String) async throws(CloudError)
    -> [EKS.AccessEntry.Policy]
  {
    struct Page: Decodable { var associatedAccessPolicies: [EKS.AccessEntry.Policy]? }
    let path = Self.entry(principal, cluster) + ["access-policies"]
    return try await pages("ListAssociatedAccessPolicies", path) { (page: Page) in page.associatedAccessPolicies ?? [] }
  }

  /// - Parameter type: cannot be changed.
  public func createAccessEntry(
    _ principal: String,
    of cluster: String,
    type: String = "STANDARD",
    tags: [String: String]
  ) async throws(CloudError) {
    let body: [String: JSONValue] = [
      "principalArn": .string(principal), "type": .string(type), "tags": .map(tags),
    ]
    let path = ["clusters", cluster, "access-entries"]
    _ = try await write("CreateAccessEntry", path, body, as: RESTClient.Nothing.self)
  }

  /// Replaces the scope, if the policy is associated already.
  /// - Parameter namespaces: empty: the whole cluster.
  public func associate(_ policy: String, with principal: String, namespaces: [String], cluster: String)
    async throws(CloudError)
  {
    let scope: JSONValue =
      namespaces.isEmpty ? ["type": "cluster"] : ["type": "namespace", "namespaces": .strings(namespaces)]
    let body: [String: JSONValue] = ["policyArn": .string(policy), "accessScope": scope]
    let path = Self.entry(principal, cluster) + ["access-policies"]
    _ = try await write("AssociateAccessPolicy", path, body, hasToken: false, as: RESTClient.Nothing.self)
  }

  public func disassociate(_ policy: String, from principal: String, cluster: String) async throws(CloudError) {
    try await remove("DisassociateAccessPolicy", Self.entry(principal, cluster) + ["access-policies", policy])
  }

  /// Its policies go with it.
  public func deleteAccessEntry(_ principal: String, of cluster: String) async throws(CloudError) {
    try await remove("DeleteAccessEntry", Self.entry(principal, cluster))
  }

  private static func entry(_ principal: String, _ cluster: String) -> [String] {
    ["clusters", cluster, "access-entries", principal]
  }

  // MARK: Pod Identity

  /// The one that a service account has; nil: it has none. Lists show neither its role nor its tags.
  public func podIdentity(namespace: String, serviceAccount: String, of cluster: String) async throws(CloudError)
    -> EKS.PodIdentity?
  {
    struct Listed: Decodable { var associationId: String }
    struct Page: Decodable { var associations: [Listed]? }
    struct Answer: Decodable { var association: EKS.PodIdentity }
    let path = ["clusters", cluster, "pod-identity-associations"]
    let query = [("namespace", namespace), ("serviceAccount", serviceAccount)]
    let found = try await pages("ListPodIdentityAssociations", path, query: query) { (page: Page) in
      page.associations ?? []
    }
    guard let id = found.first?.associationId else { return nil }
    return try await find("DescribePodIdentityAssociation", path + [id], as: Answer.self)?.association
  }

  public func createPodIdentity(
    namespace: String,
    serviceAccount: String,
    roleARN: String,
    cluster: String,
    tags: [String: String]
  ) async throws(CloudError) {
    let body: [String: JSONValue] = [
      "namespace": .string(namespace), "serviceAccount": .string(serviceAccount), "roleArn": .string(roleARN),
      "tags": .map(tags),
    ]
    let path = ["clusters", cluster, "pod-identity-associations"]
    _ = try await write("CreatePodIdentityAssociation", path, body, as: RESTClient.Nothing.self)
  }

  public func deletePodIdentity(_ id: String, of cluster: String) async throws(CloudError) {
    try await remove("DeletePodIdentityAssociation", ["clusters", cluster, "pod-identity-associations", id])
  }
}
