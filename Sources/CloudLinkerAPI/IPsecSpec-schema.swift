extension IPsecSpec: SchemaDescribing {
  static let deadPeerDelayRange = 1...3600
  static let maximumProposals = 16
  static let caRule = Schema.Rule(
    "self.authentication.method == 'PSK' || has(self.caSecretRef)",
    "caSecretRef is required with EAP-MSCHAPv2 and EAP-TLS: the server is authenticated by its certificate"
  )

  public static let schema = Schema.object(
    """
    An IKEv2 client (IKEv1 is not spoken). The gateway asks for a virtual IP, proposes the remoteNetworks as its \
    traffic selectors however wide the server's are, and ignores DNS servers that the server pushes.
    """,
    [
      .required("authentication", Authentication.schema),
      .optional(
        "caSecretRef",
        SecretKeyReference.schema.described(
          """
          CA certificates, PEM, one of which must have issued the server's certificate. Default key: ca.crt. Required \
          with EAP-MSCHAPv2 and EAP-TLS; not used with PSK, where the key authenticates both sides.
          """
        )
      ),
      .optional(
        "localIdentity",
        .identity(
          """
          IKE identity that the gateway presents, for example "alice", "gateway@example.com" or a distinguished name. \
          Left out: the user name (EAP-MSCHAPv2), the certificate's subject (EAP-TLS), the gateway's address (PSK).
          """
        )
      ),
      .optional(
        "remoteIdentity",
        .identity(
          """
          IKE identity that the server must prove: one its certificate bears, or with PSK the one it is configured \
          with. A tunnel may name another. Left out: the tunnel's server, as written there.
          """
        )
      ),
      .optional(
        "ikeProposals",
        .proposals(
          """
          Algorithms offered for IKE, strongest first, in strongSwan's spelling, for example \
          "aes256-sha256-modp2048" or "aes256gcm16-prfsha384-ecp384". Left out: a list that current servers accept.
          """
        )
      ),
      .optional(
        "espProposals",
        .proposals(
          """
          Algorithms offered for the tunnel's traffic, for example "aes256gcm16" or "aes256-sha256-modp2048" (with a \
          group: perfect forward secrecy). Left out: a list that current servers accept.
          """
        )
      ),
      .optional("deadPeerDetection", DeadPeerDetection.schema),
      .optional(
        "forceUDPEncapsulation",
        .boolean(
          """
          Wrap ESP in UDP port 4500 also when no address translation is seen on the way, for networks that pass no \
          ESP. Default: false.
          """
        )
      ),
    ]
  ).rule(caRule.expression, caRule.message)
}

extension IPsecSpec.Authentication: SchemaDescribing {
  public static let schema = Schema.object(
    "How the gateway proves who it is, and with what.",
    [
      .required(
        "method",
        .enumeration(
          """
          EAP-MSCHAPv2: user name and password. EAP-TLS: a client certificate. PSK: a key that both sides hold. With \
          the EAP methods the server proves itself by a certificate of the CA in caSecretRef.
          """,
          IPsecSpec.Method.self
        )
      ),
      .required("credentialsSecretRef", IPsecSpec.CredentialsSecretReference.schema),
    ]
  )
}

extension IPsecSpec.CredentialsSecretReference: SchemaDescribing {
  public static let schema = Schema.object(
    """
    A Secret in this namespace with what the method needs: username and password (EAP-MSCHAPv2), tls.crt and tls.key \
    (EAP-TLS), psk (PSK). Other keys may be in it. A change of the Secret takes effect by itself.
    """,
    [
      .required("name", .secretName),
      .optional("usernameKey", .secretKey("EAP-MSCHAPv2: key that holds the user name. Default: username.")),
      .optional("passwordKey", .secretKey("EAP-MSCHAPv2: key that holds the password. Default: password.")),
      .optional("certificateKey", .secretKey("EAP-TLS: key that holds the client certificate, PEM. Default: tls.crt.")),
      .optional("privateKeyKey", .secretKey("EAP-TLS: key that holds the private key, PEM. Default: tls.key.")),
      .optional("presharedKeyKey", .secretKey("PSK: key that holds the pre-shared key. Default: psk.")),
    ]
  )
}

extension IPsecSpec.DeadPeerDetection: SchemaDescribing {
  public static let schema = Schema.object(
    "How soon a server that no longer answers is noticed.",
    [
      .optional(
        "delaySeconds",
        .integer(
          """
          Seconds of silence after which the server is asked whether it is alive, 1 to 3600. Default: 2. Whether \
          traffic crosses the tunnel is probed several times a second besides; see probe.
          """,
          in: IPsecSpec.deadPeerDelayRange
        )
      )
    ]
  )
}

extension Schema {
  static func identity(_ description: String) -> Schema {
    Schema.string(description).length(1...256).matching(Lexical.oneLine)
  }
  fileprivate static func proposals(_ description: String) -> Schema {
    Schema.list(description, of: Schema.string("One proposal.").length(1...128).matching(Lexical.proposal))
      .items(0...IPsecSpec.maximumProposals)
  }
}
