import Foundations
import Gateway
import Testing

@Suite struct ConfigurationValidationTests {
  @Test func acceptsTheHeadline() throws { try Fixtures.configuration().validate() }

  static let refused: [(String, @Sendable (inout GatewayConfiguration) -> Void)] = [
    ("server.host", { $0.server.host = "vpn;rm -rf" }), ("server.host", { $0.server.host = "" }),
    ("server.host", { $0.server.host = "1.2.3" }), ("server.host", { $0.server.host = "-x.example.com" }),
    ("server.host", { $0.server.host = "a\nremote evil" }), ("server.host", { $0.server.host = "0x7f000001" }),
    ("link-local", { $0.server.host = "169.254.169.254" }), ("loopback", { $0.server.host = "127.0.0.1" }),
    ("multicast", { $0.server.host = "224.0.0.1" }), ("reserved", { $0.server.host = "255.255.255.255" }),
    ("this network", { $0.server.host = "0.0.0.0" }), ("server.port", { $0.server.port = 0 }),
    ("server.port", { $0.server.port = 70_000 }),
    ("remoteNetworks is empty", { $0.remoteNetworks = [] }),
    ("0.0.0.0/0", { $0.remoteNetworks = ["0.0.0.0/0"] }), ("not an IPv4 network", { $0.remoteNetworks = ["fd00::/8"] }),
    ("overlaps 127.0.0.0/8", { $0.remoteNetworks = ["127.0.0.0/16"] }),
    ("overlaps 169.254.0.0/16", { $0.remoteNetworks = ["169.254.169.254/32"] }),
    ("lies inside remoteNetworks", { $0.server.host = "192.168.100.1" }),
    ("TCP port 15021", { $0.forwards = [Fixtures.forward(15021)] }),
    ("TCP port 15022", { $0.forwards = [Fixtures.forward(15022)] }),
    ("is taken by", { $0.forwards = [Fixtures.forward(33000), Fixtures.forward(33000, "192.168.100.31")] }),
    ("outside remoteNetworks", { $0.forwards = [Fixtures.forward(33000, "10.0.0.1")] }),
    ("needs `dns`", { $0.forwards = [Fixtures.forward(33000, "db.corp")] }),
    ("dns \"8.8.8.8\"", { $0.forwards = [Fixtures.forward(33000, "db.corp", dns: "8.8.8.8")] }),
    ("ports must be", { $0.forwards = [Fixtures.forward(0)] }),
    ("probe.address", { $0.probe.address = "192.168.100.30" }),
    ("probe.address", { $0.probe.address = "10.0.0.1:80" }), ("probe:", { $0.probe.periodMilliseconds = 0 }),
    ("siblings", { $0.siblings = "a b" }), ("maximumSegmentSize", { $0.maximumSegmentSize = 9000 }),
    (
      "caFile is missing",
      {
        $0.protocolSettings = .ipsec(
          IPsecSettings(
            authentication: .eapTLS(certificateFile: "tls.crt", keyFile: "tls.key"),
            caFile: nil
          )
        )
      }
    ),
    (
      "not the name of a file",
      {
        $0.protocolSettings = .ipsec(
          IPsecSettings(
            authentication: .psk(keyFile: "../../etc/shadow"),
            caFile: nil
          )
        )
      }
    ),
    (
      "ikeProposals",
      { configuration in
        var settings = Fixtures.ipsec
        settings.ikeProposals = ["aes256 }\nconnections {"]
        configuration.protocolSettings = .ipsec(settings)
      }
    ),
    (
      "remoteIdentity",
      { configuration in
        var settings = Fixtures.ipsec
        settings.remoteIdentity = "a\nb"
        configuration.protocolSettings = .ipsec(settings)
      }
    ),
    (
      "neither a client certificate nor",
      { $0.protocolSettings = .openVPN(OpenVPNSettings(transport: .udp, caFile: "ca.crt")) }
    ),
    (
      "go together",
      { configuration in
        var settings = Fixtures.openVPN
        settings.keyFile = nil
        configuration.protocolSettings = .openVPN(settings)
      }
    ),
    (
      "hmac",
      { configuration in
        var settings = Fixtures.openVPN
        settings.hmac = "SHA256\nup /bin/sh"
        configuration.protocolSettings = .openVPN(settings)
      }
    ),
    ("ciphers: \"none\"", { $0.protocolSettings = openVPN { $0.ciphers = ["AES-256-GCM", "none"] } }),
    ("fallbackCipher: \"NONE\"", { $0.protocolSettings = openVPN { $0.fallbackCipher = "NONE" } }),
    ("ciphers: \"BF-CBC\": OpenSSL 3 has no BF-CBC", { $0.protocolSettings = openVPN { $0.ciphers = ["BF-CBC"] } }),
    ("ciphers: \"AES256-GCM\": OpenVPN 2.6 has no", { $0.protocolSettings = openVPN { $0.ciphers = ["AES256-GCM"] } }),
    ("fallbackCipher: \"CAST5-CBC\"", { $0.protocolSettings = openVPN { $0.fallbackCipher = "CAST5-CBC" } }),
    ("hmac: \"whirlpool\"", { $0.protocolSettings = openVPN { $0.hmac = "whirlpool" } }),
    (
      "ciphers have 137 characters together",
      {
        $0.protocolSettings = openVPN {
          $0.ciphers =
            ["CBC", "OFB", "CFB", "CFB1", "CFB8"].flatMap { ["CAMELLIA-128-\($0)", "CAMELLIA-256-\($0)"] }.prefix(8)
            + []
        }
      }
    ),
    (
      "serverName has 231 bytes",
      { $0.protocolSettings = openVPN { $0.serverName = String(repeating: "a", count: 231) } }
    ),
    ("hmac: \"none\"", { $0.protocolSettings = openVPN { $0.hmac = "none" } }),
    ("espProposals: \"null-sha256\"", { $0.protocolSettings = ipsec { $0.espProposals = ["null-sha256"] } }),
    ("espProposals: \"aes128-null\"", { $0.protocolSettings = ipsec { $0.espProposals = ["aes128-null"] } }),
    ("espProposals: \"aes256gmac\"", { $0.protocolSettings = ipsec { $0.espProposals = ["aes256gmac"] } }),
  ]

