import Gateway
import Testing

@testable import GatewayAgent

/// Lines as the daemons wrote them against real servers, or as their sources have them.
@Suite struct DaemonLogClassifierTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var line: String
    var method: DaemonLogClassifier.Method
    /// Lines of the same attempt that came before.
    var before: [String]
    var kind: GatewayStatus.Failure?
    var says: String
    /// Whether the refusal counts towards a lock-out.
    var isCredentials: Bool

    init(
      _ line: String,
      _ kind: GatewayStatus.Failure?,
      says: String = "",
      _ method: DaemonLogClassifier.Method = .eapPassword,
      after before: [String] = [],
      isCredentials: Bool = false
    ) {
      (self.line, self.kind, self.says) = (line, kind, says)
      (self.method, self.before, self.isCredentials) = (method, before, isCredentials)
    }
    var testDescription: String { line }
  }

  private func check(_ test: Case, _ classify: (DaemonLogClassifier, String) -> DaemonFailure?) {
    let classifier = DaemonLogClassifier(server: "vpn.example.com:500", method: test.method)
    for line in test.before { _ = classify(classifier, line) }
    let failure = classify(classifier, test.line)
    #expect(failure?.kind == test.kind)
    #expect(failure?.words.contains(test.says) ?? true, "\(failure?.words ?? "")")
    #expect(failure?.words.contains("{") ?? false == false, "a placeholder is left: \(failure?.words ?? "")")
    #expect(failure?.refusesCredentials ?? false == test.isCredentials)
  }

  private static let passwordAsked = [
    "initiating IKE_SA tunnel[1] to 10.209.0.101", "server requested EAP_IDENTITY (id 0x00), sending 'office'",
    "server requested EAP_MSCHAPV2 authentication (id 0x4C)",
  ]
  private static let peapAsked = [
    "initiating IKE_SA tunnel[1] to 10.209.0.101", "server requested EAP_PEAP authentication (id 0x01)",
    "requesting EAP_MSCHAPV2 authentication, sending EAP_NAK",
  ]
  private static let failed = "received AUTHENTICATION_FAILED notify error"

  private static let charonAuthentication: [Case] = [
    Case(failed, .authenticationFailed, says: "remoteIdentity must be the identity that the server sends"),
    Case(
      failed,
      .authenticationFailed,
      says: "check user name and password in the Secret",
      after: passwordAsked,
      isCredentials: true
    ),
    Case(
      failed,
      .authenticationFailed,
      says: "before it asked",
      after: passwordAsked + ["initiating IKE_SA tunnel[2] to 10.209.0.101"]
    ),
    Case(failed, .authenticationFailed, says: "EAP_PEAP, which is not configured", after: peapAsked),
    Case(
      failed,
      .authenticationFailed,
      says: "accepted the credentials and then refused",
      after: passwordAsked + ["EAP method EAP_MSCHAPV2 succeeded, MSK established"]
    ),
    Case(
      failed,
      .authenticationFailed,
      says: "client certificate",
      .eapCertificate,
      after: ["server requested EAP_TLS authentication (id 0x01)"]
    ),
    Case(failed, .authenticationFailed, says: "pre-shared key", .sharedKey),
    Case(failed, .authenticationFailed, says: "tls.crt", .certificate),
    Case(
      "received EAP_FAILURE, EAP authentication failed",
      .authenticationFailed,
      after: passwordAsked,
      isCredentials: true
    ),
    Case("received EAP_FAILURE, EAP authentication failed", .authenticationFailed, says: "EAP_PEAP", after: peapAsked),
    mschapv2("ERROR_AUTHENTICATION_FAILURE", "check user name and password"),
    mschapv2("ERROR_PASSWD_EXPIRED", "has expired"),
    mschapv2("ERROR_ACCT_DISABLED", "disabled"), mschapv2("ERROR_RESTRICTED_LOGON_HOURS", "time of day"),
    mschapv2("ERROR_NO_DIALIN_PERMISSION", "dial in"), mschapv2("ERROR_CHANGING_PASSWORD", "password changed"),
    Case("no private key found for 'CN=alice'", .configurationRefused, says: "for the identity CN=alice", .certificate),
    Case(
      "no usable TLS client certificate found for 'a@b'",
      .configurationRefused,
      says: "localIdentity",
      .eapCertificate
    ),
    Case(
      "no TLS peer certificate found for 'a@b', skipping client authentication",
      .configurationRefused,
      .eapCertificate
    ),
    Case("no shared key found for '10.0.0.1' - 'vpn'", .configurationRefused, says: "10.0.0.1 and vpn", .sharedKey),
    Case("no shared key found for '10.0.0.1' - 'vpn'", .authenticationFailed, says: "by a pre-shared key"),
    Case("tried 1 shared key for 'a' - 'b', but MAC mismatched", .authenticationFailed, .sharedKey),
    Case("received fatal TLS alert 'unknown ca'", .authenticationFailed, says: "issued tls.crt", .eapCertificate),
    Case(
      "received fatal TLS alert 'bad certificate'",
      .authenticationFailed,
      says: "\"bad certificate\"",
      .eapCertificate
    ),
    Case("established CHILD_SA", nil), Case("authentication of '10.209.0.101' with EAP successful", nil),
  ]

  private static func mschapv2(_ error: String, _ says: String) -> Case {
    Case(
      "EAP-MS-CHAPv2 failed with error \(error): '(null)'",
      .authenticationFailed,
      says: says,
      after: passwordAsked,
      isCredentials: true
    )
  }

  private static let charonOthers: [Case] = [
    Case(
      "subject certificate invalid (valid from Nov 21 07:02:20 2026 to Nov 20 07:02:20 2026)",
      .serverCertificateInvalid,
      says: "valid from Nov 21 07:02:20 2026 to"
    ),
    Case("no issuer certificate found for \"C=DE, O=Company, CN=10.209.0.101\"", .serverCertificateInvalid),
    Case(
      "no trusted RSA public key found for '10.209.0.101'",
      .serverCertificateInvalid,
      says: "identity 10.209.0.101"
    ),
    Case(
      "constraint check failed: identity 'nobody.example.com' required ",
      .serverCertificateInvalid,
      says: "is not for nobody.example.com"
    ),
    Case(
      "constraint requires public key authentication, but pre-shared key was used",
      .authenticationFailed,
      says: "proves itself by pre-shared key"
    ),
    Case("certificate was revoked on Nov 21 07:02:20 2026, reason: superseded", .serverCertificateInvalid),
    // The IKEv1 line says which identity was received first: it is not classified, since IKEv1 is not spoken.
    Case("IDir '10.0.0.1' does not match to 'vpn.example.com'", nil),
    Case("received NO_PROPOSAL_CHOSEN notify error", .noProposalChosen, says: "ikeProposals"),
    Case("received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built", .noProposalChosen, says: "espProposals"),
    Case("received TS_UNACCEPTABLE notify, no CHILD_SA built", .trafficSelectorsRefused),
    Case("received SINGLE_PAIR_REQUIRED notify, no CHILD_SA built", .trafficSelectorsRefused),
    Case("received FAILED_CP_REQUIRED notify, no CHILD_SA built", .configurationRefused, says: "virtualAddress"),
    Case("received INTERNAL_ADDRESS_FAILURE notify, no CHILD_SA built", .serverUnavailable, says: "address pool"),
    Case("received INVALID_SYNTAX notify error", .other, says: "INVALID_SYNTAX"),
    Case("unable to resolve nowhere.example.com, initiate aborted", .nameNotResolved),
    Case("giving up after 4 retransmits", .serverUnreachable),
    Case("peer not responding, trying again (2/0)", .serverUnreachable),
    Case("error writing to socket: Message too long", .other, says: "maximumSegmentSize"),
    Case("unable to add SAD entry with SPI c2a8b4a4 (FAILED)", .missingPrivilege),
  ]

  @Test(arguments: charonAuthentication + charonOthers)
  func charon(_ test: Case) {
    check(test) { $0.charon($1) }
  }

  private static let openVPNRefusals: [Case] = [
    Case(
      "AUTH: Received control message: AUTH_FAILED",
      .authenticationFailed,
      says: "check user name and password in the Secret",
      .password,
      isCredentials: true
    ),
    Case(
      "AUTH: Received control message: AUTH_FAILED,Data channel cipher negotiation failed (no shared cipher)",
      .noProposalChosen,
      says: "fallbackCipher",
      .certificate
    ),
    Case("AUTH: Received control message: AUTH_FAILED", .authenticationFailed, says: "certificate", .certificate),
    Case("AUTH: Received control message: AUTH_FAILED,TEMP[backoff 42]:busy", .serverUnavailable, .password),
    Case(
      "AUTH: Received control message: AUTH_FAILED,SESSION: token expired",
      .authenticationFailed,
      says: "expired",
      .password
    ),
    Case(
      "AUTH: Received control message: AUTH_FAILED,CRV1:R,E:abc:dXNlcg==:Code",
      .authenticationFailed,
      says: "second factor",
      .password
    ),
    Case(
      "AUTH_PENDING received, extending handshake timeout from 60s to 300s",
      .authenticationFailed,
      says: "confirm",
      .password
    ),
    Case("SIGTERM[soft,auth-failure] received, process exiting", nil, .password),
    Case("Halt command was pushed by server ('')", .serverUnavailable, .password),
    Case("Connection reset command was pushed by server ('')", .serverUnavailable, .password),
    Case("SIGTERM[soft,remote-exit] received, process exiting", .serverUnavailable, .password),
    Case("No reply from server to push requests in 60s", .other, says: "hang", .password),
  ]

  private static let openVPNCertificates: [Case] = [
    verification("certificate has expired", "expired"), verification("certificate is not yet valid", "not yet valid"),
    verification("self-signed certificate in certificate chain", "not of the given CA"),
    verification("unable to get local issuer certificate", "not of the given CA"),
    verification("CRL has expired", "revocation list"), verification("certificate revoked", "is revoked"),
    verification("EE certificate key too weak", "a key that OpenSSL 3 finds too weak"),
    verification("CA signature digest algorithm too weak", "SHA-1"),
    verification("unsuitable certificate purpose", "serverAuth"),
    verification("format error in certificate's notBefore field", "a date"),
    verification("path length constraint exceeded", "(path length constraint exceeded)"),
    Case(
      "VERIFY X509NAME ERROR: C=DE, O=Company, CN=10.209.0.101, must be nobody",
      .serverCertificateInvalid,
      says: "serverName"
    ),
    Case("VERIFY KU ERROR", .serverCertificateInvalid, says: "keyUsage"), Case("VERIFY OK: depth=0, CN=x", nil),
    Case("OpenSSL: error:0A000086:SSL routines::certificate verify failed:", .serverCertificateInvalid),
    alert("tlsv1 alert unknown ca", .authenticationFailed, "install that CA"),
    alert("sslv3 alert certificate expired", .authenticationFailed, "expired"),
    alert("tlsv13 alert certificate required", .authenticationFailed, "clientCertificateSecretRef"),
    alert("sslv3 alert handshake failure", .noProposalChosen, "no TLS version"),
    alert("sslv3 alert bad certificate", .authenticationFailed, "(bad certificate)"),
    alert("ca md too weak", .configurationRefused, "(ca md too weak)"),
    alert("ee key too small", .configurationRefused, "SECLEVEL=0"),
    alert("dh key too small", .noProposalChosen, "Diffie-Hellman"),
    Case(
      "OpenSSL: error:05800074:x509 certificate routines::key values mismatch:",
      .configurationRefused,
      says: "belong"
    ),
    Case("Cannot load inline certificate file", .configurationRefused),
    Case(
      "Cannot load inline certificate file",
      .configurationRefused,
      says: "inline certificate file (no start line)",
      after: ["OpenSSL: error:0480006C:PEM routines::no start line:Expecting: CERTIFICATE"]
    ),
  ]
  private static func verification(_ error: String, _ says: String) -> Case {
    Case(
      "VERIFY ERROR: depth=0, error=\(error): C=DE, O=Company, CN=x, serial=56",
      .serverCertificateInvalid,
      says: says
    )
  }
  private static func alert(_ error: String, _ kind: GatewayStatus.Failure, _ says: String) -> Case {
    Case("OpenSSL: error:0A000418:SSL routines::\(error):SSL alert number 48", kind, says: says, .certificate)
  }

  private static let openVPNOthers: [Case] = [
    Case(
      "RESOLVE: Cannot resolve host address: nowhere.example.com:1194 (Name or service not known)",
      .nameNotResolved
    ),
    Case("OPTIONS ERROR: server pushed compression settings that are not allowed and will result", .noProposalChosen),
    Case("OPTIONS ERROR: failed to negotiate cipher with server.", .noProposalChosen),
    Case(
      "Options error: --data-ciphers list contains unsupported ciphers or is too long.",
      .configurationRefused,
      says: "--data-ciphers"
    ),
    Case("Message hash algorithm 'whirlpool' not found", .configurationRefused, says: "algorithm whirlpool"),
    Case("Options error: Unrecognized option or missing parameter(s)", .configurationRefused),
    Case("ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)", .missingPrivilege),
    Case("ERROR: Cannot ioctl TUNSETIFF tun0: Operation not permitted (errno=1)", .missingPrivilege),
    Case("[10.209.0.101] Inactivity timeout (--ping-restart), restarting", .serverUnreachable),
    Case("read UDPv4 [ECONNREFUSED]: Connection refused (fd=5,code=111)", .serverUnreachable),
    Case("write UDPv4: Message too long (fd=5,code=90)", .other, says: "MTU"),
    Case("Connection reset, restarting [0]", .serverUnreachable),
    Case("TLS Error: cannot locate HMAC in incoming packet from [AF_INET]10.0.0.1:1194", .authenticationFailed),
    Case("Initialization Sequence Completed", nil),
  ]

  @Test(arguments: openVPNRefusals + openVPNCertificates + openVPNOthers)
  func openVPN(_ test: Case) {
    check(test) { $0.openVPN($1) }
  }

  @Test func everyRowNamesItsSource() {
    for row in DaemonLogClassifier.charonRows + DaemonLogClassifier.openVPNRows {
      #expect(row.source.contains(".c"), "\(row.parts)")
    }
  }

  @Test func theKernelsRefusalAsksForTheOtherDataPath() {
    let classifier = DaemonLogClassifier(server: "vpn.example.com:500", method: .sharedKey)
    #expect(classifier.charon("unable to add SAD entry with SPI 1 (FAILED)")?.lacksKernelESP == true)
  }

  @Test func theCauseStandsAgainstTheLinesThatFollowFromIt() {
    let classifier = DaemonLogClassifier(server: "vpn.example.com:1194", method: .certificate)
    func shown(_ lines: [String]) -> String? {
      var tunnel = TunnelProgress()
      tunnel.attemptBegan()
      for line in lines {
        if let failure = classifier.openVPN(line) { tunnel.failed(failure) }
      }
      return tunnel.failure?.words
    }
    #expect(
      shown([
        "VERIFY ERROR: depth=0, error=certificate has expired: CN=x", "TLS_ERROR: BIO read tls_read_plaintext error",
        "OpenSSL: error:0A000086:SSL routines::certificate verify failed:",
      ])?.contains("expired") == true
    )
    #expect(
      shown([
        "OpenSSL: error:0A00018E:SSL routines::ca md too weak:", "Cannot load inline certificate file",
        "Exiting due to fatal error",
      ])?.contains("signed with SHA-1") == true
    )
  }
}
