public import Cloud
public import Foundations
public import HTTPTransport

/// Compute Engine v1 in one project (https://cloud.google.com/compute/docs/reference/rest/v1).
///
/// Every mutation carries a `requestId`, so it is harmless to repeat, and answers an operation, which nobody waits for
/// here.
public struct ComputeClient: Sendable {
  public struct Options: Sendable {
    /// For emulators, proxies and sovereign clouds; what follows is `/compute/v1/projects/…`.
    public var endpoint = "https://compute.googleapis.com"
    public var retry = RetryPolicy()
    /// Of a list. Default 500, the largest.
    public var pageSize = 500
    /// A list that is longer is refused as malformed. Default 200 pages.
    public var maxPages = 200
    public init() {}
  }

  /// Compute Engine allows a project 1500 a minute (https://cloud.google.com/compute/api-quota), and others ask as well.
  public static let requestsPerSecond = 4.0

  let options: Options
  private(set) var api: GoogleAPI

  /// - Parameters:
  ///   - transport: without retries of its own.
  ///   - budget: shared by all that speak to the project; default one of its own.
  public init(
    project: String,
    tokens: CredentialCache<String>,
    transport: any Transport,
    options: Options = Options(),
    budget: RequestBudget? = nil,
    time: any TimeSource = SystemTimeSource()
  ) {
    self.options = options
    api = GoogleAPI(
      name: "Compute Engine",
      url: options.endpoint + "/compute/v1",
      project: project,
      tokens: tokens,
      transport: transport,
      retry: options.retry,
      budget: budget ?? RequestBudget(perSecond: Self.requestsPerSecond, time: time),
      time: time
    )
  }

  public var project: String { api.project }

  /// The same client for the resources of another project; the budget stays the same one.
  public func inProject(_ project: String) -> ComputeClient {
    var copy = self
    copy.api.project = project
    return copy
  }

  /// One request to `projects/{project}/{path}`.
  /// - Parameters:
  ///   - operation: the permission it needs, such as `compute.networks.create`.
  ///   - requestID: of a mutation. Compute Engine answers the same one with the same operation.
  func call<Answer: Decodable>(
    _ method: String,
    _ path: String,
    query: [(String, String)] = [],
    body: [UInt8]? = nil,
    operation: String,
    requestID: RequestID? = nil
  ) async throws(CloudError) -> Answer {
    try await api.call(
      method,
      path,
      query: query + (requestID.map { [("requestId", $0.description)] } ?? []),
      body: body,
      operation: operation,
      isIdempotent: method == "GET" || requestID != nil
    )
  }
}
