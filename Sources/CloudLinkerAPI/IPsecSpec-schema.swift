extension IPsecSpec: SchemaDescribing {
  static let deadPeerDelayRange = 1...3600
  static let maximumProposals = 16
  static let caRule = Schema.Rule(
    "self.authentication.method == 'PSK' || has(self.caSecretRef) || has(self.serverKeySecretRef)",
    "caSecretRef is required with EAP-MSCHAPv2, EAP-TLS and Certificate: the server is authenticated by its certificate"
  )
  static let serverKeyRule = Schema.Rule(
    "!has(self.serverKeySecretRef) || self.authentication.method == 'EAP-MSCHAPv2' && !has(self.caSecretRef)",
    "serverKeySecretRef is only allowed when authentication.method is EAP-MSCHAPv2, and takes the place of caSecretRef"
  )
  /// strongSwan takes a leading `*`, `%any`, null addresses, networks, ranges and DNs of wildcards for identities of
  /// many peers (src/libstrongswan/utils/identification.c), and `{n}:` and hexadecimal forms can express any of them.
  static let identityRule = Schema.Rule(
    "!self.matches('\(Lexical.manyIdentities)') && "
      + "(!self.matches('\(Lexical.wildcardIdentity)') || self.matches('\(Lexical.wildcardOfOneDomain)'))",
    """
    must name one peer: *, %any, 0.0.0.0, networks, ranges and names of wildcards stand for everybody. Write the \
    identity that the server sends, such as vpn.example.com; *.example.com is allowed
    """
  )

  public static let schema = Schema.object(
    """
    An IKEv2 client (IKEv1 is not spoken). The gateway proposes the remoteNetworks as its traffic selectors however wide \
    the server's are, one by one where the server grants one network at a time, and ignores DNS servers that the server \
    pushes.
    """,
    [
      .required("authentication", Authentication.schema),
      .optional(
        "caSecretRef",
        SecretKeyReference.schema.described(
          """
          CA certificates, PEM, one of which must have issued the server's certificate. Default key: ca.crt. Required \
          with EAP-MSCHAPv2, EAP-TLS and Certificate; not used with PSK, where the key authenticates both sides.
          """
        )
      ),
      .optional(
        "serverKeySecretRef",
        SecretKeyReference.schema.described(
          """
          EAP-MSCHAPv2 only: a pre-shared key by which the server proves itself instead of a certificate, as dial-up \
          servers of firewalls do. Default key: psk. Everybody who has the key can pretend to be the server.
          """
        )
      ),
      .optional(
        "virtualAddress",
        .enumeration(
          """
          Requested: the server gives the gateway an address in the tunnel. None: it does not, as between sites; \
          packets then come from the tunnel's localAddress, or from the gateway's own. Default: Requested.
          """,
          VirtualAddress.self
        )
      ),
      .optional(
        "localIdentity",
        .ikeIdentity(
          """
          IKE identity that the gateway presents, for example "alice", "gateway@example.com" or a distinguished name; \
          with a certificate, its subject or one of its subjectAltNames. Left out: the user name (EAP-MSCHAPv2), the \
          certificate's subject (EAP-TLS, Certificate), the gateway's address (PSK).
          """
        )
      ),
      .optional(
        "remoteIdentity",
        .ikeIdentity(
          """
          IKE identity that the server must prove. It must be the one that the server sends (leftid, "local ID"), which \
          its certificate must bear as well; another name of the certificate will not do. A tunnel may name another. \
          Left out: the tunnel's server, as written there.
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
  )
  .rule(caRule.expression, caRule.message)
  .rule(serverKeyRule.expression, serverKeyRule.message)
}

extension IPsecSpec.Authentication: SchemaDescribing {
  public static let schema = Schema.object(
    "How the gateway proves who it is, and with what.",
    [
      .required(
        "method",
        .enumeration(
          """
          EAP-MSCHAPv2: user name and password. EAP-TLS: a client certificate, within EAP. Certificate: a client \
          certificate without EAP (RSA, EC or Ed25519). PSK: a key that both sides hold, taken as it is: 0x and 0s in \
          front have no meaning. With all but PSK the server proves itself by a certificate of the CA in caSecretRef.
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
    (EAP-TLS, Certificate), psk (PSK). Other keys may be in it. A change of the Secret takes effect by itself.
    """,
    [
      .required("name", .secretName),
      .optional("usernameKey", .secretKey("EAP-MSCHAPv2: key that holds the user name. Default: username.")),
      .optional("passwordKey", .secretKey("EAP-MSCHAPv2: key that holds the password. Default: password.")),
      .optional(
        "certificateKey",
        .secretKey("EAP-TLS, Certificate: key that holds the client certificate, PEM. Default: tls.crt.")
      ),
      .optional(
        "privateKeyKey",
        .secretKey("EAP-TLS, Certificate: key that holds the private key, PEM. Default: tls.key.")
      ),
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
  static func ikeIdentity(_ description: String) -> Schema {
    identity(description).rule(IPsecSpec.identityRule.expression, IPsecSpec.identityRule.message)
  }
  fileprivate static func proposals(_ description: String) -> Schema {
    Schema.list(description, of: Schema.string("One proposal.").length(1...128).matching(Lexical.proposal))
      .items(0...IPsecSpec.maximumProposals)
  }
}
