internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// The fields of metav1.Status that are read.
struct APIStatus: Decodable {
  struct Details: Decodable {
    struct Cause: Decodable {
      var reason: String?
    }
    /// Any number, because one that Int cannot hold must not hide the message.
    var retryAfterSeconds: Double?
    var causes: [Cause]?
  }
  var reason: String?
  var message: String?
  var code: Int?
  var details: Details?
}

extension KubernetesError {
  /// - Parameter now: wall-clock time, against which a date in Retry-After is measured.
  static func from(_ response: HTTPResponse, what: String, now: Timestamp) -> KubernetesError {
    let status = try? JSONDecoder().decode(APIStatus.self, from: Data(response.body))
    var error = from(status, code: response.status, what: what)
    if let delay = RetryAfter.delay(in: response.head, now: now) { error.retryAfter = delay }
    return error
  }

  static func from(_ status: APIStatus?, code: Int, what: String) -> KubernetesError {
    let words = status?.message ?? "HTTP \(code)"
    return KubernetesError(
      kind(code, status),
      status: code,
      "\(what): \(words.prefix(1024))",
      reason: status?.reason,
      retryAfter: status?.details?.retryAfterSeconds.map { RetryAfter.clamped(seconds: $0) }
    )
  }

  private static func kind(_ code: Int, _ status: APIStatus?) -> Kind {
    if isExpired(status) { return .gone }
    switch code {
    case 400: return .badRequest
    case 401: return .unauthorized
    case 403: return .forbidden
    case 404: return .notFound
    case 405: return .methodNotAllowed
    case 409: return status?.reason == "AlreadyExists" ? .alreadyExists : .conflict
    case 410: return .gone
    case 422: return .invalid
    case 429: return .tooManyRequests
    case 502, 503, 504: return .unavailable
    case 500...: return .serverError
    default: return .badRequest
    }
  }

  /// Whether the server cannot use the resourceVersion: it is compacted, or ahead of the server's cache (a 504, without
  /// a cause before Kubernetes 1.18).
  private static func isExpired(_ status: APIStatus?) -> Bool {
    ["Expired", "Gone"].contains(status?.reason)
      || status?.details?.causes?.contains { $0.reason == "ResourceVersionTooLarge" } == true
      || status?.message?.contains("Too large resource version") == true
  }

  /// Describes where decoding failed, but never the value.
  static func words(_ error: any Error) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error as? DecodingError {
    case .typeMismatch(_, let context): return "\(path(context)) has another type"
    case .valueNotFound(_, let context): return "\(path(context)) is null"
    case .keyNotFound(let key, let context): return "\(path(context)) has no \(key.stringValue)"
    case .dataCorrupted(let context): return "\(path(context)) \(context.debugDescription)"
    default: return "\(type(of: error))"
    }
  }
}
