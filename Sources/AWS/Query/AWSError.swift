internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// Converts an answer that is not a success to a `CloudError`.
///
///     code (API references, "Error codes"; JSON services end it with Exception)   kind
///     UnauthorizedOperation, AccessDenied, OptInRequired                   forbidden
///     AuthFailure, ExpiredToken, InvalidClientTokenId, RequestExpired …    unauthenticated
///     Invalid….NotFound, …NotFound, Gateway.NotAttached                    notFound
///     DependencyViolation, ….InUse, ResourceAlreadyAssociated …            inUse
///     AuthFailure of ReleaseAddress                                        inUse
///     ….Duplicate, ….AlreadyExists, RouteAlreadyExists, …Conflict          alreadyExists
///     RequestLimitExceeded, Throttling…, 429                               throttled
///     …LimitExceeded, InsufficientFreeAddressesInSubnet                    quota
///     IncorrectState, …InvalidState, OperationInProgress                   conflict
///     InternalError, Unavailable, ServiceUnavailable, 5xx                  unavailable
///     anything else                                                        invalid
enum AWSError {
  static func decode(
    _ response: HTTPResponse,
    operation: String,
    now: Timestamp
  ) -> CloudError {
    let root = try? XMLReader.read(response.body)
    // EC2: Response/Errors/Error; STS, IAM: ErrorResponse/Error.
    let error = root?["Errors"]?["Error"] ?? root?["Error"]
    let code = error?.string("Code") ?? ""
    return make(response, code, error?.string("Message"), operation: operation, now: now)
  }

  /// Decodes the error of a JSON protocol: `{"__type": "com.amazonaws.x#ResourceNotFoundException", "message": "…"}`,
  /// or the type in a header.
  static func decodeJSON(_ response: HTTPResponse, operation: String, now: Timestamp) -> CloudError {
    struct Body: Decodable {
      var __type: String?
      var code: String?
      var message: String?
      var Message: String?
    }
    let body = try? JSONDecoder().decode(Body.self, from: Data(response.body))
    let header = response.head.headers["X-Amzn-ErrorType"]?.split(separator: ":").first.map(String.init)
    let type = body?.__type ?? body?.code ?? header ?? ""
    let code = type.split(separator: "#").last.map(String.init) ?? ""
    return make(response, code, body?.message ?? body?.Message, operation: operation, now: now)
  }

  private static func make(
    _ response: HTTPResponse,
    _ code: String,
    _ text: String?,
    operation: String,
    now: Timestamp
  ) -> CloudError {
    let message = text ?? "status \(response.status) without an explanation"
    return CloudError(
      isHeld(code, operation) ? .inUse : kind(code, status: response.status),
      operation: operation,
      code: code,
      message: (message.isEmpty ? "status \(response.status)" : shortened(message)) + hint(code, operation),
      mayHaveBeenProcessed: response.status >= 500 && !isThrottle(code),
      retryAfter: RetryAfter.delay(in: response.head, now: now)
    )
  }

  /// EC2 answers AuthFailure ("You do not have permission to access the specified resource") to ReleaseAddress while a NAT
  /// gateway that it shows as deleted still holds the address (hashicorp/terraform-provider-aws#3572).
  private static func isHeld(_ code: String, _ operation: String) -> Bool {
    code == "AuthFailure" && operation == "ec2:ReleaseAddress"
  }

  private static func hint(_ code: String, _ operation: String) -> String {
    guard code == "AuthFailure" else { return "" }
    return isHeld(code, operation)
      ? " (EC2 says so while a NAT gateway that was deleted a moment ago still holds the address)"
      : " (EC2 says so, too, in a region that the account has not enabled)"
  }

  static func kind(_ code: String, status: Int) -> CloudError.Kind {
    if let kind = exact[code] { return kind }
    if isThrottle(code) || status == 429 { return .throttled }
    // Other services say …NotFound for what JSON services call ResourceNotFoundException.
    let code = code.hasSuffix("Exception") ? String(code.dropLast("Exception".count)) : code
    // The order matters: Invalid….NotFound before the rest, limits after throttling.
    for (ending, kind) in endings where code.hasSuffix(ending) { return kind }
    if status >= 500 { return .unavailable }
    if code.isEmpty && status == 403 { return .forbidden }
    if code.isEmpty && status == 401 { return .unauthenticated }
    return .invalid
  }

  private static let exact: [String: CloudError.Kind] = [
    "UnauthorizedOperation": .forbidden, "AccessDenied": .forbidden, "AccessDeniedException": .forbidden,
    "OptInRequired": .forbidden, "Blocked": .forbidden, "PendingVerification": .forbidden,
    "AuthFailure": .unauthenticated, "ExpiredToken": .unauthenticated, "ExpiredTokenException": .unauthenticated,
    "RequestExpired": .unauthenticated, "InvalidClientTokenId": .unauthenticated,
    "SignatureDoesNotMatch": .unauthenticated, "RequestTimeTooSkewed": .unauthenticated,
    "RequestInTheFuture": .unauthenticated, "InvalidSignatureException": .unauthenticated,
    "MissingAuthenticationToken": .unauthenticated,
    "IncompleteSignature": .unauthenticated, "InvalidIdentityToken": .unauthenticated,
    "IDPRejectedClaim": .unauthenticated, "UnrecognizedClientException": .unauthenticated,
    "DependencyViolation": .inUse, "Resource.AlreadyAssociated": .inUse, "Gateway.NotAttached": .notFound,
    "InvalidAssociationID.NotFound": .notFound, "RouteAlreadyExists": .alreadyExists,
    "InvalidSubnet.Conflict": .alreadyExists, "IncorrectState": .conflict, "IncorrectInstanceState": .conflict,
    "OperationInProgress": .conflict, "ConcurrentTagAccess": .conflict, "IdempotentParameterMismatch": .invalid,
    "InsufficientFreeAddressesInSubnet": .quota, "ResourceLimitExceeded": .quota, "TagLimitExceeded": .quota,
    "InternalError": .unavailable, "InternalFailure": .unavailable, "Unavailable": .unavailable,
    "ServiceUnavailable": .unavailable, "IDPCommunicationError": .unavailable, "InternalServiceError": .unavailable,
    // Codes of IAM.
    "NoSuchEntity": .notFound, "DeleteConflict": .inUse, "EntityTemporarilyUnmodifiable": .conflict,
    // EC2 has no free machine of that type in the zone.
    "InsufficientInstanceCapacity": .failed,
  ]

  private static let endings: [(String, CloudError.Kind)] = [
    ("NotFound", .notFound), (".InUse", .inUse), ("InUse", .inUse), (".Duplicate", .alreadyExists),
    ("AlreadyExists", .alreadyExists), ("ResourceExists", .alreadyExists), ("AlreadyAssociated", .inUse),
    ("LimitExceeded", .quota),
    ("IncorrectState", .conflict), ("InvalidState", .conflict), ("ConcurrentModification", .conflict),
  ]

  static func isThrottle(_ code: String) -> Bool {
    code == "RequestLimitExceeded" || code == "Throttling" || code == "ThrottlingException" || code == "SlowDown"
      || code == "RequestThrottled" || code == "EC2ThrottledException" || code == "TooManyRequestsException"
  }

  /// AWS appends an encoded authorization message of some thousand characters, which is useless in a condition.
  private static func shortened(_ message: String) -> String {
    let cut = message.split(separator: "Encoded authorization failure message", maxSplits: 1).first ?? ""
    let trimmed = cut.prefix(600)
    return trimmed.hasSuffix(" ") ? String(trimmed.dropLast()) : String(trimmed)
  }
}
