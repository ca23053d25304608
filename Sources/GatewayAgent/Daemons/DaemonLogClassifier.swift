internal import Gateway

/// Reads the daemons' log lines. The lines are strongSwan's (5.9) and OpenVPN's (2.6) own.
struct DaemonLogClassifier: Sendable {
  /// `host:port`, for the words.
  var server: String

  /// - Parameter line: of charon, without the leading `05[IKE] <tunnel|1> `.
  func charon(_ line: String) -> DaemonFailure? {
    func has(_ texts: String...) -> Bool { texts.contains { line.contains($0) } }
    if has("received AUTHENTICATION_FAILED notify", "EAP-MS-CHAPv2 failed with error", "received EAP_FAILURE") {
      return DaemonFailure(
        .authenticationFailed,
        "\(server) refused us: check user name and password (or certificate, or key) in the Secret, and localIdentity "
          + "and remoteIdentity, which the server must know"
      )
    }
    if has("MAC mismatched") {
      return DaemonFailure(.authenticationFailed, "\(server) has another pre-shared key: correct it in the Secret")
    }
    if has("no shared key found for", "no private key found for") {
      return DaemonFailure(.authenticationFailed, "no key for this identity: check the Secret and localIdentity")
    }
    if has("received fatal TLS alert", "EAP_TLS method failed") {
      return DaemonFailure(
        .authenticationFailed,
        "\(server) refused the client certificate (\(quotedPart(line) ?? "TLS failed")): check tls.crt, tls.key and "
          + "the server's CA"
      )
    }
    if has("subject certificate invalid", "issuer certificate invalid") {
      return DaemonFailure(
        .serverCertificateInvalid,
        "the certificate of \(server), or of its CA, is expired or not yet valid (\(inParentheses(line) ?? "see the log")"
          + "): renew it"
      )
    }
    if has("certificate was revoked") {
      return DaemonFailure(.serverCertificateInvalid, "the certificate of \(server) is revoked: renew it")
    }
    if has("constraint check failed: identity") || has("does not match to") {
      return DaemonFailure(
        .serverCertificateInvalid,
        "\(server) proved another identity than \(quotedPart(line) ?? "the expected one"): set remoteIdentity to the "
          + "name in its certificate"
      )
    }
    if has("peer not authenticated by CA", "no issuer certificate found for", "no trusted certificate found") {
      return DaemonFailure(.serverCertificateInvalid, untrusted)
    }
    if has("no trusted") && has("public key found for") {
      return DaemonFailure(
        .serverCertificateInvalid,
        "no certificate for the identity \(quotedPart(line) ?? "of the server") leads to the given CA: correct ca.crt, "
          + "or set remoteIdentity to the name in the certificate of \(server)",
        isSpecific: false
      )
    }
    if has("NO_PROPOSAL_CHOSEN") {
      return DaemonFailure(
        .noProposalChosen,
        "\(server) accepts none of the proposed algorithms: set ikeProposals and espProposals as the server has them"
      )
    }
    if has("TS_UNACCEPTABLE") {
      return DaemonFailure(
        .trafficSelectorsRefused,
        "\(server) does not offer remoteNetworks: narrow them to what the server's local networks contain"
      )
    }
    if has(
      "unable to add SAD entry",
      "unable to install inbound and outbound IPsec SA",
      "unable to install IPsec policies"
    ) {
      return DaemonFailure(.missingPrivilege, "the kernel took no IPsec state: it has no ESP", lacksKernelESP: true)
    }
    if has("unable to resolve", "error resolving") { return DaemonFailure(.nameNotResolved, unresolved) }
    if has("INTERNAL_ADDRESS_FAILURE") {
      return DaemonFailure(.other, "\(server) has no virtual IP left for us: enlarge its address pool")
    }
    if has("failed to create TUN device", "opening tun device", "unable to create TUN")
      || has("/dev/net/tun") && has("fail")
    {
      return DaemonFailure(.missingPrivilege, Self.missingTun)
    }
    if has("giving up after", "peer not responding", "error writing to socket") {
      return DaemonFailure(.serverUnreachable, unreachable, isSpecific: false)
    }
    return nil
  }

