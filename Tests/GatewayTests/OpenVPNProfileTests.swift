import Foundations
import Testing

@testable import Gateway

@Suite struct OpenVPNProfileTests {
  static let minimal = "client\ndev tun\nremote vpn.example.com 1194 udp\n<ca>\n\(Fixtures.certificate)</ca>\n"

  @Test func keepsWhatIsAllowed() throws {
    let profile = try OpenVPNProfile(
      parsing: Self.minimal + """
        # a comment
        cipher AES-256-CBC
        auth SHA512 ; another
        verify-x509-name "My Server" name
        comp-lzo
        route-nopull
        key-direction 1
        <tls-auth>
        \(Fixtures.staticKey)</tls-auth>
        auth-user-pass
        """
    )
    #expect(
      profile.keptLines == [
        "<ca>\n\(Fixtures.certificate)</ca>", "auth SHA512", "verify-x509-name \"My Server\" name", "comp-lzo",
        "key-direction 1", "<tls-auth>\n\(Fixtures.staticKey)</tls-auth>", "data-ciphers-fallback AES-256-CBC",
        "data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305:AES-256-CBC", "allow-compression asym",
      ]
    )
    #expect(profile.isUDP && profile.asksForCredentials && profile.credentials == nil)
  }

  @Test(arguments: [
    ("up /bin/sh", "runs a program"), ("--up /bin/sh", "runs a program"), ("\"up\" /bin/sh", "runs a program"),
    ("u\\p /bin/sh", "runs a program"), ("down x", "runs a program"), ("route-up x", "runs a program"),
    ("tls-verify x", "runs a program"), ("ipchange x", "runs a program"), ("iproute x", "runs a program"),
    ("plugin x.so", "runs a program"), ("auth-user-pass-verify x via-env", "runs a program"),
    ("client-connect x", "runs a program"),

    ("config /etc/shadow", "must be whole"), ("management 0.0.0.0 7505", "gateway's own"),
    ("management-external-key", "gateway's own"), ("setenv opt up /bin/sh", "`up` is not allowed: it runs a program"),
    ("writepid x", "names a file"), ("askpass x", "names a file"),
    ("pkcs12 x", "PKCS#12"), ("pkcs11-id x", "PKCS#11"), ("crl-verify x", "CRL"), ("auth-federate", "SAML"),
    ("cd /", "gateway's to run"), ("chroot /", "gateway's to run"),
    ("daemon", "gateway's to run"), ("lport 1194", "binds a local port"), ("local 10.0.0.1", "kernel choose"),
    ("ifconfig 10.96.0.1 10.96.0.2", "address from the server"), ("http-proxy h 80", "proxies"),
    ("cert tls.crt", "into a <cert> block"), ("key /etc/ssl/key", "into a <key> block"),
    ("auth-user-pass /tmp/x", "credentialsSecretRef"), ("dev tap0", "only tun"), ("proto udp6", "protocol"),
    ("frobnicate 1", "does not know (10 characters)"), ("auth \"SHA1", "not closed"), ("<script>", "does not know"),
    ("<pkcs12>\n</pkcs12>", "PKCS#12"), ("<connection>\n<ca>\n</ca>", "inside <connection>"), ("<ca", "does not end"),
    ("</connection>", "out of place"), ("cipher none", "could be forged"), ("auth none", "could be forged"),
    ("data-ciphers AES-256-GCM:none", "could be forged"), ("data-ciphers-fallback none", "could be forged"),
    ("<connection>\nup x\n</connection>", "runs a program"), ("<key>\nx\n</key>", "no PEM block"),
    ("<key>", "not closed"),
    ("auth SHA1\u{7}", "control characters"), ("cipher BF-CBC", "OpenSSL 3 has no BF-CBC: let the server offer AES"),
    ("data-ciphers AES256-GCM", "no such cipher"), ("data-ciphers ?AES256-GCM", "list of ciphers is empty"),
    ("data-ciphers ?none", "could be forged"), ("auth NULL", "could be forged"), ("auth SHAKE128", "no such digest"),
    ("remote a 70000", "1 to 65535"), ("hand-window x", "argument 1 must be a number"), ("fragment 10", "from 68"),
    ("tls-version-min 1.3\ntls-version-max 1.2", "is below tls-version-min"), ("compat-mode 2.3.0", "no BF-CBC"),
    ("tun-mtu 1500\nlink-mtu 1500", "exclude one another"), ("tls-groups X25519:x", "OpenSSL 3 does not know"),
    ("tls-remote x", "verify-x509-name"), ("remote-cert-tls client", "must be server"), ("tls-exit 1", "takes 0"),
    ("allow-compression no\ncomp-lzo", "exclude one another"), ("proto-force tcp", "none of the remote lines"),
    ("<cert>\n\(Fixtures.certificate)</cert>", "go together"), ("ns-cert-type client", "must be a server"),
    ("<tls-crypt>\n\(Fixtures.pem("OpenVPN tls-crypt-v2 client key"))</tls-crypt>", "use it as tls-crypt-v2"),
    ("<tls-crypt-v2>\n\(Fixtures.staticKey)</tls-crypt-v2>", "use it as tls-crypt or tls-auth"),
    ("<peer-fingerprint>\naa:bb\n</peer-fingerprint>", "SHA-256 fingerprints"), ("<verb>\n</verb>", "no such block"),
    ("<key>\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n</key>", "passphrase"),
  ])
  func refuses(line: String, words: String) {
    let message = refusal { _ = try OpenVPNProfile(parsing: Self.minimal + line + "\n") }
    #expect(message?.contains(words) == true, "\(message ?? "accepted")")
  }

  @Test func aRefusalNamesTheLineAndAtMostWordsThatTheGatewayKnows() {
    let unknown = refusal { _ = try OpenVPNProfile(parsing: Self.minimal + "frobnicate\n") }
    #expect(unknown?.contains("line 9") == true && unknown?.contains("frobnicate") == false)
    let known = refusal { _ = try OpenVPNProfile(parsing: Self.minimal + "--route-up /bin/sh\n") }
    #expect(known?.contains("`route-up`") == true && known?.contains("/bin/sh") == false)
  }

  /// OpenVPN reads 254 bytes of a line, and quoting makes lines longer.
  @Test func linesAreAsLongAsOpenVPNReads() throws {
    func line(_ count: Int, of character: Character) -> String {
      "verify-x509-name '\(String(repeating: character, count: count))' name\n"
    }
    _ = try OpenVPNProfile(parsing: Self.minimal + line(200, of: "a"))
    for long in [line(250, of: "a"), line(200, of: "\"")] {
      #expect(refusal { _ = try OpenVPNProfile(parsing: Self.minimal + long) }?.contains("long") == true)
    }
  }

  @Test func wantsACA() {
    #expect(refusal { _ = try OpenVPNProfile(parsing: "client\nremote a 1\n") }?.contains("<ca>") == true)
  }

  @Test func nothingAllowedBringsInAnotherDirective() throws {
    // A block's content is PEM or nothing: no line of it reaches the configuration by itself.
    let text = "<ca>\n\(Fixtures.certificate)up /bin/sh\n\(Fixtures.certificate)</ca>\n"
    let profile = try OpenVPNProfile(parsing: text)
    #expect(!profile.keptLines.joined(separator: "\n").contains("/bin/sh"))
    let quoted = try OpenVPNProfile(parsing: Self.minimal + "verify-x509-name 'a\" up \"/bin/sh' name\n")
    #expect(quoted.keptLines.contains(#"verify-x509-name "a\" up \"/bin/sh" name"#))
  }

  @Test func longLinesEndEarly() {
    let long = Self.minimal + String(repeating: "a", count: 200_000)
    #expect(refusal { _ = try OpenVPNProfile(parsing: long) }?.contains("too long") == true)
  }

  /// As long as a profile may be; with a copy of the block for each line this would take minutes.
  @Test func longBlocksAreRead() {
    let text = "<ca>\n" + String(repeating: "\n", count: 200_000) + "</ca>\n"
    #expect(refusal { _ = try OpenVPNProfile(parsing: text) }?.contains("no PEM block") == true)
  }

  @Test func inlineCredentialsAreTaken() throws {
    let profile = try OpenVPNProfile(parsing: Self.minimal + "<auth-user-pass>\njane\npass word\n</auth-user-pass>\n")
    #expect(profile.credentials == .init(username: "jane", password: "pass word"))
  }

  @Test func theTunnelsServerTakesTheRemotesPlace() throws {
    var files = Fixtures.files
    files.contents["profile.ovpn"] = Array(Self.minimal.utf8)
    let rendering = try OpenVPNRendering(
      OpenVPNProfileSettings(profileFile: "profile.ovpn"),
      server: .init(host: "10.9.8.7", port: 443),
      managementSocket: "/run/c/openvpn.sock",
      files: files
    )
    #expect(rendering.text.contains("remote 10.9.8.7 443\n") && !rendering.text.contains("vpn.example.com"))
  }

  @Test func allRefusalsComeAtOnceEachWithWhatToDo() {
    let message = refusal {
      _ = try OpenVPNProfile(parsing: "client\nup /bin/sh\nplugin x.so\nfrobnicate\n")
    }
    #expect(
      message == """
        line 2: `up` is not allowed: it runs a program: remove it; line 3: `plugin` is not allowed: it runs a program: \
        remove it; line 4: a directive that the gateway does not know (10 characters): remove it if the server does not \
        need it; the profile has no <ca> block: the server could be anyone: add the CA's certificate
        """
    )
    let many = refusal { _ = try OpenVPNProfile(parsing: Self.minimal + String(repeating: "up x\n", count: 1_000)) }
    #expect(many?.hasSuffix("; and 984 more") == true && (many?.utf8.count ?? 0) < 2_000)
  }

  @Test func theNoticeNamesEachDirectiveOnceAndIsBounded() throws {
    let text = Self.minimal + "route 1.2.3.4\nuser nobody\nroute 1.2.3.5\nredirect-gateway\n"
    #expect(
      try OpenVPNProfile(parsing: text).notice
        == "the profile's route, user and redirect-gateway are ignored: routes come from remoteNetworks; the gateway "
        + "runs the process"
    )
    let all = OpenVPNDirective.rows.flatMap { names, directive in
      if case .ignored = directive { names.split(separator: " ").map(String.init) } else { [] as [String] }
    }
    let notice = try OpenVPNProfile(parsing: Self.minimal + all.joined(separator: "\n") + "\n").notice
    #expect(notice?.contains(" more are ignored: ") == true && (notice?.utf8.count ?? 0) <= 1_024)
    #expect(try OpenVPNProfile(parsing: Self.minimal).notice == nil)
  }

  @Test func unknownDirectivesNeedLeave() throws {
    for leave in ["ignore-unknown-option frobnicate", "setenv FORWARD_COMPATIBLE 1"] {
      // The leave holds for the whole profile, as in OpenVPN 2.6 for the lines after it.
      let profile = try OpenVPNProfile(parsing: Self.minimal + leave + "\nfrobnicate hunter2\n")
      #expect(profile.notice?.contains("unknown directives are ignored") == true)
      #expect(profile.notice?.contains("frobnicate") == false)
    }
    #expect(try OpenVPNProfile(parsing: Self.minimal + "setenv opt frobnicate\n").notice != nil)
  }

  @Test(
    arguments: [
      ("proto udp\nremote a 443 tcp-client", nil, false, 443), ("remote a 443 tcp\nproto udp", nil, false, 443),
      ("remote a\nport 5000\nproto tcp", nil, false, 5000), ("remote a\nremote b 443 tcp", nil, true, 1194),
      ("remote a 1194 udp\nremote a 443 tcp", 443, false, 443),
      ("remote b 443 tcp\nremote a 1194 udp", nil, true, 1194),
      ("<connection>\nremote a 443\nproto tcp\n</connection>\nproto udp", nil, false, 443), ("", nil, true, 1194),
      ("remote a 1194 udp\nremote a 443 tcp\nproto-force tcp", nil, false, 443), ("remote a 443 tcp", 8443, false, 443),
    ] as [(String, Int?, Bool, Int)]
  )
  func aRemoteDecidesProtocolAndPort(lines: String, port: Int?, isUDP: Bool, expected: Int) throws {
    let profile = try OpenVPNProfile(parsing: "client\n\(lines)\n<ca>\n\(Fixtures.certificate)</ca>\n")
    let remote = profile.remote(for: "a", port: port)
    #expect(remote.isUDP == isUDP && remote.port == expected)
  }

  @Test func credentialsMayComeFromElsewhere() throws {
    let named = Self.minimal + "<auth-user-pass>\njane\n</auth-user-pass>\n"
    #expect(refusal { _ = try OpenVPNProfile(parsing: named) }?.contains("credentialsSecretRef") == true)
    #expect(try OpenVPNProfile(parsing: named, hasCredentials: true).credentials == nil)
    let file = Self.minimal + "auth-user-pass login.txt\n"
    #expect(
      try OpenVPNProfile(parsing: file, hasCredentials: true).notice
        == "the profile's auth-user-pass is ignored: credentialsSecretRef gives user name and password"
    )
  }

  @Test func everyRefusalOfTheTableSaysWhatToDo() {
    let verbs = [": remove it", ": write ", ": put ", ": use "]
    for (names, directive) in OpenVPNDirective.rows {
      guard case .refused(let reason) = directive else { continue }
      #expect(verbs.contains { reason.contains($0) }, "\(names): \(reason)")
    }
    let names = OpenVPNDirective.rows.flatMap { $0.names.split(separator: " ") }
    #expect(Set(names).count == names.count)
  }
}
