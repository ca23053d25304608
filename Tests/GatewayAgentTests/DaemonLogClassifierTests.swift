import Gateway
import Testing

@testable import GatewayAgent

/// Lines as the daemons wrote them, against real servers.
@Suite struct DaemonLogClassifierTests {
  let classifier = DaemonLogClassifier(server: "vpn.example.com:500")

  @Test(
    arguments: [
      ("received AUTHENTICATION_FAILED notify error", .authenticationFailed),
      ("EAP-MS-CHAPv2 failed with error ERROR_AUTHENTICATION_FAILURE: '(null)'", .authenticationFailed),
      ("received EAP_FAILURE, EAP authentication failed", .authenticationFailed),
      ("received fatal TLS alert 'unknown ca'", .authenticationFailed),
      (
        "subject certificate invalid (valid from Nov 21 07:02:20 2026 to Nov 20 07:02:20 2026)",
        .serverCertificateInvalid
      ),
      ("no issuer certificate found for \"C=DE, O=Company, CN=10.209.0.101\"", .serverCertificateInvalid),
      ("no trusted RSA public key found for '10.209.0.101'", .serverCertificateInvalid),
      ("constraint check failed: identity 'nobody.example.com' required", .serverCertificateInvalid),
      ("received NO_PROPOSAL_CHOSEN notify error", .noProposalChosen),
      ("received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built", .noProposalChosen),
      ("received TS_UNACCEPTABLE notify, no CHILD_SA built", .trafficSelectorsRefused),
      ("unable to resolve nowhere.example.com, initiate aborted", .nameNotResolved),
      ("giving up after 4 retransmits", .serverUnreachable),
      ("peer not responding, trying again (2/0)", .serverUnreachable),
      ("unable to add SAD entry with SPI c2a8b4a4 (FAILED)", .missingPrivilege), ("established CHILD_SA", nil),
      ("authentication of '10.209.0.101' with EAP successful", nil),
    ] as [(String, GatewayStatus.Failure?)]
  )
  func charon(line: String, kind: GatewayStatus.Failure?) {
    #expect(classifier.charon(line)?.kind == kind)
  }

  @Test(
    arguments: [
      ("AUTH: Received control message: AUTH_FAILED", .authenticationFailed),
      (
        "VERIFY ERROR: depth=0, error=certificate has expired: C=DE, O=Company, CN=10.209.0.101, serial=56",
        .serverCertificateInvalid
      ),
      (
        "VERIFY ERROR: depth=1, error=self-signed certificate in certificate chain: CN=Company CA",
        .serverCertificateInvalid
      ),
      (
        "VERIFY X509NAME ERROR: C=DE, O=Company, CN=10.209.0.101, must be nobody.example.com", .serverCertificateInvalid
      ),
      ("VERIFY KU ERROR", .serverCertificateInvalid), ("VERIFY OK: depth=0, CN=x", nil),
      ("OpenSSL: error:0A000086:SSL routines::certificate verify failed:", .serverCertificateInvalid),
      ("OpenSSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48", .authenticationFailed),
      ("RESOLVE: Cannot resolve host address: nowhere.example.com:1194 (Name or service not known)", .nameNotResolved),
      ("OPTIONS ERROR: server pushed compression settings that are not allowed and will result", .noProposalChosen),
      ("OPTIONS ERROR: failed to negotiate cipher with server.", .noProposalChosen),
      ("ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)", .missingPrivilege),
      ("ERROR: Cannot ioctl TUNSETIFF tun0: Operation not permitted (errno=1)", .missingPrivilege),
      ("[10.209.0.101] Inactivity timeout (--ping-restart), restarting", .serverUnreachable),
      ("read UDPv4 [ECONNREFUSED]: Connection refused (fd=5,code=111)", .serverUnreachable),
      ("Connection reset, restarting [0]", .serverUnreachable),
      ("TLS Error: cannot locate HMAC in incoming packet from [AF_INET]10.0.0.1:1194", .authenticationFailed),
      ("Options error: Unrecognized option or missing parameter(s)", .configurationRefused),
      ("Cannot load inline certificate file", .configurationRefused), ("Initialization Sequence Completed", nil),
    ] as [(String, GatewayStatus.Failure?)]
  )
  func openVPN(line: String, kind: GatewayStatus.Failure?) {
    #expect(classifier.openVPN(line)?.kind == kind)
  }

  @Test func wordsNameTheServerAndTheCure() {
    let expired = classifier.charon("subject certificate invalid (valid from A to B)")
    #expect(
      expired?.words
        == "the certificate of vpn.example.com:500, or of its CA, is expired or not yet valid (valid from A to B): renew it"
    )
    #expect(classifier.charon("unable to add SAD entry with SPI 1 (FAILED)")?.lacksKernelESP == true)
  }

  @Test func aGeneralLineDoesNotHideASpecificOne() {
    var tunnel = TunnelProgress()
    tunnel.attemptBegan()
    for line in [
      "VERIFY ERROR: depth=0, error=certificate has expired: CN=x", "TLS_ERROR: BIO read tls_read_plaintext error",
      "OpenSSL: error:0A000086:SSL routines::certificate verify failed:",
    ] {
      if let failure = classifier.openVPN(line) { tunnel.failed(failure) }
    }
    #expect(tunnel.failure?.words.contains("expired") == true)
  }
}
