import CloudLinkerAPI
import FoundationEssentials
import Gateway
import Kubernetes
import TestSupport
import Testing

@testable import Reconcilers

@Suite struct GatewayContentTests {
  /// Tunnels and zones come from users, and may look like the place where the revision goes.
  @Test func theConfigurationThatAGatewayReadsNamesItsRevision() throws {
    let trap = #""revision":"""#
    var configuration = GatewayConfiguration(
      revision: "",
      connection: "production/office",
      tunnel: trap,
      zone: trap,
      protocolSettings: .ipsec(IPsecSettings(authentication: .psk(keyFile: "psk"), caFile: nil)),
      server: GatewayConfiguration.Server(host: trap, port: 500),
      remoteNetworks: ["192.168.100.0/24"],
      forwards: [],
      siblings: trap
    )
    let secret = try GatewaySecret(configuration: configuration, files: ["psk": Array(trap.utf8)])
    let json = try #require(Data(base64Encoded: secret.data["gateway.json"] ?? ""))
    configuration.revision = secret.revision
    #expect(secret.revision.count == 16)
    #expect(try JSONDecoder().decode(GatewayConfiguration.self, from: json) == configuration)
    configuration.revision = ""
    let others = try GatewaySecret(configuration: configuration, files: [:])
    #expect(others.revision != secret.revision, "it covers the files too")
  }

  /// What is not asked for is not in the configuration: gateways of an earlier version keep their revision.
  @Test(arguments: [nil, true] as [Bool?])
  func theConnectionLogIsAskedForByTheConnection(_ isAsked: Bool?) throws {
    var connection = Fixture.connection()
    connection.spec.connectionLog = isAsked
    let content = GatewayContent(
      connection: connection,
      credentials: Fixture.facts(connection).credentials,
      forwards: [],
      siblings: nil
    )
    let secret = try content.secret(try #require(connection.spec.tunnels.first))
    let json = try #require(Data(base64Encoded: secret.data["gateway.json"] ?? ""))
    #expect(String(decoding: json, as: UTF8.self).contains(#""connectionLog":true"#) == (isAsked == true))
    #expect(try JSONDecoder().decode(GatewayConfiguration.self, from: json).connectionLog == isAsked)
  }

  /// The reference may name any Secret of the namespace, and more people read the status than the Secret.
  @Test func aSecretThatIsNoProfileDoesNotShowInTheStatus() {
    var connection = Fixture.connection()
    connection.spec.type = .openVPN
    connection.spec.ipsec = nil
    connection.spec.openVPN = OpenVPNSpec(profileSecretRef: SecretKeyReference(name: "database", key: "password"))
    var facts = Fixture.facts(connection)
    for secret in SecretShapes.samples {
      facts.credentials = Credentials(secrets: ["database": ["password": Array(secret.utf8)]])
      let plan = GatewayPlan(facts)
      let status = "\(plan.status)"
      #expect(status.contains(Reason.profileRefused.rawValue))
      #expect(SecretShapes.leak(of: secret, in: status) == nil, "\(status)")
    }
  }

  /// The gateway would refuse it too, but only once it is told.
  @Test func aTunnelThatEncryptsNothingNeverComesToAGateway() {
    var connection = Fixture.connection()
    connection.spec.ipsec?.espProposals = ["null-sha256"]
    let plan = GatewayPlan(Fixture.facts(connection))
    #expect(plan.actions == [])
    let accepted = plan.status.conditions?.first { $0.type == ConditionType.accepted.rawValue }
    #expect(accepted?.status == "False" && accepted?.reason == Reason.configurationRefused.rawValue)
    #expect(accepted?.message.contains(#"espProposals: "null-sha256""#) == true)
  }

  /// A profile with a certificate whose ports and harmless directives matter.
  private func facts(_ lines: String, credentials: [String: [UInt8]]? = nil) -> GatewayFacts {
    func pem(_ label: String) -> String { "-----BEGIN \(label)-----\nAAAA\n-----END \(label)-----\n" }
    let profile = """
      client
      dev tun
      \(lines)
      <ca>
      \(pem("CERTIFICATE"))</ca>

      """
    var connection = Fixture.connection()
    connection.spec.type = .openVPN
    connection.spec.ipsec = nil
    connection.spec.openVPN = OpenVPNSpec(
      profileSecretRef: SecretKeyReference(name: "profile"),
      credentialsSecretRef: credentials == nil ? nil : PasswordSecretReference(name: "account")
    )
    for index in connection.spec.tunnels.indices { connection.spec.tunnels[index].port = nil }
    var facts = Fixture.facts(connection)
    facts.credentials = Credentials(secrets: ["profile": ["profile.ovpn": Array(profile.utf8)]])
    facts.credentials.secrets["account"] = credentials
    return facts
  }
  private static let account: [String: [UInt8]] = ["username": Array("office".utf8), "password": Array("x".utf8)]

  @Test func theProfileGivesThePortThatATunnelDoesNotName() throws {
    var facts = facts("remote vpn.example.com 443 tcp\nremote other 1194", credentials: Self.account)
    facts.connection.spec.tunnels[1].port = 8443
    let plan = GatewayPlan(facts)
    let servers = try #require(plan.status.tunnels).map { $0.server ?? "" }
    #expect(servers.map { $0.split(separator: ":").last } == ["443", "8443"])
    let policies = plan.actions.compactMap { action -> NetworkPolicy? in
      if case .applyNetworkPolicy(let policy) = action { policy } else { nil }
    }
    let ports = policies.flatMap { $0.spec?.egress ?? [] }.flatMap { $0.ports ?? [] }.map(\.port)
    #expect(ports.contains(.int(443)) && ports.contains(.int(8443)) && !ports.contains(.int(1194)))
    let secrets = plan.actions.compactMap { action -> String? in
      if case .applySecret(let secret) = action { secret.data?["gateway.json"] } else { nil }
    }
    let texts = secrets.compactMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) }
    #expect(texts.filter { $0.contains("\"port\":443") }.count == 1, "\(texts)")
  }

  @Test func whatIsIgnoredIsNoticedOnceForAllTunnels() {
    let plan = GatewayPlan(
      facts("remote a\nredirect-gateway\ndhcp-option DNS 8.8.8.8", credentials: Self.account)
    )
    #expect(
      plan.status.notices == [
        "the profile's redirect-gateway and dhcp-option are ignored: routes come from remoteNetworks; the cluster "
          + "resolves names"
      ]
    )
    #expect(GatewayPlan(facts("remote a", credentials: Self.account)).status.notices == nil)
  }

  @Test func aProfileThatProvesNothingIsRefused() {
    let plan = GatewayPlan(facts("remote a"))
    #expect(plan.actions == [])
    let ready = plan.status.conditions?.first { $0.type == ConditionType.ready.rawValue }
    #expect(ready?.reason == Reason.profileRefused.rawValue)
    #expect(ready?.message.contains("give user name and password with credentialsSecretRef") == true)
  }

  @Test func aPasswordThatOpenVPNHasNoRoomForIsRefused() {
    var account = Self.account
    account["password"] = Array(String(repeating: "x", count: 1_495).utf8)
    let plan = GatewayPlan(facts("remote a", credentials: account))
    #expect(plan.actions == [])
    let accepted = plan.status.conditions?.first { $0.type == ConditionType.accepted.rawValue }
    #expect(accepted?.reason == Reason.configurationRefused.rawValue)
    #expect(accepted?.message.contains("Secret \"account\": user name and password have 1501 bytes") == true)
    #expect(accepted?.message.contains("xxx") == false)
  }
}
