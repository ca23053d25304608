/// A bearer token and the time when it expires. Its value never appears in a description.
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
  /// In seconds.
  var expires_in: Int?
}

/// The error of a token endpoint (RFC 6749 §5.2).
struct TokenRefusal: Decodable {
  var error: String?
  var error_description: String?
}
