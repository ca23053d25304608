import Foundations
import Gateway
import Testing

@Suite struct IPsecRenderingTests {
  static let server = GatewayConfiguration.Server(host: "18.188.145.101", port: 500)
  static let networks = ["192.168.100.0/24"].compactMap { IPv4Network($0) }

  @Test func mschapv2() throws {
    let rendering = try IPsecRendering(
      Fixtures.ipsec,
      server: Self.server,
      remoteNetworks: Self.networks,
      files: Fixtures.files
    )
    #expect(
      rendering.connection.text == """
        tunnel {
          version = 2
          remote_addrs = 18.188.145.101
          vips = 0.0.0.0
          proposals = \(IPsecRendering.defaultIKEProposals.joined(separator: ", "))
          keyingtries = 0
          dpd_delay = 2s
          unique = replace
          encap = no
          mobike = no
          fragmentation = yes
          local-1 {
            auth = eap-mschapv2
            id = office
            eap_id = office
          }
          remote-1 {
            auth = pubkey
            id = 18.188.145.101
          }
          children {
            remote {
              remote_ts = 192.168.100.0/24
              esp_proposals = \(IPsecRendering.defaultESPProposals.joined(separator: ", "))
              start_action = none
              close_action = start
              dpd_action = restart
            }
          }
        }

        """
    )
    #expect(rendering.credentials.map(\.command) == ["load-cert", "load-shared"])
    // Byte for byte: no quoting comes between.
    #expect(rendering.credentials.last?.message.string("data") == "S3cret \"pass\\word\"")
    #expect(rendering.secrets == ["S3cret \"pass\\word\""])
    #expect(!rendering.connection.text.contains("S3cret"))
  }

  @Test func eapTLSSendsTheWholeChain() throws {
    var settings = Fixtures.ipsec
    settings.authentication = .eapTLS(certificateFile: "tls.crt", keyFile: "tls.key")
    settings.localIdentity = "gw1@example.com"
    settings.remoteIdentity = "C=DE, CN=\"vpn\""
    let rendering = try IPsecRendering(
      settings,
      server: .init(host: "vpn.example.com", port: 4510),
      remoteNetworks: Self.networks,
      files: Fixtures.files
    )
    let tunnel = try #require(rendering.connection.section("tunnel"))
    #expect(tunnel.string("remote_port") == "4510")
    #expect(tunnel.section("local-1")?.string("id") == "gw1@example.com")
    #expect(tunnel.section("remote-1")?.string("id") == "C=DE, CN=\"vpn\"")
    #expect(rendering.credentials.map(\.command) == ["load-cert", "load-cert", "load-key"])
  }

  private func tunnel(_ settings: IPsecSettings, networks: [String] = ["192.168.100.0/24"]) throws
    -> ConfigurationSection
  {
    let rendering = try IPsecRendering(
      settings,
      server: Self.server,
      remoteNetworks: networks.compactMap { IPv4Network($0) },
      files: Fixtures.files
    )
    return try #require(rendering.connection.section("tunnel"))
  }

  @Test func aCertificateWithoutEAPSigns() throws {
    var settings = Fixtures.ipsec
    settings.authentication = .certificate(certificateFile: "tls.crt", keyFile: "tls.key")
    let local = try #require(try tunnel(settings).section("local-1"))
    #expect(local.string("auth") == "pubkey" && local["eap_id"] == nil && local["id"] == nil)
    #expect(local.strings("certs").count == 1)
  }

  @Test func theServerMayProveItselfByAKeyWhileTheUserHasAPassword() throws {
    var settings = Fixtures.ipsec
    settings.caFile = nil
    settings.serverKeyFile = "psk"
    let rendering = try IPsecRendering(
      settings,
      server: Self.server,
      remoteNetworks: Self.networks,
      files: Fixtures.files
    )
    let tunnel = try #require(rendering.connection.section("tunnel"))
    #expect(tunnel.section("local-1")?.string("auth") == "eap-mschapv2")
    #expect(tunnel.section("remote-1")?.string("auth") == "psk")
    #expect(rendering.credentials.map { $0.message.string("type") } == ["EAP", "IKE"])
    #expect(rendering.secrets == ["S3cret \"pass\\word\"", "0sshared key"])
  }

  @Test func withoutAVirtualAddressNoneIsAskedForAndTheOwnNetworkIsProposed() throws {
    var settings = Fixtures.ipsec
    settings.ownAddress = .address("10.99.0.5/24")
    let child = try #require(try tunnel(settings).section("children")?.section("remote"))
    #expect(child.strings("local_ts") == ["10.99.0.0/24"])
    #expect(try tunnel(settings)["vips"] == nil)
    settings.ownAddress = .pod
    #expect(try tunnel(settings)["vips"] == nil)
    #expect(try tunnel(settings).section("children")?.section("remote")?["local_ts"] == nil)
  }

  @Test func severalNetworksCanBeAskedForOneByOne() throws {
    let children = try tunnel(Fixtures.ipsec, networks: ["192.168.100.0/24", "10.1.0.0/16"]).section("children")
    #expect(
      children?.sections.map { "\($0.name) \($0.section.strings("remote_ts").joined(separator: " "))" } == [
        "remote 192.168.100.0/24 10.1.0.0/16", "remote-192.168.100.0/24 192.168.100.0/24",
        "remote-10.1.0.0/16 10.1.0.0/16",
      ]
    )
  }

  @Test(arguments: [
    ("office", "office"), ("jane@example.com", "jane@example.com"), ("a.b-c_d", "a.b-c_d"),
    ("jürgen", "fqdn:#6ac3bc7267656e"), ("@alice", "fqdn:#40616c696365"), ("*", "fqdn:#2a"), ("%any", "fqdn:#25616e79"),
    ("10.1.2.3", "fqdn:#31302e312e322e33"), ("email:al", "fqdn:#656d61696c3a616c"), ("CN=al", "fqdn:#434e3d616c"),
    ("D\\al", "fqdn:#445c616c"), ("al@b@c", "rfc822:#616c40624063"), ("jü@b.de", "rfc822:#6ac3bc40622e6465"),
    ("{2}:x", "fqdn:#7b327d3a78"),
  ])
  func userNamesAreTakenLiterally(user: String, identity: String) throws {
    var files = Fixtures.files
    files.contents["username"] = Array(user.utf8)
    let rendering = try IPsecRendering(
      Fixtures.ipsec,
      server: Self.server,
      remoteNetworks: Self.networks,
      files: files
    )
    let local = rendering.connection.section("tunnel")?.section("local-1")
    #expect(local?.string("eap_id") == identity && local?.string("id") == identity)
    #expect(rendering.credentials.last?.message.strings("owners") == [identity])
    #expect(rendering.login?.first == user)
  }

  @Test func aSecretThatViciCannotCarryIsRefused() {
    var files = Fixtures.files
    files.contents["password"] = Array(repeating: UInt8(ascii: "a"), count: 65_536)
    let message = refusal {
      _ = try IPsecRendering(Fixtures.ipsec, server: Self.server, remoteNetworks: Self.networks, files: files)
    }
    #expect(message?.contains("65,535 bytes") == true)
  }

  @Test func pskAuthenticatesBothWays() throws {
    let rendering = try IPsecRendering(
      IPsecSettings(authentication: .psk(keyFile: "psk"), caFile: nil),
      server: Self.server,
      remoteNetworks: Self.networks,
      files: Fixtures.files
    )
    let tunnel = try #require(rendering.connection.section("tunnel"))
    #expect(tunnel.section("local-1")?.string("auth") == "psk")
    #expect(tunnel.section("remote-1")?.string("auth") == "psk")
    #expect(rendering.credentials.map { $0.message.string("data") } == ["0sshared key"])
  }

  @Test func aMissingFileIsRefused() {
    let message = refusal {
      _ = try IPsecRendering(
        Fixtures.ipsec,
        server: Self.server,
        remoteNetworks: Self.networks,
        files: GatewaySecretFiles()
      )
    }
    #expect(message == "the Secret has no file \"ca.crt\"")
  }

  @Test func userlandIsAPluginMore() {
    let kernel = IPsecRendering.daemonConfiguration(viciSocket: "/run/cloudlinker/charon.vici", userlandESP: false)
    let userland = IPsecRendering.daemonConfiguration(viciSocket: "/run/cloudlinker/charon.vici", userlandESP: true)
    #expect(!kernel.contains("kernel-libipsec"))
    #expect(userland.replacing(" kernel-libipsec", with: "") == kernel)
    #expect(kernel.contains("socket = unix:///run/cloudlinker/charon.vici"))
    // NET_BIND_SERVICE is not among the pod's capabilities.
    #expect(kernel.contains("port = 0\n") && kernel.contains("port_nat_t = 0\n"))
    #expect(!kernel.contains("resolve"))
  }
}

