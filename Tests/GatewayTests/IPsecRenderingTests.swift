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
