internal import Cloud
internal import Foundations
internal import HTTPTransport

/// Classifies refusals by the Admin API. There are no codes: beyond the status, Twingate explains a refusal in free text.
///
///     layer     status or text                                      kind
///     HTTP      401                                                 unauthenticated
///               403                                                 forbidden
///               404, 3xx, and 200 that is no JSON                   malformed: something else answers there
///               429                                                 throttled
///               408, 5xx                                            unavailable
///               400                                                 by the text, else invalid
///     errors[]  "does not exist", "not found", "parse global ID"    notFound
///     or        "already exists"                                    alreadyExists
///     payload   "in use", "being used"                              inUse
///               "permission", "not authorized", "forbidden"         forbidden
///               "authentication", "API key", "API token"            unauthenticated
///               "too many requests", "throttled", "rate limit"      throttled
///               "licen", "limit reached", "exceeded"                quota
///               any other                                           invalid
enum TwingateErrors {
  static func kind(status: Int) -> CloudError.Kind? {
    switch status {
    case 200..<300: nil
    case 400, 422: .invalid
    case 401: .unauthenticated
    case 403: .forbidden
    case 429: .throttled
    case 408, 500...: .unavailable
    default: .malformed
    }
  }

  static func kind(text: String) -> CloudError.Kind {
    let text = text.lowercased()
    func has(_ phrases: String...) -> Bool { phrases.contains { text.contains($0) } }
    if has("does not exist", "not found", "parse global id") { return .notFound }
    if has("already exists") { return .alreadyExists }
    if has("in use", "being used") { return .inUse }
    if has("permission", "not authorized", "unauthorized", "forbidden") { return .forbidden }
    if has("authentication", "api key", "api token") { return .unauthenticated }
    if has("too many requests", "throttled", "rate limit") { return .throttled }
    if has("licen", "limit reached", "exceeded") { return .quota }
    return .invalid
  }

  /// A message as one line without secrets.
  static func text(_ message: String, hiding key: SecretText) -> String {
    let line = message.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
    let hidden = key.value.isEmpty ? line : line.replacing(key.value, with: key.description)
    return hidden.printable(limit: 300)
  }

  /// - Returns: nil if the request succeeded.
  static func make(_ response: HTTPResponse, operation: String, key: SecretText, now: Timestamp) -> CloudError? {
    guard var kind = kind(status: response.status) else { return nil }
    let said = (try? GraphQLAnswer<Never>.errors(in: response.body)) ?? []
    if response.status == 400, let first = said.first { kind = Self.kind(text: first) }
    let message = said.isEmpty ? "status \(response.status)" : said.joined(separator: "; ")
    return CloudError(
      kind,
      operation: operation,
      code: String(response.status),
      message: text(message, hiding: key),
      mayHaveBeenProcessed: response.status >= 500 || response.status == 408,
      retryAfter: RetryAfter.delay(in: response.head, now: now)
    )
  }
}
