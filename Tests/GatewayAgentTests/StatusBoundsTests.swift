import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct StatusBoundsTests {
  /// Daemons, servers and resolvers word these texts; a status that is too long is refused whole.
  @Test func nothingInAStatusIsLongerThanTheSchemasAdmit() throws {
    let long = String(repeating: "é\u{9b}", count: 10_000)
    var state = AgentState(now: Timestamp(seconds: 1))
    let forward = GatewayConfiguration.Forward(
      owner: "production/hello",
      portName: "http",
      transport: .tcp,
      port: 33000,
      targetHost: "192.168.100.30",
      targetPort: 8080
    )
    var material = try Samples.material()
    material.configuration.forwards = [forward]
    state.material = material
    state.reachability[forward.forwardPort] = .init(value: .unreachable, since: Timestamp(seconds: 1), error: long)
    state.configurationError = long
    for notice in AgentState.Notice.allCases { state.notices[notice] = long }
    state.tunnel.serverIs(long)
    state.tunnel.failed(DaemonFailure(.other, long))
    let status = state.status
    func count(_ text: String?) -> Int { text?.unicodeScalars.count ?? 0 }
    #expect(count(status.tunnel.lastError) == GatewayStatus.Limits.tunnelError)
    #expect(count(status.tunnel.serverAddress) == GatewayStatus.Limits.server)
    #expect(count(status.forwards.first?.lastError) == GatewayStatus.Limits.forwardError)
    #expect(count(status.configurationError) == GatewayStatus.Limits.tunnelError)
    #expect(status.notices.map { count($0) } == AgentState.Notice.allCases.map { _ in GatewayStatus.Limits.notice })
    #expect(status.tunnel.lastError?.hasSuffix("…") == true && status.tunnel.lastError?.contains("\u{9b}") == false)
    let body = EndpointAnswer(path: "/readyz", state: state, stalled: [], now: Timestamp(seconds: 0)).body
    #expect(count(body) < 4200 && !body.contains("\u{9b}"))
  }

  /// openvpn repeats arguments of a profile in its messages, and the profile is a Secret.
  @Test func daemonsMessagesShowNothingOfAProfile() throws {
    let profile = """
      client
      dev tun
      remote vpn.example.com 1194 udp
      remote-cert-tls server
      tls-cipher hunter2-Pa55w0rd:TLS-AES
      verify-x509-name "C=DE, CN=Zx81Commodore" subject
      auth SHA256
      tun-mtu 1400
      <ca>
      \(Samples.certificate)</ca>

      """
    let material = try Samples.material(profile: profile)
    func shown(_ line: String) -> String? {
      let classifier = DaemonLogClassifier(material)
      return classifier.openVPN(DaemonLog.redacted(line, material.secrets))?.words
    }
    #expect(
      shown("Options error: Unrecognized option in /run/x.conf:35: tls-cipher hunter2-Pa55w0rd:TLS-AES (2.6.14)")
        == "openvpn refused its configuration: Unrecognized option in /run/x.conf:35: tls-cipher *** (2.6.14)"
    )
    #expect(shown("Options error: no cipher 'hunter2-Pa55w0rd'")?.hasSuffix("no cipher '***'") == true)
    #expect(
      shown("Options error: name Zx81Commodore, server, SHA256, 1400")?.hasSuffix("name ***, server, SHA256, 1400")
        == true
    )
  }
}

enum Samples {
  static let certificate = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ0==\n-----END CERTIFICATE-----\n"

  /// What a gateway is told, OpenVPN by a profile.
  static func material(
    profile: String = "client\n<ca>\n\(certificate)</ca>\n"
  ) throws(ConfigurationRefusal) -> GatewayMaterial {
    let configuration = GatewayConfiguration(
      revision: "r1",
      connection: "production/office",
      tunnel: "a",
      zone: nil,
      protocolSettings: .openVPNProfile(OpenVPNProfileSettings(profileFile: "profile.ovpn")),
      server: GatewayConfiguration.Server(host: "vpn1.example.com", port: 1194),
      remoteNetworks: ["192.168.100.0/24"],
      forwards: []
    )
    return try GatewayMaterial(
      configuration,
      files: GatewaySecretFiles(["profile.ovpn": Array(profile.utf8)]),
      runtime: RuntimeDirectory(path: "/run/test")
    )
  }

  /// The same for IPsec with user name and password.
  static func login(
    tunnel: String,
    revision: String? = "1",
    password: String = "wrong",
    siblings: String? = "gateways.example.com",
    networks: [String] = ["192.168.100.0/24"]
  ) throws(ConfigurationRefusal) -> GatewayMaterial {
    let configuration = GatewayConfiguration(
      revision: "r1",
      connection: "production/office",
      tunnel: tunnel,
      zone: nil,
      protocolSettings: .ipsec(
        IPsecSettings(
          authentication: .eapMSCHAPv2(usernameFile: "username", passwordFile: "password"),
          caFile: "ca.crt"
        )
      ),
      server: GatewayConfiguration.Server(host: "vpn1.example.com", port: 500),
      remoteNetworks: networks,
      forwards: [],
      siblings: siblings,
      credentialsRevision: revision
    )
    let files = ["username": "office", "password": password, "ca.crt": certificate]
    return try GatewayMaterial(
      configuration,
      files: GatewaySecretFiles(files.mapValues { Array($0.utf8) }),
      runtime: RuntimeDirectory(path: "/run/test")
    )
  }
}
