internal import FoundationEssentials
internal import HTTPTransport

/// metav1.Status, as far as it is read.
struct APIStatus: Decodable {
  struct Details: Decodable {
    var retryAfterSeconds: Int?
  }
  var reason: String?
  var message: String?
  var code: Int?
  var details: Details?
}

extension KubernetesError {
  static func from(_ response: HTTPResponse, what: String) -> KubernetesError {
    let status = try? JSONDecoder().decode(APIStatus.self, from: Data(response.body))
    var error = from(status, code: response.status, what: what)
    if let seconds = response.head.headers["Retry-After"].flatMap(Int.init), seconds >= 0 {
      error.retryAfter = .seconds(seconds)
    }
    return error
  }

  static func from(_ status: APIStatus?, code: Int, what: String) -> KubernetesError {
    let words = status?.message ?? "HTTP \(code)"
    return KubernetesError(
      kind(code, status),
      status: code,
      "\(what): \(words.prefix(1024))",
      reason: status?.reason,
      retryAfter: status?.details?.retryAfterSeconds.map { .seconds(max(0, $0)) }
    )
  }

  private static func kind(_ code: Int, _ status: APIStatus?) -> Kind {
    // "Too large resource version" is a 504 with a retry hint: the server's cache lags behind the version asked for.
    switch code {
    case 400: .badRequest
    case 401: .unauthorized
    case 403: .forbidden
    case 404: .notFound
    case 405: .methodNotAllowed
    case 409: status?.reason == "AlreadyExists" ? .alreadyExists : .conflict
    case 410: .gone
    case 422: .invalid
    case 429: .tooManyRequests
    case 502, 503, 504: .unavailable
    case 500...: .serverError
    default: .badRequest
    }
  }

  /// What a decoder complains about: where, never the value.
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
