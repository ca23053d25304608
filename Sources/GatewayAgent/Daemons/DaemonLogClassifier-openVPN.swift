internal import Gateway

extension DaemonLogClassifier {
  /// What openvpn's lines mean. The first row that fits decides.
  static let openVPNRows: [DaemonLogRow] =
    refusalRows + verificationRows + tlsRows + ownMaterialRows + optionRows + connectionRows

  private static let refusalRows: [DaemonLogRow] = [
    DaemonLogRow(
      "AUTH_FAILED,Data channel cipher negotiation failed",
      .noProposalChosen,
      "{server} accepts none of the offered ciphers: set ciphers or fallbackCipher as the server has it",
      source: "push.c"
    ),
    DaemonLogRow(
      "AUTH_FAILED,Data channel negotiation failed",
      .noProposalChosen,
      "{server} and the gateway share no format of data packets: update the server",
      source: "push.c"
    ),
    DaemonLogRow(
      "AUTH_FAILED,TEMP",
      .serverUnavailable,
      "{server} cannot check credentials at the moment: the gateway tries again by itself",
      .refusal,
      source: "push.c"
    ),
    DaemonLogRow(
      "AUTH_FAILED,SESSION",
      .authenticationFailed,
      "the session at {server} has expired: the gateway logs in again",
      .refusal,
      source: "push.c"
    ),
    DaemonLogRow(
      "AUTH_FAILED,CRV1",
      .authenticationFailed,
      "{server} asks for a second factor, which a gateway cannot give: use an account without one",
      source: "push.c"
    ),
    DaemonLogRow(
      "AUTH_PENDING received",
      .authenticationFailed,
      "{server} waits for somebody to confirm the login, which a gateway cannot do: use an account without a second factor",
      .refusal,
      source: "push.c"
    ),
    DaemonLogRow(
      "AUTH_FAILED",
      .authenticationFailed,
      "{server} refused the login: check user name and password in the Secret",
      .refusal,
      at: [.password],
      refusesCredentials: true,
      source: "push.c"
    ),
    DaemonLogRow(
      "AUTH_FAILED",
      .authenticationFailed,
      """
      {server} refused the client after the TLS handshake: the user of the certificate may not connect, or the server \
      wants user name and password as well (credentialsSecretRef)
      """,
      .refusal,
      source: "push.c"
    ),
    DaemonLogRow(
      "Halt command was pushed by server",
      .serverUnavailable,
      "{server} told the gateway to disconnect: see the server's log. The gateway tries again by itself",
      .refusal,
      source: "push.c"
    ),
    DaemonLogRow(
      "Connection reset command was pushed by server",
      .serverUnavailable,
      "{server} is restarting: the gateway connects again by itself",
      .refusal,
      source: "push.c"
    ),
    DaemonLogRow(
      "remote-exit",
      .serverUnavailable,
      "{server} has ended the session: the gateway connects again by itself",
      .symptom,
      source: "forward.c"
    ),
    DaemonLogRow(
      "No reply from server to push requests",
      .other,
      """
      {server} finished the TLS handshake and sent no settings: its check of the login may hang, or it is not in server \
      mode; see its log
      """,
      .refusal,
      source: "push.c"
    ),
  ]

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

