internal import Gateway

extension DaemonLogClassifier {
  private static let untrusted =
    "the certificate of {server} is not of the given CA: put the CA that issued it into ca.crt"
  private static let expired = "the certificate of {server}, or of its CA, is expired or not yet valid: renew it"

  /// `VERIFY ERROR: depth=0, error=certificate has expired: CN=…`.
  private static func verification(
    _ error: String,
    _ words: String,
    _ specificity: DaemonFailure.Specificity = .cause
  ) -> DaemonLogRow {
    DaemonLogRow(
      "^VERIFY ERROR: …error=\(error)",
      .serverCertificateInvalid,
      words,
      specificity,
      source: "ssl_verify_openssl.c"
    )
  }

  /// openvpn's lines about the server's certificate.
  static let openVPNVerificationRows: [DaemonLogRow] = [
    verification("certificate has expired", expired),
    verification("certificate is not yet valid", expired),
    verification("CRL", "the revocation list of the server's CA cannot be used (see the gateway's log): renew it"),
    verification("certificate revoked", "the certificate of {server} is revoked: renew it"),
    verification(
      "format error in certificate's",
      "a date in the certificate of {server}, or of its CA, cannot be read: issue it again"
    ),
    verification("EE certificate key too weak", weakServer("a key")),
    verification("CA certificate key too weak", weakServer("a CA with a key")),
    verification("CA signature digest algorithm too weak", weakServer("a signature (SHA-1 or MD5)")),
    verification(
      "unsuitable certificate purpose",
      "the certificate of {server} is not a server's: issue it with extendedKeyUsage serverAuth"
    ),
    verification("unsupported certificate purpose", notAServer),
    verification("self-signed certificate", untrusted),
    verification("self signed certificate", untrusted),
    verification("unable to get", untrusted),
    verification("unable to verify", untrusted),
    verification("…:", "the certificate of {server} cannot be verified ({2}): correct it, or ca.crt"),
    DaemonLogRow(
      "^VERIFY X509NAME ERROR",
      .serverCertificateInvalid,
      "the certificate of {server} bears another name than serverName: correct serverName",
      source: "ssl_verify.c"
    ),
    DaemonLogRow("^VERIFY KU ERROR", .serverCertificateInvalid, notAServer, source: "ssl_verify.c"),
    DaemonLogRow("^VERIFY EKU ERROR", .serverCertificateInvalid, notAServer, source: "ssl_verify.c"),
    DaemonLogRow("^VERIFY nsCertType ERROR", .serverCertificateInvalid, notAServer, source: "ssl_verify.c"),
    DaemonLogRow(
      "^VERIFY …ERROR",
      .serverCertificateInvalid,
      "the certificate of {server} cannot be verified ({line}): correct it, or ca.crt",
      source: "ssl_verify.c"
    ),
    DaemonLogRow(
      "Certificate verification failed",
      .serverCertificateInvalid,
      untrusted,
      .symptom,
      source: "ssl_verify.c"
    ),
    DaemonLogRow(
      "certificate verify failed",
      .serverCertificateInvalid,
      untrusted,
      .symptom,
      source: "OpenSSL, ssl_err.c"
    ),
  ]

  private static let notAServer = """
    the certificate of {server} is not a server's: issue it with keyUsage digitalSignature and extendedKeyUsage \
    serverAuth
    """
  static let weakens = "a profile with `tls-cipher \"DEFAULT:@SECLEVEL=0\"` accepts it until then"
  private static func weakServer(_ what: String) -> String {
    "the certificate of {server} has \(what) that OpenSSL 3 finds too weak: issue it again (RSA 2048, SHA-256); \(weakens)"
  }

  /// Alerts that the server sends, as OpenSSL words them (ssl/ssl_err.c).
  private static func alert(
    _ name: String,
    _ words: String,
    _ kind: GatewayStatus.Failure = .authenticationFailed
  ) -> DaemonLogRow {
    DaemonLogRow("alert \(name)", kind, words, source: "OpenSSL, ssl_err.c")
  }

  /// openvpn's lines about the TLS handshake and the static key.
  static let openVPNTLSRows: [DaemonLogRow] = [
    alert("unknown ca", "{server} does not know the CA of the client certificate: install that CA at the server"),
    alert("certificate expired", "{server} finds the client certificate expired: renew it in the Secret"),
    alert("certificate revoked", "{server} has revoked the client certificate: put another into the Secret"),
    alert("certificate required", "{server} wants a client certificate: give one with clientCertificateSecretRef"),
    alert("handshake failure", noSharedTLS, .noProposalChosen),
    alert("protocol version", noSharedTLS, .noProposalChosen),
    alert("insufficient security", noSharedTLS, .noProposalChosen),
    DaemonLogRow(
      "OpenSSL: error:… alert …:",
      .authenticationFailed,
      "{server} refused the TLS handshake ({2}): check the client certificate, and the server's log",
      source: "OpenSSL, ssl_err.c"
    ),
    DaemonLogRow("no shared cipher", .noProposalChosen, noSharedTLS, source: "OpenSSL, ssl_err.c"),
    DaemonLogRow("unsupported protocol", .noProposalChosen, noSharedTLS, source: "OpenSSL, ssl_err.c"),
    DaemonLogRow("tls_process_server_hello", .noProposalChosen, noSharedTLS, .refusal, source: "OpenSSL, ssl_err.c"),
    DaemonLogRow(
      "dh key too small",
      .noProposalChosen,
      """
      {server} uses a Diffie-Hellman group that OpenSSL 3 finds too small: give the server one of 2048 bits; \
      \(weakens)
      """,
      source: "OpenSSL, ssl_err.c"
    ),
    staticKey("cannot locate HMAC", source: "ssl_pkt.c"),
    staticKey("tls-crypt unwrap", source: "tls_crypt.c"),
    staticKey("packet HMAC authentication failed", source: "crypto.c"),
  ]

  private static let noSharedTLS = "{server} and the gateway share no TLS version or cipher{cause}: update the server"
  private static func staticKey(_ pattern: String, source: String) -> DaemonLogRow {
    DaemonLogRow(
      pattern,
      .authenticationFailed,
      "packets of {server} do not fit the static key: check the key, its mode (tls-auth, tls-crypt) and direction",
      source: source
    )
  }
}
