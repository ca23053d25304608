public import Cloud
public import Foundations
public import HTTPTransport

/// Service accounts of one project (https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts). Other
/// services learn of a new one within a minute or so.
public struct ServiceAccountClient: Sendable {
  public struct Options: Sendable {
    /// For emulators, proxies and sovereign clouds; what follows is `/v1/projects/…`.
    public var endpoint = "https://iam.googleapis.com"
    public var retry = RetryPolicy()
    public init() {}
  }
  private struct Creation: Encodable {
    var accountId: String
    var serviceAccount: ServiceAccount
  }
  private struct Nothing: Decodable {}

  private let api: GoogleAPI

  /// - Parameters:
  ///   - transport: without retries of its own.
  ///   - budget: shared by all that speak to the project.
  public init(
    project: String,
    tokens: CredentialCache<String>,
    transport: any Transport,
    options: Options = Options(),
    budget: RequestBudget,
    time: any TimeSource = SystemTimeSource()
  ) {
    api = GoogleAPI(
      name: "IAM",
      url: options.endpoint + "/v1",
      project: project,
      tokens: tokens,
      transport: transport,
      retry: options.retry,
      budget: budget,
      time: time
    )
  }

  /// - Returns: nil when there is none.
  public func account(_ email: String) async throws(CloudError) -> ServiceAccount? {
    do throws(CloudError) {
      return try await api.call("GET", path(email), operation: "iam.serviceAccounts.get", isIdempotent: true)
    } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
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