  /// - Parameter line: of openvpn, without a time.
  func openVPN(_ line: String) -> DaemonFailure? {
    func has(_ texts: String...) -> Bool { texts.contains { line.contains($0) } }
    if has("AUTH_FAILED", "auth-failure") {
      if has("CRV1") {
        return DaemonFailure(.authenticationFailed, "\(server) asks for a second factor, which a gateway cannot give")
      }
      return DaemonFailure(
        .authenticationFailed,
        "\(server) refused the credentials: check user name and password, or the client certificate, in the Secret"
      )
    }
    if line.hasPrefix("VERIFY"), has("ERROR") {
      if has("has expired", "not yet valid") {
        return DaemonFailure(
          .serverCertificateInvalid,
          "the certificate of \(server), or of its CA, is expired or not yet valid: renew it"
        )
      }
      if has("X509NAME") {
        return DaemonFailure(
          .serverCertificateInvalid,
          "the certificate of \(server) bears another name than serverName: correct serverName"
        )
      }
      if has("KU ERROR", "nsCertType") {
        return DaemonFailure(
          .serverCertificateInvalid,
          "the certificate of \(server) is not a server's: issue it with keyUsage digitalSignature and extendedKeyUsage "
            + "serverAuth"
        )
      }
      return DaemonFailure(.serverCertificateInvalid, untrusted)
    }
    if has("Certificate verification failed", "certificate verify failed") {
      return DaemonFailure(.serverCertificateInvalid, untrusted, isSpecific: false)
    }
    if has("tlsv1 alert", "sslv3 alert", "tlsv13 alert", "ssl/tls alert") {
      let alert = line.split(separator: ":").last.map(String.init) ?? "alert"
      return DaemonFailure(
        .authenticationFailed,
        "\(server) refused our side of the TLS handshake (\(alert)): check the client certificate and the server's CA"
      )
    }
    if has("Cannot resolve host address") { return DaemonFailure(.nameNotResolved, unresolved) }
    if has(
      "compression settings that are not allowed",
      "Compression or compression stub framing is not allowed",
      "Bad compression stub"
    ) {
      return DaemonFailure(
        .noProposalChosen,
        "\(server) compresses, which is not enabled here: set compression as the server has it (LZ4-v2, LZ4, LZO or "
          + "Stub-v2)"
      )
    }
    if has("failed to negotiate cipher", "Cipher negotiation failed", "cipher not allowed", "unsupported cipher")
      || line.hasPrefix("Cipher") && has("not supported")
    {
      return DaemonFailure(
        .noProposalChosen,
        "\(server) accepts none of our ciphers: set ciphers or fallbackCipher as the server has it"
      )
    }
    if has("no shared cipher", "unsupported protocol", "tls_process_server_hello") {
      return DaemonFailure(
        .noProposalChosen,
        "\(server) and the gateway share no TLS version or cipher: update the server"
      )
    }
    if has("cannot locate HMAC", "tls-crypt unwrap", "packet HMAC authentication failed") {
      return DaemonFailure(
        .authenticationFailed,
        "packets of \(server) do not fit the static key: check the key, its mode (tls-auth, tls-crypt) and direction"
      )
    }
    if has("Cannot open TUN/TAP dev", "TUNSETIFF", "Cannot allocate tun/tap dev") {
      return DaemonFailure(.missingPrivilege, Self.missingTun)
    }
    if has("Cannot load", "Cannot read key", "private key password verification failed") {
      return DaemonFailure(
        .configurationRefused,
        "openvpn cannot use a certificate or key of the Secret: \(line)"
      )
    }
    // The line that follows each of them says nothing.
    if has("Options error"), !has("Please correct these errors") {
      return DaemonFailure(.configurationRefused, "openvpn refused its configuration: \(line)")
    }
    if has("Connection reset") {
      return DaemonFailure(
        .serverUnreachable,
        "\(server) closed the connection: if it stays, check the static key (tls-auth, tls-crypt) and the server's log",
        isSpecific: false
      )
    }
    if has(
      "TLS key negotiation failed to occur",
      "(--ping-restart), restarting",
      "Connection refused",
      "Connection timed out",
      "No route to host",
      "Network is unreachable",
      "Server poll timeout"
    ) {
      return DaemonFailure(.serverUnreachable, unreachable, isSpecific: false)
    }
    return nil
  }

  static let missingTun =
    "the tun device cannot be opened: give the pod /dev/net/tun and NET_ADMIN (the gateway's pod template has both; "
    + "see the node's device rules)"

  private var unreachable: String {
    "no answer from \(server): check its address and port, that it runs, and that firewalls let it through both ways"
  }
  private var unresolved: String {
    "the name of \(server) does not resolve in the gateway: correct it, or the cluster's DNS"
  }
  private var untrusted: String {
    "the certificate of \(server) is not of the given CA: put the CA that issued it into ca.crt"
  }

  private func quotedPart(_ line: String) -> String? {
    let parts = line.split(separator: "'", omittingEmptySubsequences: false)
    return parts.count >= 3 ? "\"\(parts[1])\"" : nil
  }
  private func inParentheses(_ line: String) -> String? {
    guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close else { return nil }
    return String(line[line.index(after: open)..<close])
  }
}
