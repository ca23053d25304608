internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// A Google API for the resources of one project.
///
/// Requests are repeated by policy, limited by a budget, and sent once more with a new token after a 401.
struct GoogleAPI: Sendable {
  /// The name for people: `Compute Engine`.
  let name: String
  /// The part before `/projects/…`: `https://compute.googleapis.com/compute/v1`.
  let url: String
  var project: String
  private let tokens: CredentialCache<String>
  private let transport: any Transport
  private let time: any TimeSource

  init(name: String, url: String, project: String, access: GoogleAccess) {
    self.name = name
    self.url = url
    self.project = project
    tokens = access.tokens
    time = access.time
    let budgeted = BudgetedTransport(ThrottleAsStatus(base: access.transport), budget: access.budget)
    transport = RetryingTransport(budgeted, policy: access.retry, time: access.time)
  }

  /// Sends a request to `projects/{project}/{path}`.
  /// - Parameters:
  ///   - operation: the permission it needs, such as `compute.networks.create`.
  ///   - isIdempotent: whether sending it twice has the same effect as sending it once.
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
    // Cloud DNS answers a deletion with 204 and no content.
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

  /// The largest number of pages of a list.
  private static let maximumPages = 200

  /// Reads all items of a list, page after page.
  /// - Parameters:
  ///   - query: the query of every page.
  ///   - name: the name of the list, for the message that it does not end.
  ///   - read: returns the items of a page, and the token of the next one.
  /// - Throws: `malformed` if the list has more pages than `maximumPages`.
  func pages<Page: Decodable, Item: Sendable>(
    _ path: String,
    query: [(String, String)] = [],
    operation: String,
    name: String,
    read: (Page) -> ([Item], String?)
  ) async throws(CloudError) -> [Item] {
    var items: [Item] = []
    var token: String?
    for _ in 0..<Self.maximumPages {
      let query = query + (token.map { [("pageToken", $0)] } ?? [])
      let page: Page = try await call("GET", path, query: query, operation: operation, isIdempotent: true)
      let (more, next) = read(page)
      items += more
      guard let next, !next.isEmpty else { return items }
      guard next != token else { break }
      token = next
    }
    throw CloudError(.malformed, operation: operation, message: "the list of \(name) does not end")
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

  /// The JSON of a request's body, always the same for the same value, because a `requestId` may be derived from it.
  static func json(_ value: some Encodable, operation: String) throws(CloudError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return [UInt8](try encoder.encode(value)) } catch {
      throw CloudError(.invalid, operation: operation, message: "the request cannot be written as JSON")
    }
  }
}
