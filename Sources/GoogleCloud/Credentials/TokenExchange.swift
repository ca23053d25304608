internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// The last step for every kind of credential: a request to a token endpoint.
struct TokenExchange: Sendable {
  var transport: any Transport
  var time: any TimeSource
  /// The clock for assertions.
  let clock: ServerClock

  init(transport: any Transport, time: any TimeSource) {
    self.transport = transport
    self.time = time
    clock = ServerClock(time)
  }

  static let scope = "https://www.googleapis.com/auth/cloud-platform"

  /// Sends an `application/x-www-form-urlencoded` POST whose answer contains a token.
  func post(_ fields: [(String, String)], to url: String, operation: String) async throws(CloudError) -> AccessToken {
    let request = HTTPRequest(
      method: "POST",
      url: url,
      headers: ["Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"],
      body: Array(PercentEncoding.form(fields).utf8),
      // Asking for another token changes nothing.
      isIdempotent: true
    )
    let start = time.now
    return try token(in: try await answer(to: request, operation: operation), since: start, operation: operation)
  }

  func token(in body: [UInt8], since start: ContinuousClock.Instant, operation: String) throws(CloudError)
    -> AccessToken
  {
    let answer: TokenAnswer = try Self.decode(body, operation: operation)
    guard let value = answer.access_token, Self.isHeaderSafe(value), let seconds = answer.expires_in, seconds > 0 else {
      throw CloudError(.malformed, operation: operation, message: "the answer holds no access_token with expires_in")
    }
    return AccessToken(value: value, expiresAt: start.advanced(by: .seconds(min(seconds, 86_400))))
  }

  /// - Returns: the body of a 2xx answer. A refusal may correct `clock`.
  func answer(to request: HTTPRequest, operation: String) async throws(CloudError) -> [UInt8] {
    let response: HTTPResponse
    do throws(TransportError) { response = try await transport.send(request) } catch {
      throw CloudError(error, operation: operation)
    }
    guard !(200..<300).contains(response.status) else { return response.body }
    let refusal = try? JSONDecoder().decode(TokenRefusal.self, from: Data(response.body))
    let kind: CloudError.Kind =
      switch response.status {
      case 429: .throttled
      case 500...: .unavailable
      default: .unauthenticated
      }
    if kind == .unauthenticated { _ = clock.correct(by: response.head) }
    throw CloudError(
      kind,
      operation: operation,
      code: GoogleErrors.printable(refusal?.error ?? "HTTP \(response.status)", limit: 100),
      message: GoogleErrors.printable(refusal?.error_description ?? "no token was given", limit: 500),
      retryAfter: RetryAfter.delay(in: response.head, now: time.timestamp)
    )
  }

  static func decode<Answer: Decodable>(_ body: [UInt8], operation: String) throws(CloudError) -> Answer {
    do { return try JSONDecoder().decode(Answer.self, from: Data(body)) } catch {
      throw CloudError(.malformed, operation: operation, message: "the answer is not the JSON that was expected")
    }
  }

  /// A token that could break out of its header is not accepted.
  static func isHeaderSafe(_ value: String) -> Bool {
    !value.isEmpty && value.utf8.count <= 16_384 && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }
}
