extension Schema {
  static let secretName = Schema.string("Name of the Secret, in this namespace.")
    .length(1...253).matching(Lexical.dnsSubdomain)
  static func secretKey(_ description: String) -> Schema {
    Schema.string(description).length(1...253).matching(Lexical.secretKey)
  }
}

extension SecretKeyReference: SchemaDescribing {
  public static let schema = Schema.object(
    "One key of a Secret in this namespace.",
    [
      .required("name", .secretName),
      .optional("key", .secretKey("Key in the Secret's data. Left out: the default named above.")),
    ]
  )
}

extension CertificateSecretReference: SchemaDescribing {
  public static let schema = Schema.object(
    "A Secret in this namespace that holds a client certificate and its key, for example of type kubernetes.io/tls.",
    [
      .required("name", .secretName),
      .optional(
        "certificateKey",
        .secretKey("Key that holds the certificate, PEM; intermediate certificates may follow it. Default: tls.crt.")
      ),
      .optional(
        "privateKeyKey",
        .secretKey("Key that holds the private key, PEM, without a passphrase. Default: tls.key.")
      ),
    ]
  )
}

extension PasswordSecretReference: SchemaDescribing {
  public static let schema = Schema.object(
    "A Secret in this namespace that holds a user name and a password.",
    [
      .required("name", .secretName),
      .optional("usernameKey", .secretKey("Key that holds the user name. Default: username.")),
      .optional("passwordKey", .secretKey("Key that holds the password. Default: password.")),
    ]
  )
}
