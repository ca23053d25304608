public import Cloud
internal import FoundationEssentials
public import Foundations
public import HTTPTransport

/// Compute Engine v1 in one project (https://cloud.google.com/compute/docs/reference/rest/v1).
///
/// Requests are repeated by policy, throttled by a budget, and sent once more with a new token after 401. Every
/// mutation carries a `requestId`, so it is harmless to repeat, and answers an operation, which nobody waits for here.
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

  public let project: String
  private let tokens: CredentialCache<String>
  private let transport: any Transport
  private let time: any TimeSource
  let options: Options

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
    self.project = project
    self.tokens = tokens
    self.options = options
    self.time = time
    let budget = budget ?? RequestBudget(perSecond: Self.requestsPerSecond, time: time)
    let budgeted = BudgetedTransport(ThrottleAsStatus(base: transport), budget: budget)
    self.transport = RetryingTransport(budgeted, policy: options.retry, time: time)
  }

  /// One request to `projects/{project}/{path}`.
  /// - Parameters:
  ///   - operation: the permission it needs, such as `compute.networks.create`.
  ///   - requestID: of a mutation.
  func call<Answer: Decodable>(
    _ method: String,
    _ path: String,
    query: [(String, String)] = [],
    body: [UInt8]? = nil,
    operation: String,
    requestID: RequestID? = nil
  ) async throws(CloudError) -> Answer {
    let all = query + (requestID.map { [("requestId", $0.description)] } ?? [])
    let text = all.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    var request = HTTPRequest(
      method: method,
      url: "\(options.endpoint)/compute/v1/projects/\(PercentEncoding.encode(project))/\(path)"
        + (text.isEmpty ? "" : "?\(text)"),
      headers: ["Accept": "application/json"],
      body: body,
      // Compute Engine answers the same requestId with the same operation.
      isIdempotent: method == "GET" || requestID != nil
    )
    if body != nil { request.headers["Content-Type"] = "application/json" }
    let response = try await authorized(request, operation: operation)
    guard (200..<300).contains(response.status) else {
      throw GoogleErrors.from(response, operation: operation, now: time.timestamp)
    }
    do { return try JSONDecoder().decode(Answer.self, from: Data(response.body)) } catch {
      throw CloudError(
        .malformed,
        operation: operation,
        message: "the answer to \(method) \(path) is not what Compute Engine promises",
        mayHaveBeenProcessed: method != "GET"
      )
    }
  }

  private func authorized(_ request: HTTPRequest, operation: String) async throws(CloudError) -> HTTPResponse {
    let token = try await tokens.credentials()
    let first = try await send(request, token: token, operation: operation)
    guard first.status == 401 else { return first }
    return try await send(request, token: try await tokens.credentials(refusing: token), operation: operation)
  }

  private func send(_ request: HTTPRequest, token: String, operation: String) async throws(CloudError) -> HTTPResponse {
    var request = request
    request.headers["Authorization"] = "Bearer \(token)"
    do throws(TransportError) { return try await transport.send(request) } catch {
      throw CloudError(error, operation: operation)
    }
  }

  /// The JSON of a request's body, always the same for the same value: a `requestId` may be made from it.
  static func json(_ value: some Encodable, operation: String) throws(CloudError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return [UInt8](try encoder.encode(value)) } catch {
      throw CloudError(.invalid, operation: operation, message: "the request cannot be written as JSON")
    }
  }
}
