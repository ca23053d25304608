/// Why a call to the API failed.
public struct KubernetesError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    case notFound, alreadyExists, conflict, invalid, badRequest, unauthorized, forbidden, gone, tooManyRequests,
      serverError, unavailable, methodNotAllowed, transport, decoding, configuration
  }
  public var kind: Kind
  /// HTTP status; 0 if there was no answer.
  public var status: Int
  /// For a person: verb, resource and the server's own message. Never a request body, a token or a Secret's content.
  public var message: String
  /// metav1.Status.reason, if the server gave one (`AlreadyExists`, `Expired`…).
  public var reason: String?
  /// The shortest time until a retry, from `Retry-After` or `details.retryAfterSeconds`. At most `RetryAfter.longest`.
  public var retryAfter: Duration?

  public init(
    _ kind: Kind,
    status: Int = 0,
    _ message: String,
    reason: String? = nil,
    retryAfter: Duration? = nil
  ) {
    self.kind = kind
    self.status = status
    self.message = message
    self.reason = reason
    self.retryAfter = retryAfter
  }
  public var description: String { message }

  /// Whether the object does not exist. A 404 without this reason says that the server does not know the path: for
  /// example while a custom resource is being registered, although its objects exist.
  public var isObjectMissing: Bool { kind == .notFound && reason == "NotFound" }
}