  private static func openVPN(_ change: (inout OpenVPNSettings) -> Void) -> GatewayConfiguration.ProtocolSettings {
    var settings = Fixtures.openVPN
    change(&settings)
    return .openVPN(settings)
  }
  private static func ipsec(_ change: (inout IPsecSettings) -> Void) -> GatewayConfiguration.ProtocolSettings {
    var settings = Fixtures.ipsec
    change(&settings)
    return .ipsec(settings)
  }

  @Test func groupsMayBeNone() throws {
    let change: (inout IPsecSettings) -> Void = {
      ($0.ikeProposals, $0.espProposals) = (IPsecRendering.defaultIKEProposals, IPsecRendering.defaultESPProposals)
    }
    try Fixtures.configuration { $0.protocolSettings = Self.ipsec(change) }.validate()
  }

  @Test func theLongestListAndName() throws {
    let change: (inout OpenVPNSettings) -> Void = {
      $0.ciphers = Array(repeating: "ARIA-256-GCM", count: 8) + ["AES-256-GCM", "AES-256-CBC"]
      $0.serverName = String(repeating: "a", count: 230)
    }
    try Fixtures.configuration { $0.protocolSettings = Self.openVPN(change) }.validate()
  }

  @Test(arguments: refused.indices) func refuses(index: Int) {
    let (words, change) = Self.refused[index]
    let message = refusal { try Fixtures.configuration(change).validate() }
    #expect(message?.contains(words) == true, "\(message ?? "accepted")")
    #expect(message?.contains("\n") != true)
  }

  @Test func aNameBehindTheTunnelNeedsAServerBehindIt() throws {
    try Fixtures.configuration { $0.forwards = [Fixtures.forward(1, "db.corp", dns: "192.168.100.53")] }.validate()
  }

  @Test func oneNumberServesBothTransports() throws {
    try Fixtures.configuration { $0.forwards = [Fixtures.forward(53), Fixtures.forward(53, transport: .udp)] }
      .validate()
  }

  @Test(
    arguments: [
      ("password", nil), ("lines", "more than one line"), ("empty", "is empty"), ("binary", "not text"),
      ("nothing", "has no file"), ("marked", nil),
    ] as [(String, String?)]
  )
  func readsLines(file: String, words: String?) {
    let message = refusal { _ = try Fixtures.files.line(file) }
    #expect(words == nil ? message == nil : message?.contains(words ?? "") == true)
  }

  @Test func namesWhatStandsInAFilesPlace() {
    func words(_ text: [UInt8], _ read: (GatewaySecretFiles) throws -> Void) -> String {
      refusal { try read(GatewaySecretFiles(["f": text])) } ?? ""
    }
    let trusted = Array(Fixtures.pem("TRUSTED CERTIFICATE").utf8)
    #expect(words(trusted) { _ = try $0.certificates("f") }.contains("openssl x509"))
    #expect(words([0x30, 0x82, 0xff]) { _ = try $0.certificates("f") }.contains("DER or PKCS#12: convert it to PEM"))
    let client = Array(Fixtures.pem("OpenVPN tls-crypt-v2 client key").utf8)
    #expect(words(client) { _ = try $0.staticKey("f", mode: "tls-crypt") }.contains("use it as tls-crypt-v2"))
    #expect(words(client) { _ = try $0.staticKey("f", mode: "tls-crypt-v2") } == "")
    let fixed = Array(Fixtures.staticKey.utf8)
    #expect(words(fixed) { _ = try $0.staticKey("f", mode: "tls-crypt-v2") }.contains("as the server does"))
  }

  @Test func refusesKeysWithAPassphrase() {
    #expect(refusal { _ = try Fixtures.files.privateKey("encrypted.key") }?.contains("passphrase") == true)
  }

  @Test func takesPEMApart() {
    let text =
      "junk\r\n" + Fixtures.certificate.replacing("\n", with: "\r\n") + "</ca>\nup /bin/sh\n" + Fixtures.key
      + "-----BEGIN CERTIFICATE-----\nAAA\n</ca>\n-----END CERTIFICATE-----\n-----BEGIN X-----\n"
    #expect(PEM.certificates(in: text) == [Fixtures.certificate])
    #expect(PEM.privateKey(in: text)?.text == Fixtures.key)
  }
}
