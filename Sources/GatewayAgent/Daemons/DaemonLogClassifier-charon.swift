internal import Gateway

extension DaemonLogClassifier {
  /// What charon's lines mean. The first row that fits decides.
  static let charonRows: [DaemonLogRow] = identityRows + credentialRows + certificateRows + negotiationRows + hostRows

  /// The server refuses, and what about depends on how far authentication has come.
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

  private static let untrusted =
    "the certificate of {server} is not of the given CA: put the CA that issued it into ca.crt"

  private static let certificateRows: [DaemonLogRow] = [
    DaemonLogRow(
      "certificate invalid (valid from …)",
      .serverCertificateInvalid,
      "the certificate of {server}, or of its CA, is expired or not yet valid (valid from {1}): renew it",
      source: "credentials/credential_manager.c"
    ),
    DaemonLogRow(
      "certificate was revoked",
      .serverCertificateInvalid,
      "the certificate of {server} is revoked: renew it",
      source: "plugins/revocation/revocation_validator.c"
    ),
    DaemonLogRow(
      "constraint check failed: …identity '…' required",
      .serverCertificateInvalid,
      """
      the certificate of {server} is not for {2}, the identity that the gateway expects: set remoteIdentity to the \
      identity that the server sends, or issue the server a certificate with this name
      """,
      source: "credentials/auth_cfg.c"
    ),
    DaemonLogRow(
      "received IDr …, but require …",
      .serverCertificateInvalid,
      "{server} sends the identity {1}, and the gateway expects {2}: set remoteIdentity to what the server sends",
      source: "sa/ikev2/tasks/ike_auth.c"
    ),
    DaemonLogRow(
      "constraint requires … authentication, but … was used",
      .authenticationFailed,
      "{server} proves itself by {2}, and authentication.method expects {1}: change one of the two",
      source: "credentials/auth_cfg.c"
    ),
    DaemonLogRow(
      "violates constraint",
      .serverCertificateInvalid,
      "the certificate of {server} breaks a rule of its CA ({line}): issue another",
      source: "plugins/constraints/constraints_validator.c"
    ),
    DaemonLogRow(
      "permitted name constraint",
      .serverCertificateInvalid,
      "the certificate of {server} breaks a rule of its CA ({line}): issue another",
      source: "plugins/constraints/constraints_validator.c"
    ),
    DaemonLogRow(
      "peer not authenticated by CA",
      .serverCertificateInvalid,
      untrusted,
      source: "credentials/auth_cfg.c"
    ),
    DaemonLogRow(
      "no issuer certificate found for",
      .serverCertificateInvalid,
      untrusted,
      source: "credentials/credential_manager.c"
    ),
    DaemonLogRow("no trusted certificate found", .serverCertificateInvalid, untrusted, source: "tls_peer.c"),
    DaemonLogRow(
      "self-signed certificate …is not trusted",
      .serverCertificateInvalid,
      untrusted,
      source: "credentials/credential_manager.c"
    ),
    DaemonLogRow(
      "no trusted … public key found for '…'",
      .serverCertificateInvalid,
      """
      no certificate for the identity {2} leads to the given CA: correct ca.crt, or set remoteIdentity to the identity \
      that {server} sends
      """,
      .refusal,
      source: "sa/ikev2/authenticators/pubkey_authenticator.c"
    ),
  ]

