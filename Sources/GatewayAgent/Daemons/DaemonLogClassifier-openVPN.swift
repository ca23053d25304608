internal import Gateway

extension DaemonLogClassifier {
  /// What openvpn's lines mean. The first row that fits decides.
  static let openVPNRows: [DaemonLogRow] =
    refusalRows + openVPNVerificationRows + openVPNTLSRows + ownMaterialRows + optionRows + connectionRows

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

  private static func weakMaterial(_ error: String, _ words: String) -> DaemonLogRow {
    DaemonLogRow(
      "SSL routines::\(error)",
      .configurationRefused,
      "\(words), which OpenSSL 3 refuses (\(error)): have it issued again; \(weakens)",
      source: "OpenSSL, ssl_err.c"
    )
  }

  /// Lines about the content of the Secret.
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
    // The line that follows each error in the options explains nothing.
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
