public import Cloud
internal import FoundationEssentials

/// Secret Manager v1 in one project (https://cloud.google.com/secret-manager/docs/reference/rest). It never reads a value back.
public struct SecretManagerClient: Sendable {
  /// A secret, of which versions hold the values.
  public struct Secret: Sendable, Hashable {
    /// 1 to 255 letters, digits, `-` and `_`.
    public var id: String
    public var labels: [String: String]
    public init(id: String, labels: [String: String]) { (self.id, self.labels) = (id, labels) }
  }

  private struct Body: Codable {
    struct Replication: Codable {
      struct Chosen: Codable { var replicas: [Replica] }
      struct Replica: Codable { var location: String }
      var userManaged: Chosen
    }
    var name: String?
    var labels: [String: String]?
    var replication: Replication?
  }
  private struct Shown: Decodable {
    var name: String
    var labels: [String: String]?
  }
  private struct Page: Decodable {
    var secrets: [Shown]?
    var nextPageToken: String?
  }
  private struct Version: Encodable {
    struct Payload: Encodable { var data: String }
    var payload: Payload
  }
  private struct PolicyChange: Encodable { var policy: AccessPolicy }
  private struct Nothing: Decodable {}

  private let api: GoogleAPI

  /// - Parameter endpoint: for emulators, proxies and sovereign clouds; nil: the vendor's. `/v1/projects/…` is appended.
  public init(project: String, access: GoogleAccess, endpoint: String? = nil) {
    api = GoogleAPI(
      name: "Secret Manager",
      url: (endpoint ?? "https://secretmanager.googleapis.com") + "/v1",
      project: project,
      access: access
    )
  }

  /// - Parameter filter: https://cloud.google.com/secret-manager/docs/filtering
  public func secrets(filter: String) async throws(CloudError) -> [Secret] {
    try await api.pages(
      "secrets",
      query: [("filter", filter)],
      operation: "secretmanager.secrets.list",
      name: "secrets"
    ) { (page: Page) in
      let found = (page.secrets ?? []).map { shown in
        Secret(id: shown.name.split(separator: "/").last.map(String.init) ?? "", labels: shown.labels ?? [:])
      }
      return (found, page.nextPageToken)
    }
  }

  /// One without a value. One that is there already is refused as `alreadyExists`.
  /// - Parameter region: the only one in which its values are kept.
  public func create(_ secret: Secret, region: String) async throws(CloudError) {
    let operation = "secretmanager.secrets.create"
    let replication = Body.Replication(userManaged: .init(replicas: [.init(location: region)]))
    let body = try GoogleAPI.json(Body(labels: secret.labels, replication: replication), operation: operation)
    let _: Nothing = try await api.call(
      "POST",
      "secrets",
      query: [("secretId", secret.id)],
      body: body,
      operation: operation,
      isIdempotent: true
    )
  }

  /// Repeated, it makes another version of the same value.
  public func add(_ value: SecretText, to id: String) async throws(CloudError) {
    let operation = "secretmanager.versions.add"
    let payload = Version.Payload(data: Data(value.value.utf8).base64EncodedString())
    let body = try GoogleAPI.json(Version(payload: payload), operation: operation)
    let _: Nothing = try await api.call(
      "POST",
      path(id, ":addVersion"),
      body: body,
      operation: operation,
      isIdempotent: false
    )
  }

  /// Whether a secret has a value.
  public func hasVersion(_ id: String) async throws(CloudError) -> Bool {
    do throws(CloudError) {
      let _: Nothing = try await api.call(
        "GET",
        path(id, "/versions/latest"),
        operation: "secretmanager.versions.get",
        isIdempotent: true
      )
      return true
    } catch {
      guard error.kind == .notFound else { throw error }
      return false
    }
  }

  /// Who may do what with a secret; nil: there is no such secret any more.
  public func policy(of id: String) async throws(CloudError) -> AccessPolicy? {
    do throws(CloudError) {
      return try await api.call(
        "GET",
        path(id, ":getIamPolicy"),
        operation: "secretmanager.secrets.getIamPolicy",
        isIdempotent: true
      )
    } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }

  /// Replaces all of it.
  public func setPolicy(_ policy: AccessPolicy, of id: String) async throws(CloudError) {
    let operation = "secretmanager.secrets.setIamPolicy"
    let body = try GoogleAPI.json(PolicyChange(policy: policy), operation: operation)
    let _: Nothing = try await api.call(
      "POST",
      path(id, ":setIamPolicy"),
      body: body,
      operation: operation,
      isIdempotent: true
    )
  }

  /// With its values.
  public func delete(_ id: String) async throws(CloudError) {
    let _: Nothing = try await api.call(
      "DELETE",
      path(id, ""),
      operation: "secretmanager.secrets.delete",
      isIdempotent: true
    )
  }

  private func path(_ id: String, _ rest: String) -> String { "secrets/" + PercentEncoding.encode(id) + rest }
}