@Suite struct OpenVPNRenderingTests {
  func render(_ settings: OpenVPNSettings) throws -> OpenVPNRendering {
    try OpenVPNRendering(
      settings,
      server: .init(host: "vpn.example.com", port: 1194),
      managementSocket: "/run/c/openvpn.sock",
      files: Fixtures.files
    )
  }

  static let head = """
    client
    dev tun0
    dev-type tun
    proto udp4
    remote vpn.example.com 1194
    nobind
    resolv-retry infinite
    connect-retry 1 15
    connect-timeout 10
    persist-tun
    persist-key
    ifconfig-noexec
    route-noexec
    route-nopull
    pull-filter ignore "route"
    pull-filter ignore "redirect-"
    pull-filter ignore "dhcp-option"
    pull-filter ignore "dns"
    pull-filter ignore "block-"
    pull-filter ignore "ifconfig-ipv6"
    pull-filter ignore "ping"
    suppress-timestamps
    ping 1
    ping-restart 6
    auth-nocache
    auth-retry none
    script-security 1
    disable-dco
    explicit-exit-notify 1
    management /run/c/openvpn.sock unix
    management-client
    management-hold
    management-query-passwords
    verb 3

    """

  @Test func certificatesOverUDP() throws {
    var settings = Fixtures.openVPN
    settings.staticKey = .tlsCrypt(file: "static.key")
    settings.serverName = "the \"server\""
    #expect(
      try render(settings).text == Self.head + """
        remote-cert-tls server
        verify-x509-name "the \\"server\\"" name
        tls-version-min 1.2
        data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305
        <ca>
        \(Fixtures.certificate)</ca>
        <cert>
        \(Fixtures.certificate)\(Fixtures.pem("CERTIFICATE", "SW50ZXI="))</cert>
        <key>
        \(Fixtures.key)</key>
        <tls-crypt>
        \(Fixtures.staticKey)</tls-crypt>

        """
    )
  }

  @Test func thePublishedServer() throws {
    let settings = OpenVPNSettings(
      transport: .tcp,
      caFile: "ca.crt",
      usernameFile: "username",
      passwordFile: "password",
      fallbackCipher: "AES-256-CBC",
      hmac: "SHA256",
      compression: .lz4v2
    )
    let rendering = try render(settings)
    for line in [
      "proto tcp4-client", "data-ciphers AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305:AES-256-CBC",
      "data-ciphers-fallback AES-256-CBC", "auth SHA256", "allow-compression asym", "compress lz4-v2", "auth-user-pass",
    ] {
      #expect(rendering.text.contains("\n\(line)\n"), "\(line)")
    }
    // Over TCP there is no farewell to notify of, and the password goes over the socket.
    #expect(!rendering.text.contains("explicit-exit-notify") && !rendering.text.contains("S3cret"))
    #expect(rendering.credentials == .init(username: "office", password: "S3cret \"pass\\word\""))
  }
}

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
    ("client-connect x", "runs a program"), ("route 10.0.0.0 255.0.0.0", "remoteNetworks"),
    ("redirect-gateway def1", "remoteNetworks"), ("route-ipv6 ::/0", "remoteNetworks"),
    ("dhcp-option DNS 8.8.8.8", "resolver"), ("setenv PATH /tmp", "environment"), ("setenv-safe A b", "environment"),
    ("config /etc/shadow", "must be whole"), ("management 0.0.0.0 7505", "gateway's own"),
    ("management-external-key", "names a file"), ("log /tmp/x", "gateway's own"), ("log-append x", "gateway's own"),
    ("writepid x", "names a file"), ("status x", "names a file"), ("askpass x", "names a file"),
    ("pkcs12 x", "names a file"), ("cd /", "gateway's to run"), ("chroot /", "gateway's to run"),
    ("daemon", "gateway's to run"), ("user nobody", "gateway's to run"), ("group nogroup", "gateway's to run"),
    ("ifconfig 10.96.0.1 10.96.0.2", "address from the server"), ("http-proxy h 80", "proxies"),
    ("ca ca.crt", "into a <ca> block"), ("key /etc/ssl/key", "into a <key> block"),
    ("auth-user-pass /tmp/x", "credentialsSecretRef"), ("dev tap0", "only tun"), ("proto udp6", "protocol"),
    ("frobnicate 1", "does not know (10 characters)"), ("auth \"SHA1", "not closed"), ("<script>", "does not know"),
    ("<pkcs12>", "names a file"), ("<connection>\n<ca>", "inside <connection>"), ("<ca", "does not end"),
    ("</connection>", "out of place"), ("cipher none", "could be forged"), ("auth none", "could be forged"),
    ("data-ciphers AES-256-GCM:none", "could be forged"), ("data-ciphers-fallback none", "could be forged"),
    ("<connection>\nup x\n</connection>", "runs a program"), ("<key>\nx\n</key>", "no PEM block"),
    ("<key>", "not closed"),
    ("auth SHA1\u{7}", "control characters"),
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
}