  private static let negotiationRows: [DaemonLogRow] = [
    DaemonLogRow(
      "received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built",
      .noProposalChosen,
      "{server} accepts none of the algorithms for the tunnel's traffic: set espProposals as the server has them",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "received NO_PROPOSAL_CHOSEN notify",
      .noProposalChosen,
      "{server} accepts none of the algorithms for IKE: set ikeProposals as the server has them",
      source: "sa/ikev2/tasks/ike_init.c"
    ),
    DaemonLogRow(
      "received proposals unacceptable",
      .noProposalChosen,
      "{server} chose algorithms that were not offered: set ikeProposals as the server has them",
      source: "sa/ikev2/tasks/ike_init.c"
    ),
    DaemonLogRow(
      "no acceptable proposal found",
      .noProposalChosen,
      "{server} chose algorithms that were not offered: set espProposals as the server has them",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "requested DH group … not contained in any of our proposals",
      .noProposalChosen,
      "{server} wants the Diffie-Hellman group {1}, which is not offered: add it to ikeProposals or espProposals",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "received INVALID_MAJOR_VERSION",
      .noProposalChosen,
      "{server} does not speak IKEv2, and the gateway speaks nothing else: enable IKEv2 at the server",
      source: "network/receiver.c"
    ),
    DaemonLogRow(
      "SINGLE_PAIR_REQUIRED notify",
      .trafficSelectorsRefused,
      """
      {server} wants a security association for each single network, and refused those it was offered: list in \
      remoteNetworks exactly the networks that the server has
      """,
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "TS_UNACCEPTABLE notify",
      .trafficSelectorsRefused,
      "{server} does not offer remoteNetworks: narrow them to what the server's local networks contain",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "no acceptable traffic selectors found",
      .trafficSelectorsRefused,
      "{server} offers other networks than remoteNetworks: list what the server's local networks contain",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "INTERNAL_ADDRESS_FAILURE notify",
      .serverUnavailable,
      "{server} has no virtual IP left: enlarge its address pool",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "FAILED_CP_REQUIRED notify",
      .configurationRefused,
      "{server} serves only clients that ask for a virtual IP: set ipsec.virtualAddress to Requested",
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "received TEMPORARY_FAILURE notify",
      .serverUnavailable,
      "{server} is busy: the gateway tries again by itself",
      .symptom,
      source: "sa/ikev2/tasks/child_create.c"
    ),
    DaemonLogRow(
      "received … notify error",
      .other,
      "{server} refused the connection with {1}: see the server's log",
      .refusal,
      source: "sa/ikev2/tasks/ike_init.c"
    ),
  ]

  private static let hostRows: [DaemonLogRow] = [
    kernel("unable to add SAD entry", source: "plugins/kernel_netlink/kernel_netlink_ipsec.c"),
    kernel("unable to install inbound and outbound IPsec SA", source: "sa/ikev2/tasks/child_create.c"),
    kernel("unable to install IPsec policies", source: "sa/ikev2/tasks/child_create.c"),
    tun("failed to create TUN device", source: "plugins/kernel_libipsec/kernel_libipsec_plugin.c"),
    tun("unable to create TUN", source: "networking/tun_device.c"),
    tun("opening tun device", source: "networking/tun_device.c"),
    tun("failed to open /dev/net/tun", source: "networking/tun_device.c"),
    DaemonLogRow("unable to resolve", .nameNotResolved, unresolved, source: "sa/ike_sa.c"),
    DaemonLogRow("error resolving", .nameNotResolved, unresolved, source: "networking/host_resolver.c"),
    DaemonLogRow(
      "error writing to socket: Message too long",
      .other,
      tooLong,
      .refusal,
      source: "plugins/socket_default/socket_default_socket.c"
    ),
    silence("error writing to socket", source: "plugins/socket_default/socket_default_socket.c"),
    silence("giving up after", source: "sa/ikev2/task_manager_v2.c"),
    silence("peer not responding", source: "sa/ike_sa.c"),
  ]

  private static func kernel(_ line: String, source: String) -> DaemonLogRow {
    DaemonLogRow(
      line,
      .missingPrivilege,
      "the kernel took no IPsec state: it has no ESP",
      lacksKernelESP: true,
      source: source
    )
  }
  private static func tun(_ line: String, source: String) -> DaemonLogRow {
    DaemonLogRow(line, .missingPrivilege, missingTun, source: source)
  }
  private static func silence(_ line: String, source: String) -> DaemonLogRow {
    DaemonLogRow(line, .serverUnreachable, unreachable, .symptom, source: source)
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
