/// One key of a Secret of the same namespace.
public struct SecretKeyReference: Codable, Sendable, Hashable {
  public var name: String
  /// nil: the default that the field's documentation names.
  public var key: String?
  public init(name: String, key: String? = nil) {
    self.name = name
    self.key = key
  }
}

/// A Secret with a client certificate (may be a chain) and its private key, both PEM.
public struct CertificateSecretReference: Codable, Sendable, Hashable {
  public static let defaultCertificateKey = "tls.crt"
  public static let defaultPrivateKeyKey = "tls.key"

  public var name: String
  public var certificateKey: String?
  public var privateKeyKey: String?
  public var effectiveCertificateKey: String { certificateKey ?? Self.defaultCertificateKey }
  public var effectivePrivateKeyKey: String { privateKeyKey ?? Self.defaultPrivateKeyKey }
}

/// A Secret with a user name and a password.
public struct PasswordSecretReference: Codable, Sendable, Hashable {
  public static let defaultUsernameKey = "username"
  public static let defaultPasswordKey = "password"

  public var name: String
  public var usernameKey: String?
  public var passwordKey: String?
  public init(name: String, usernameKey: String? = nil, passwordKey: String? = nil) {
    self.name = name
    self.usernameKey = usernameKey
    self.passwordKey = passwordKey
  }
  public var effectiveUsernameKey: String { usernameKey ?? Self.defaultUsernameKey }
  public var effectivePasswordKey: String { passwordKey ?? Self.defaultPasswordKey }
}
