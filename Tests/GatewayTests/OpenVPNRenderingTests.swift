import Foundations
import Gateway
import Testing

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
      "data-ciphers-fallback AES-256-CBC", "auth SHA256", "allow-compression asym", "compress lz4-v2",
      "<auth-user-pass>\noffice\nS3cret \"pass\\word\"\n</auth-user-pass>",
    ] {
      #expect(rendering.text.contains("\n\(line)\n"), "\(line)")
    }
    // Over TCP there is no farewell to notify of.
    #expect(!rendering.text.contains("explicit-exit-notify"))
    #expect(rendering.credentials == .init(username: "office", password: "S3cret \"pass\\word\""))
  }

  /// OpenVPN's management interface takes 255 bytes of a word, and its handshake has room for little more than a
  /// kilobyte.
  @Test func longPasswordsAreHandedOverAndTooLongOnesRefused() throws {
    var settings = Fixtures.openVPN
    (settings.usernameFile, settings.passwordFile) = ("username", "token")
    func rendering(_ password: String) throws -> OpenVPNRendering {
      var files = Fixtures.files
      files.contents["token"] = Array(password.utf8)
      let server = GatewayConfiguration.Server(host: "vpn.example.com", port: 1194)
      return try OpenVPNRendering(settings, server: server, managementSocket: "/s", files: files)
    }
    let long = String(repeating: "x", count: 1_494)
    #expect(try rendering(long).text.contains("<auth-user-pass>\noffice\n\(long)\n</auth-user-pass>\n"))
    #expect(refusal { _ = try rendering(long + "x") }?.contains("1501 bytes together") == true)
    #expect(refusal { _ = try rendering(long.prefix(255) + "</auth-user-pass>") }?.contains("must not contain") == true)
  }

  @Test(arguments: [
    ("AES-256-GCM", "AES-256-GCM"), ("aes256", "AES-256-CBC"), ("chacha20-poly1305", "CHACHA20-POLY1305"),
    ("id-aes128-GCM", "AES-128-GCM"),
  ])
  func ciphersGetOpenVPNsOwnNames(name: String, expected: String) throws {
    var settings = Fixtures.openVPN
    settings.ciphers = [name]
    settings.hmac = "rsa-sha512"
    #expect(try render(settings).text.contains("\ndata-ciphers \(expected)\nauth SHA512\n"))
  }
}
