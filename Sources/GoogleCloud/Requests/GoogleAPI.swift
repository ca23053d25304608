internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// One of Google's APIs, as it is asked about the resources of one project.
///
/// Requests are repeated by policy, throttled by a budget, and sent once more with a new token after 401.
struct GoogleAPI: Sendable {
  /// As people call it: `Compute Engine`.
  let name: String
  /// What comes before `/projects/…`: `https://compute.googleapis.com/compute/v1`.
  let url: String
  var project: String
  private let tokens: CredentialCache<String>
  private let transport: any Transport
  private let time: any TimeSource

  /// - Parameter transport: without retries of its own.
  init(
    name: String,
    url: String,
    project: String,
    tokens: CredentialCache<String>,
    transport: any Transport,
    retry: RetryPolicy,
    budget: RequestBudget,
    time: any TimeSource
  ) {
    self.name = name
    self.url = url
    self.project = project
    self.tokens = tokens
    self.time = time
    let budgeted = BudgetedTransport(ThrottleAsStatus(base: transport), budget: budget)
    self.transport = RetryingTransport(budgeted, policy: retry, time: time)
  }

  /// One request to `projects/{project}/{path}`.
  /// - Parameters:
  ///   - operation: the permission it needs, such as `compute.networks.create`.
  ///   - isIdempotent: whether sending it twice does what sending it once does.
  func call<Answer: Decodable>(
    _ method: String,
    _ path: String,
    query: [(String, String)] = [],
    body: [UInt8]? = nil,
    operation: String,
    isIdempotent: Bool
  ) async throws(CloudError) -> Answer {
    let text = query.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    var request = HTTPRequest(
      method: method,
      url: "\(url)/projects/\(PercentEncoding.encode(project))/\(path)" + (text.isEmpty ? "" : "?\(text)"),
      headers: ["Accept": "application/json"],
      body: body,
      isIdempotent: isIdempotent
    )
    if body != nil { request.headers["Content-Type"] = "application/json" }
    let response = try await authorized(request, operation: operation)
    guard (200..<300).contains(response.status) else {
      throw GoogleErrors.from(response, operation: operation, now: time.timestamp)
    }
    // Cloud DNS answers a deletion with 204 and nothing.
    let content = response.status == 204 ? Array("{}".utf8) : response.body
    do { return try JSONDecoder().decode(Answer.self, from: Data(content)) } catch {
      throw CloudError(
        .malformed,
        operation: operation,
        message: "the answer to \(method) \(path) is not what \(name) promises",
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