  private static let verificationRows: [DaemonLogRow] = [
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
  private static let weakens = "a profile with `tls-cipher \"DEFAULT:@SECLEVEL=0\"` accepts it until then"
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

  private static let tlsRows: [DaemonLogRow] = [
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

  private static func weakMaterial(_ error: String, _ words: String) -> DaemonLogRow {
    DaemonLogRow(
      "SSL routines::\(error)",
      .configurationRefused,
      "\(words), which OpenSSL 3 refuses (\(error)): have it issued again; \(weakens)",
      source: "OpenSSL, ssl_err.c"
    )
  }

  /// What the Secret holds.
  private static let ownMaterialRows: [DaemonLogRow] = [
    weakMaterial("ca md too weak", "a certificate of the Secret is signed with SHA-1 or MD5"),
    weakMaterial("ee key too small", "the client certificate has a key of less than 2048 bits"),
    weakMaterial("ca key too small", "a CA certificate of the Secret has a key of less than 2048 bits"),
    DaemonLogRow(
      "key values mismatch",
      .configurationRefused,
      "the client's key does not belong to its certificate: put the pair that was issued together into the Secret",
      source: "OpenSSL, x509_err.c"
    ),
    DaemonLogRow(
      "Cannot load",
      .configurationRefused,
      "openvpn cannot use a certificate or key of the Secret: {line}{cause}",
      .refusal,
      source: "ssl_openssl.c"
    ),
    DaemonLogRow(
      "Cannot read key",
      .configurationRefused,
      "openvpn cannot use a certificate or key of the Secret: {line}{cause}",
      .refusal,
      source: "crypto.c"
    ),
    DaemonLogRow(
      "private key password verification failed",
      .configurationRefused,
      "the client's key has a passphrase: store it without one",
      source: "ssl_openssl.c"
    ),
  ]

  private static let optionRows: [DaemonLogRow] = [
    // The line that follows each error in the options says nothing.
    DaemonLogRow(
      "Options error: …Please correct these errors",
      .configurationRefused,
      "openvpn refused its configuration: see the gateway's log",
      .symptom,
      source: "options.c"
    ),
    DaemonLogRow(
      "Options error: …",
      .configurationRefused,
      "openvpn refused its configuration: {1}",
      source: "options.c"
    ),
    DaemonLogRow(
      "ipher… not supported",
      .configurationRefused,
      "openvpn refused its configuration: {line}",
      source: "crypto_openssl.c"
    ),
    DaemonLogRow(
      "lgorithm '…' not found",
      .configurationRefused,
      "OpenSSL 3 does not know the algorithm {1}: choose another, here and at the server",
      source: "crypto_openssl.c"
    ),
    compression("compression settings that are not allowed", source: "options.c"),
    compression("Compression or compression stub framing is not allowed", source: "options.c"),
    compression("Bad compression stub", source: "comp.c"),
    cipher("failed to negotiate cipher", source: "ssl_ncp.c"),
    cipher("Cipher negotiation failed", source: "ssl_ncp.c"),
    cipher("cipher not allowed", source: "ssl_ncp.c"),
  ]

  private static func compression(_ pattern: String, source: String) -> DaemonLogRow {
    DaemonLogRow(
      pattern,
      .noProposalChosen,
      """
      {server} compresses, which is not enabled here: set compression as the server has it (LZ4-v2, LZ4, LZO or \
      Stub-v2); with a profile, add the server's `compress` line to it
      """,
      source: source
    )
  }
  private static func cipher(_ pattern: String, source: String) -> DaemonLogRow {
    DaemonLogRow(
      pattern,
      .noProposalChosen,
      "{server} accepts none of the offered ciphers: set ciphers or fallbackCipher as the server has it",
      source: source
    )
  }

  private static let connectionRows: [DaemonLogRow] = [
    tun("Cannot open TUN/TAP dev"),
    tun("TUNSETIFF"),
    tun("Cannot allocate tun/tap dev"),
    DaemonLogRow("Cannot resolve host address", .nameNotResolved, unresolved, source: "socket.c"),
    DaemonLogRow("Message too long", .other, tooLong, .refusal, source: "socket.c"),
    DaemonLogRow(
      "Connection reset",
      .serverUnreachable,
      "{server} closed the connection: if it stays, check the static key (tls-auth, tls-crypt) and the server's log",
      .symptom,
      source: "forward.c"
    ),
    silence("TLS key negotiation failed to occur", source: "ssl.c"),
    silence("(--ping-restart), restarting", source: "forward.c"),
    silence("Connection refused", source: "socket.c"),
    silence("Connection timed out", source: "socket.c"),
    silence("No route to host", source: "socket.c"),
    silence("Network is unreachable", source: "socket.c"),
    silence("Server poll timeout", source: "forward.c"),
  ]

  private static func tun(_ line: String) -> DaemonLogRow {
    DaemonLogRow(line, .missingPrivilege, missingTun, source: "tun.c")
  }
  private static func silence(_ line: String, source: String) -> DaemonLogRow {
    DaemonLogRow(line, .serverUnreachable, unreachable, .symptom, source: source)
  }
}
