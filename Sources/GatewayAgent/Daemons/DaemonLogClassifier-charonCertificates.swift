internal import Gateway

extension DaemonLogClassifier {
  private static let untrusted =
    "the certificate of {server} is not of the given CA: put the CA that issued it into ca.crt"

  /// charon's lines about the server's certificate and identity.
  static let charonCertificateRows: [DaemonLogRow] = [
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
}
