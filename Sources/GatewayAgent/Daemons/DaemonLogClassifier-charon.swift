internal import Gateway

extension DaemonLogClassifier {
  /// What charon's lines mean. The first row that fits decides.
  static let charonRows: [DaemonLogRow] =
    identityRows + credentialRows + charonCertificateRows + charonNegotiationRows + charonHostRows

  /// The server refuses; how far authentication has come decides what it refuses.
  private static let identityRows: [DaemonLogRow] = [
    "received AUTHENTICATION_FAILED notify", "received EAP_FAILURE",
  ].flatMap { line in
    let source =
      line.contains("EAP") ? "sa/ikev2/authenticators/eap_authenticator.c" : "sa/ikev2/tasks/ike_auth.c"
    return [
      DaemonLogRow(
        line,
        .authenticationFailed,
        """
        {server} refused the connection before it asked for credentials: it knows no connection for remoteIdentity or \
        localIdentity, or wants another authentication.method than EAP. remoteIdentity must be the identity that the \
        server sends
        """,
        .refusal,
        at: [.eapNotBegun],
        source: source
      ),
      DaemonLogRow(
        line,
        .authenticationFailed,
        "{server} refused the login: check user name and password in the Secret",
        .refusal,
        at: [.eapPassword],
        refusesCredentials: true,
        source: source
      ),
      DaemonLogRow(
        line,
        .authenticationFailed,
        "{server} refused the client certificate: check tls.crt, and that the server trusts the CA that issued it",
        .refusal,
        at: [.eapCertificate],
        source: source
      ),
      DaemonLogRow(
        line,
        .authenticationFailed,
        """
        {server} asks for {method}, which is not configured: set authentication.method to what the server wants, or let \
        it offer EAP-MSCHAPv2 or EAP-TLS
        """,
        .refusal,
        at: [.eapOtherMethod],
        source: source
      ),
      DaemonLogRow(
        line,
        .authenticationFailed,
        """
        {server} accepted the credentials and then refused the connection: this user may not connect, or not from here; \
        see the server's log
        """,
        .refusal,
        at: [.eapSucceeded],
        source: source
      ),
      DaemonLogRow(
        line,
        .authenticationFailed,
        """
        {server} refused the connection: the pre-shared key differs, or the server knows no connection for \
        localIdentity and remoteIdentity
        """,
        .refusal,
        at: [.sharedKey],
        source: source
      ),
      DaemonLogRow(
        line,
        .authenticationFailed,
        """
        {server} refused the connection: it does not accept the client certificate in tls.crt, or knows no connection \
        for localIdentity and remoteIdentity
        """,
        .refusal,
        at: [.certificate],
        source: source
      ),
    ]
  }

  private static func mschapv2(_ error: String, _ words: String) -> DaemonLogRow {
    DaemonLogRow(
      "EAP-MS-CHAPv2 failed with error \(error)",
      .authenticationFailed,
      words,
      refusesCredentials: true,
      source: "plugins/eap_mschapv2/eap_mschapv2.c"
    )
  }

  private static let credentialRows: [DaemonLogRow] = [
    // The error codes are those of RFC 2759, section 6.
    mschapv2(
      "ERROR_PASSWD_EXPIRED",
      "{server} says that the user's password has expired: set a new one at the company, and put it into the Secret"
    ),
    mschapv2("ERROR_ACCT_DISABLED", "{server} says that the user's account is disabled: have it enabled"),
    mschapv2(
      "ERROR_RESTRICTED_LOGON_HOURS",
      "{server} says that the user may not log in at this time of day: have the account's logon hours extended"
    ),
    mschapv2(
      "ERROR_NO_DIALIN_PERMISSION",
      "{server} says that the user has no permission to dial in: have it granted to the account"
    ),
    mschapv2(
      "ERROR_CHANGING_PASSWORD",
      "{server} wants the user's password changed: change it at the company, and put the new one into the Secret"
    ),
    mschapv2("", "{server} refused the login: check user name and password in the Secret"),
    DaemonLogRow(
      "EAP-MS-CHAPv2 verification failed",
      .authenticationFailed,
      "{server} did not prove that it knows the password: is it the company's server?",
      source: "plugins/eap_mschapv2/eap_mschapv2.c"
    ),
    DaemonLogRow(
      "MAC mismatched",
      .authenticationFailed,
      "{server} has another pre-shared key: correct it in the Secret",
      source: "sa/ikev2/authenticators/psk_authenticator.c"
    ),
    DaemonLogRow(
      "no shared key found for",
      .authenticationFailed,
      "{server} proves itself by a pre-shared key, which authentication.method does not expect: let it send a certificate",
      at: Set(AuthenticationStage.allCases).subtracting([.sharedKey]),
      source: "sa/ikev2/authenticators/psk_authenticator.c"
    ),
    DaemonLogRow(
      "no shared key found for '…' - '…'",
      .configurationRefused,
      "no pre-shared key fits the identities {1} and {2}: check localIdentity and remoteIdentity",
      source: "sa/ikev2/authenticators/psk_authenticator.c"
    ),
    ownCertificate("no private key found for '…'", source: "sa/ikev2/authenticators/pubkey_authenticator.c"),
    ownCertificate("no usable TLS client certificate found for '…'", source: "tls_peer.c"),
    ownCertificate("no TLS peer certificate found for '…'", source: "tls_peer.c before 5.9.2"),
    tlsAlert("unknown ca", "it does not know the CA that issued tls.crt; install that CA at the server"),
    tlsAlert("certificate expired", "tls.crt has expired; renew it"),
    tlsAlert("certificate revoked", "tls.crt is revoked; issue another"),
    tlsAlert("…", "the alert was \"{1}\"; check tls.crt, tls.key and the server's CA"),
    DaemonLogRow(
      "EAP_TLS method failed",
      .authenticationFailed,
      "the TLS handshake with {server} failed: check tls.crt and ca.crt, and see the server's log",
      .refusal,
      source: "sa/ikev2/authenticators/eap_authenticator.c"
    ),
  ]

  private static func ownCertificate(_ pattern: String, source: String) -> DaemonLogRow {
    DaemonLogRow(
      pattern,
      .configurationRefused,
      """
      the Secret holds no certificate with its key for the identity {1}: localIdentity must be the subject or a \
      subjectAltName of tls.crt, and tls.key must be the key of tls.crt
      """,
      source: source
    )
  }

  private static func tlsAlert(_ alert: String, _ words: String) -> DaemonLogRow {
    DaemonLogRow(
      "received fatal TLS alert '\(alert)'",
      .authenticationFailed,
      "{server} refused the client certificate: \(words)",
      source: "tls_alert.c"
    )
  }

  // MARK: Words for both daemons

  static let missingTun =
    "the tun device cannot be opened: give the pod /dev/net/tun and NET_ADMIN (the gateway's pod template has both; "
    + "see the node's device rules)"
  static let unreachable =
    "no answer from {server}: check its address and port, that it runs, and that firewalls let it through both ways"
  static let unresolved = "the name of {server} does not resolve in the gateway: correct it, or the cluster's DNS"
  static let tooLong = """
    packets to {server} are larger than the network on the way allows (Message too long): lower \
    gateway.maximumSegmentSize, or correct the MTU of the pod network
    """
}
