public import Cloud

/// Service accounts of one project (https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts). Other
/// services learn of a new one within a minute or so.
public struct ServiceAccountClient: Sendable {
  private struct Creation: Encodable {
    var accountId: String
    var serviceAccount: ServiceAccount
  }
  private struct Page: Decodable {
    var accounts: [ServiceAccount]?
    var nextPageToken: String?
  }
  private struct Nothing: Decodable {}

  private let api: GoogleAPI

  /// - Parameter endpoint: for emulators, proxies and sovereign clouds; nil: the vendor's. `/v1/projects/…` is appended.
  public init(project: String, access: GoogleAccess, endpoint: String? = nil) {
    api = GoogleAPI(
      name: "IAM",
      url: (endpoint ?? "https://iam.googleapis.com") + "/v1",
      project: project,
      access: access
    )
  }

  /// Every service account of the project. A project has at most 100 unless Google raises its quota, which is one page.
  public func accounts() async throws(CloudError) -> [ServiceAccount] {
    try await api.pages(
      "serviceAccounts",
      query: [("pageSize", "100")],
      operation: "iam.serviceAccounts.list",
      name: "service accounts"
    ) { (page: Page) in (page.accounts ?? [], page.nextPageToken) }
  }

  /// - Parameter id: what its address begins with. One that is there already is refused as `alreadyExists`.
  public func create(_ id: String, _ account: ServiceAccount) async throws(CloudError) {
    let operation = "iam.serviceAccounts.create"
    let body = try GoogleAPI.json(Creation(accountId: id, serviceAccount: account), operation: operation)
    let _: Nothing = try await api.call("POST", "serviceAccounts", body: body, operation: operation, isIdempotent: true)
  }

  public func delete(_ email: String) async throws(CloudError) {
    let _: Nothing = try await api.call(
      "DELETE",
      path(email),
      operation: "iam.serviceAccounts.delete",
      isIdempotent: true
    )
  }

  private func path(_ email: String) -> String { "serviceAccounts/" + PercentEncoding.encode(email) }
}
