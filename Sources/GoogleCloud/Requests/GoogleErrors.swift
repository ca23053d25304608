internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// Google's error body (https://cloud.google.com/compute/docs/reference/rest/v1 and google.rpc.Status), in the words
/// that all clouds share.
///
///     status  reason                                        kind
///     400     resourceInUseByAnotherResource,               inUse
///             containerNotEmpty
///     400     resourceNotReady                              conflict
///     400     failedPrecondition (GKE: another operation    conflict
///             is under way)
///     400     anything else                                 invalid
///     401                                                   unauthenticated
///     403     rateLimitExceeded, userRateLimitExceeded      throttled
///     403     quotaExceeded                                 quota
///     403     anything else                                 forbidden, with the permission that the message names
///     404                                                   notFound
///     409     alreadyExists                                 alreadyExists
///     409     aborted (a stale etag)                        conflict
///     409     anything else                                 conflict
///     412     conditionNotMet (a stale fingerprint)         conflict
///     429                                                   throttled
///     5xx                                                   unavailable
///
/// Younger services give no reason, but a status of google.rpc.Code: `FAILED_PRECONDITION` is `failedPrecondition`.
enum GoogleErrors {
  struct Body: Decodable {
    struct Failure: Decodable {
      struct Detail: Decodable {
        var reason: String?
      }
      var message: String?
      var status: String?
      var errors: [Detail]?
    }
    var error: Failure?
  }

  static func from(_ response: HTTPResponse, operation: String, now: Timestamp) -> CloudError {
    let body = (try? JSONDecoder().decode(Body.self, from: Data(response.body)))?.error
    let code = body?.errors?.first?.reason ?? body?.status ?? "HTTP \(response.status)"
    let message = printable(body?.message ?? "status \(response.status) without an explanation", limit: 1000)
    let kind = kind(response.status, reason: code)
    return CloudError(
      kind,
      operation: kind == .forbidden ? permission(in: message) ?? operation : operation,
      code: printable(code, limit: 100),
      message: message,
      mayHaveBeenProcessed: response.status >= 500,
      retryAfter: RetryAfter.delay(in: response.head, now: now)
    )
  }

  static func kind(_ status: Int, reason: String) -> CloudError.Kind {
    switch (status, camel(reason)) {
    case (400, "resourceInUseByAnotherResource"), (400, "containerNotEmpty"): .inUse
    case (400, "resourceNotReady"), (400, "failedPrecondition"): .conflict
    case (401, _): .unauthenticated
    case (403, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (429, _): .throttled
    case (403, "quotaExceeded"): .quota
    case (403, _): .forbidden
    case (404, _): .notFound
    case (409, "alreadyExists"): .alreadyExists
    case (409, _), (412, _): .conflict
    case (500..., _): .unavailable
    default: .invalid
    }
  }

  /// `FAILED_PRECONDITION` as `failedPrecondition`; anything else as it is.
  private static func camel(_ reason: String) -> String {
    guard reason.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
    else {
      return reason
    }
    let words = reason.lowercased().split(separator: "_")
    return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// `Required 'compute.networks.create' permission for 'projects/p/global/networks/n'`, and as newer services say it,
  /// `Permission 'secretmanager.secrets.create' denied for resource 'projects/p'`.
  static func permission(in message: String) -> String? {
    guard let opening = ["Required '", "Permission '"].first(where: message.hasPrefix) else { return nil }
    let name = message.dropFirst(opening.count).prefix { $0 != "'" }
    let isName = name.utf8.allSatisfy { byte in
      byte == UInt8(ascii: ".") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
    return isName && name.contains(".") ? String(name) : nil
  }

  /// A server's text for a condition: without control characters, and of limited length.
  static func printable(_ text: String, limit: Int) -> String { text.printable(replacement: " ", limit: limit) }
}
