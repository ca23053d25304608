public import Cloud
public import Foundations
public import HTTPTransport

/// Compute Engine v1 in one project (https://cloud.google.com/compute/docs/reference/rest/v1).
///
/// Every mutation has a `requestId`, so it is harmless to repeat. It returns an operation, which nothing here waits
/// for.
public struct ComputeClient: Sendable {
  public struct Options: Sendable {
    /// Replaced for emulators, proxies and sovereign clouds; `/compute/v1/projects/…` is appended.
    public var endpoint = "https://compute.googleapis.com"
    public var retry = RetryPolicy()
    /// Items in a page of a list. Default 500, the maximum.
    public var pageSize = 500
    /// The largest number of pages of a list; a longer one is refused as malformed. Default 200.
    public var maxPages = 200
    public init() {}
  }

  /// Compute Engine allows a project 1500 requests a minute (https://cloud.google.com/compute/api-quota), and other
  /// programs use it as well.
  public static let requestsPerSecond = 4.0

  let options: Options
  private(set) var api: GoogleAPI

  /// - Parameters:
  ///   - transport: without retries of its own.
  ///   - budget: shared by all clients of the project; by default one of its own.
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

  /// The same client for another project, with the same budget.
  public func inProject(_ project: String) -> ComputeClient {
    var copy = self
    copy.api.project = project
    return copy
  }

  /// Sends a request to `projects/{project}/{path}`.
  /// - Parameters:
  ///   - operation: the permission it needs, such as `compute.networks.create`.
  ///   - requestID: for a mutation. Compute Engine answers a repeated id with the same operation.
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
