internal import Cloud
internal import Foundations
internal import HTTPTransport

/// What a refusal of the resource manager means.
///
///     status, code                                                kind
///     401                                                         unauthenticated
///     403 RequestDisallowedByPolicy                               invalid
///     403 other                                                   forbidden, by the action that the message names
///     404 SubscriptionNotFound                                    invalid (it must not read as "deleted")
///     404 with a code                                             notFound
///     404 without (not from the resource manager)                 malformed
///     409, 429 RetryableError…, AnotherOperation…, …NotProvisioned conflict
///     409 OperationNotAllowed while another operation goes on     conflict
///     412                                                         conflict
///     429 other                                                   throttled
///     400, 409 …InUse…, …CannotBeDeleted, CannotDelete…, ScopeLocked inUse
///     400, 409 …Quota…, …LimitReached, …LimitExceeded             quota
///     408, 5xx                                                    unavailable
///     400, 409 other                                              invalid
enum AzureError {
  static func make(_ response: HTTPResponse, operation: String, now: Timestamp) -> CloudError {
    let body = JSONValue(parsing: response.body) ?? .null
    let inner = body["error"] ?? body
    let code = inner["code"]?.string ?? ""
    var error = CloudError(
      kind(status: response.status, code: code, message: inner["message"]?.string ?? ""),
      operation: operation,
      code: code,
      message: message(inner, status: response.status),
      mayHaveBeenProcessed: response.status >= 500,
      retryAfter: RetryAfter.delay(in: response.head, now: now)
    )
    if error.kind == .forbidden, let action = action(in: error.message) { error.operation = action }
    return error
  }

  static func kind(status: Int, code: String, message: String) -> CloudError.Kind {
    switch status {
    case 401: return .unauthenticated
    case 403: return code.hasPrefix("RequestDisallowedBy") ? .invalid : .forbidden
    case 404: return code.isEmpty ? .malformed : code.hasPrefix("Subscription") ? .invalid : .notFound
    case 412: return .conflict
    case 400, 409, 422, 429: return kind(code: code, message: message) ?? (status == 429 ? .throttled : .invalid)
    case 408, 500...: return .unavailable
    default: return status < 400 ? .malformed : .invalid
    }
  }

  /// Decides by the code alone, for an operation that failed and therefore has no status.
  static func kind(code: String, message: String = "") -> CloudError.Kind? {
    func has(_ words: String...) -> Bool { words.contains { code.contains($0) } }
    if has("RetryableError", "AnotherOperation", "NotProvisioned", "ConcurrentOperation", "PreconditionFailed") {
      return .conflict
    }
    if has("Quota", "LimitReached", "LimitExceeded") { return .quota }
    if code == "OperationNotAllowed", message.lowercased().contains("quota") { return .quota }
    // AKS has no code of its own for it.
    if code == "OperationNotAllowed", message.lowercased().contains("in progress") { return .conflict }
    // Entra ID knows a new identity everywhere after some minutes only.
    if code == "PrincipalNotFound" { return .conflict }
    if has("InUse", "CannotBeDeleted", "CannotDelete", "ScopeLocked", "AlreadyAllocated") { return .inUse }
    if has("TooManyRequests", "Throttled") { return .throttled }
    if has("AuthorizationFailed") { return .forbidden }
    if has("AlreadyExists", "RoleAssignmentExists") { return .alreadyExists }
    if has("InternalServerError", "ServiceUnavailable", "ServerTimeout", "OperationTimedOut") { return .unavailable }
    if code == "Conflict" || code == "ResourceGroupBeingDeleted" { return .conflict }
    return nil
  }

  /// Details, which say more than the message, if there are any. Cut, and on one line.
  static func message(_ error: JSONValue, status: Int) -> String {
    let parts = [error["message"]?.string] + (error["details"]?.array.prefix(2).map { $0["message"]?.string } ?? [])
    let text = parts.compactMap { $0 }.joined(separator: " ")
    let line = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
    return line.isEmpty ? "status \(status)" : String(line.prefix(600))
  }

  /// Finds the missing permission: `… does not have authorization to perform action
  /// 'Microsoft.Network/natGateways/write' over scope …`. A linked refusal says `… perform action(s) '…' on the linked
  /// scope(s)`, which is then the missing one.
  static func action(in message: String) -> String? {
    guard let words = message.firstRange(of: "perform action") else { return nil }
    let rest = message[words.upperBound...]
    let candidates = [rest.firstRange(of: "action(s) '"), rest.firstRange(of: "'")].compactMap { $0 }
    for start in candidates {
      let name = rest[start.upperBound...].prefix { $0 != "'" }
      let isAction = name.utf8.count < 200 && name.hasPrefix("Microsoft.") && name.contains("/")
      if isAction { return String(name.split(separator: ",")[0]) }
    }
    return nil
  }
}
