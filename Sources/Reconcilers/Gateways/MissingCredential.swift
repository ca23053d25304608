internal import CloudLinkerAPI

/// A credential that a connection needs and lacks: which Secret, which key, and what to put there.
struct MissingCredential: Error, Hashable {
  /// The path of the reference in the connection, for example `spec.ipsec.caSecretRef`.
  var field: String
  var secret: String
  /// Nil: the Secret itself is missing.
  var key: String?

  var message: String {
    guard let key else { return "\(field): Secret \"\(secret)\" does not exist: create it in this namespace" }
    return "\(field): Secret \"\(secret)\" has no key \"\(key)\": add it"
  }
}

extension MissingCredential {
  var refusal: Refusal {
    Refusal(condition: .dependenciesReady, reason: key == nil ? .secretNotFound : .secretKeyMissing, message: message)
  }
}
