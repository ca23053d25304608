/// A bearer token and the moment from which it is worthless. Says nothing of its value, wherever it is printed.
struct AccessToken: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  var value: String
  var expiresAt: ContinuousClock.Instant

  var description: String { "AccessToken(redacted)" }
  var debugDescription: String { description }
  var customMirror: Mirror { Mirror(self, children: []) }
}

/// The answer of a token endpoint (RFC 6749 §5.1).
struct TokenAnswer: Decodable {
  var access_token: String?
  /// Seconds.
  var expires_in: Int?
}

/// Why a token endpoint refused (RFC 6749 §5.2).
struct TokenRefusal: Decodable {
  var error: String?
  var error_description: String?
}
