internal import Gateway

extension OpenVPNSpec: SchemaDescribing {
  static let maximumCiphers = 16
  /// OpenVPN reads at most 254 bytes of the line `verify-x509-name "…" name`.
  static let serverNameLength = 1...230
  /// The fields that a profile replaces.
  static let fieldsExcludedByProfile = [
    "transport", "caSecretRef", "clientCertificateSecretRef", "staticKey", "ciphers", "fallbackCipher", "hmac",
    "compression", "serverName",
  ]
  static let profileRule = Schema.Rule(
    "!has(self.profileSecretRef) || !("
      + fieldsExcludedByProfile.map { "has(self.\($0))" }.joined(separator: " || ") + ")",
    "with profileSecretRef only credentialsSecretRef may be given: everything else stands in the profile"
  )
  static let caRule = Schema.Rule(
    "has(self.profileSecretRef) || has(self.caSecretRef)",
    "caSecretRef is required (or profileSecretRef): the server is authenticated by its certificate"
  )
  static let clientRule = Schema.Rule(
    "has(self.profileSecretRef) || has(self.clientCertificateSecretRef) || has(self.credentialsSecretRef)",
    "clientCertificateSecretRef, credentialsSecretRef or both are required: the client must prove who it is"
  )

  static let cipherRule = Schema.Rule(
    "self.matches('\(Lexical.cipher)')",
    "must be a cipher that OpenVPN 2.6 has with OpenSSL 3, such as AES-256-GCM; BF-CBC and none are not"
  )
  static let digestRule = Schema.Rule(
    "self.matches('\(Lexical.digest)')",
    "must be a digest that OpenVPN 2.6 has with OpenSSL 3, such as SHA256; whirlpool and none are not"
  )
  static let ciphersRule = Schema.Rule(
    "self.join(':').size() <= \(OpenVPNAlgorithm.maximumListLength)",
    "the names may have \(OpenVPNAlgorithm.maximumListLength) characters together, with a colon between them: name fewer"
  )

  public static let schema = Schema.object(
    """
    An OpenVPN client. Routes, DNS servers and keepalive settings that the server pushes are ignored: the \
    remoteNetworks are routed into the tunnel, and nothing else.
    """,
    [
      .optional(
        "transport",
        .enumeration(
          "The protocol that carries OpenVPN's packets, the same as at the server. Default: UDP.",
          TransportName.self
        )
      ),
      .optional(
        "caSecretRef",
        SecretKeyReference.schema.described(
          """
          CA certificates, PEM, one of which must have issued the server's certificate. Default key: ca.crt. Required \
          unless there is a profile.
          """
        )
      ),
      .optional(
        "clientCertificateSecretRef",
        CertificateSecretReference.schema.described(
          "Client certificate (tls.crt) and key (tls.key), for servers that ask for one."
        )
      ),
      .optional(
        "credentialsSecretRef",
        PasswordSecretReference.schema.described(
          "User name and password (username, password), for servers that ask for them (auth-user-pass)."
        )
      ),
      .optional("staticKey", StaticKey.schema),
      .optional(
        "ciphers",
        .list(
          """
          Ciphers that may be negotiated, best first, in OpenSSL's spelling (data-ciphers). Default: AES-256-GCM, \
          AES-128-GCM, CHACHA20-POLY1305.
          """,
          of: .algorithm("One cipher, for example AES-256-GCM.", cipherRule)
        ).items(0...maximumCiphers).rule(ciphersRule.expression, ciphersRule.message)
      ),
      .optional(
        "fallbackCipher",
        .algorithm(
          "Cipher for servers that do not negotiate (data-ciphers-fallback), for example AES-256-CBC.",
          cipherRule
        )
      ),
      .optional(
        "hmac",
        .algorithm(
          "Hash that authenticates packets where the cipher does not (auth), for example SHA256. Default: OpenVPN's.",
          digestRule
        )
      ),
      .optional(
        "compression",
        .enumeration(
          """
          Compression that an old server insists on. Compressed packets are accepted, none is ever sent: compressing \
          before encrypting leaks content (VORACLE). Default: None.
          """,
          Compression.self
        )
      ),
      .optional(
        "serverName",
        .identity(
          """
          Name that the server's certificate must bear (verify-x509-name). Left out: any server certificate \
          (extendedKeyUsage serverAuth) of the CA is taken.
          """
        ).length(serverNameLength)
      ),
      .optional(
        "profileSecretRef",
        SecretKeyReference.schema.described(
          """
          A whole client profile, as the server's administrator hands it out, certificates inline. Default key: \
          profile.ovpn. It replaces every other field but credentialsSecretRef; its remote lines are replaced by the \
          tunnels' servers. Directives that run programs, open files or use a proxy are refused by name; harmless ones \
          that have no effect here, such as route and dhcp-option, are listed in status.notices.
          """
        )
      ),
    ]
  )
  .rule(profileRule.expression, profileRule.message)
  .rule(caRule.expression, caRule.message)
  .rule(clientRule.expression, clientRule.message)
}

extension OpenVPNSpec.StaticKey: SchemaDescribing {
  static let directionRule = Schema.Rule(
    "!has(self.direction) || self.mode == 'tls-auth'",
    "direction is only allowed when mode is tls-auth: remove it"
  )
  public static let schema = Schema.object(
    "A key that authenticates (tls-auth) or also encrypts (tls-crypt, tls-crypt-v2) the handshake.",
    [
      .required("mode", .enumeration("The use of the key, the same as at the server.", Mode.self)),
      .required(
        "secretRef",
        SecretKeyReference.schema.described(
          """
          The key, as OpenVPN writes it; for tls-crypt-v2 the client's key. Default key: the mode's name with .key, \
          for example tls-crypt.key.
          """
        )
      ),
      .optional(
        "direction",
        .integer("Only with tls-auth: 0 or 1, the opposite of the server's. Left out: both directions.", in: 0...1)
      ),
    ]
  ).rule(directionRule.expression, directionRule.message)
}

extension Schema {
  fileprivate static func algorithm(_ description: String, _ rule: Rule) -> Schema {
    Schema.string(description).length(1...64).matching(Lexical.algorithm).rule(rule.expression, rule.message)
  }
}
