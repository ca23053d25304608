import CloudLinkerAPI
import Foundations
import Gateway
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct GatewayNetworkPolicyTests {
  typealias Port = NetworkPolicy.Port
  typealias Peer = NetworkPolicy.Peer

  private func spec(
    _ connection: VPNConnection = Fixture.connection(),
    forwards: [PortForward] = [Fixture.forward()],
    _ change: (inout GatewayDefaults) -> Void = { _ in }
  ) throws -> NetworkPolicy.Spec {
    var defaults = Fixture.defaults
    change(&defaults)
    let objects = GatewayObjects(connection: connection, defaults: defaults)
    return try #require(objects.networkPolicy(ports: GatewayObjects.ports(of: forwards)).spec)
  }
  private func ingress(_ spec: NetworkPolicy.Spec, from peer: Peer) -> [[Port]?] {
    (spec.ingress ?? []).filter { $0.from?.contains(peer) == true }.map(\.ports)
  }
  private let status = Port(protocol: "TCP", port: 15021)
  private func namespace(_ name: String) -> Peer {
    Peer(namespaceSelector: LabelSelector(matchLabels: ["kubernetes.io/metadata.name": name]))
  }

  @Test func usersReachAcceptedPortsOnly() throws {
    var connection = Fixture.connection()
    connection.spec.allowedNamespaces = ["tools"]
    var udp = Fixture.forward("dns", port: 53)
    udp.spec.ports[0].protocol = .udp
    let spec = try spec(connection, forwards: [Fixture.forward(), udp])
    for user in ["production", "tools"] {
      #expect(
        ingress(spec, from: namespace(user)) == [[Port(protocol: "UDP", port: 53), Port(protocol: "TCP", port: 33000)]]
      )
    }
  }

  @Test func withoutAForwardThereIsNoRuleForUsers() throws {
    let spec = try spec(forwards: [])
    #expect(ingress(spec, from: namespace("production")) == [])
    #expect(
      (spec.ingress ?? []).allSatisfy { $0.ports?.isEmpty != true },
      "an empty list of ports would mean every port"
    )
  }

  @Test func theStatusPortIsForTheOperatorAndTheMonitoringNamespace() throws {
    let operators = Peer(
      namespaceSelector: LabelSelector(matchLabels: ["kubernetes.io/metadata.name": "cloudlinker-system"]),
      podSelector: LabelSelector(matchLabels: ["app.kubernetes.io/name": "cloudlinker-operator"])
    )
    let plain = try spec()
    #expect(ingress(plain, from: operators) == [[status]])
    #expect((plain.ingress ?? []).filter { $0.ports == [status] }.flatMap { $0.from ?? [] } == [operators])
    let monitored = try spec { $0.monitoringNamespace = "monitoring" }
    #expect(ingress(monitored, from: namespace("monitoring")) == [[status]])
  }

  /// Else the operator could not tell by it whether anything enforces the policy.
  @Test func nobodyButSiblingsReachesThePolicyCanary() throws {
    #expect(PortForwardSpec.gatewayPorts == [GatewayConfiguration.endpointPort, PolicyCanary.port])
    let spec = try spec { $0.monitoringNamespace = "monitoring" }
    let siblings = Peer(podSelector: spec.podSelector)
    for rule in spec.ingress ?? [] where rule.from != [siblings] {
      let ports = try #require(rule.ports)
      #expect(!ports.isEmpty && !ports.contains(Port(protocol: "TCP", port: .int(PolicyCanary.port))))
    }
  }

  @Test func siblingsReachEachOtherAtEveryPort() throws {
    let spec = try spec()
    let siblings = Peer(podSelector: spec.podSelector)
    #expect(ingress(spec, from: siblings) == [nil])
    #expect(spec.egress?.filter { $0.to == [siblings] }.map(\.ports) == [nil])
  }

  @Test func gatewaysTalkToNobodyButSiblingsDNSAndTheServers() throws {
    let spec = try spec()
    #expect(spec.policyTypes == ["Ingress", "Egress"])
    let egress = try #require(spec.egress)
    #expect(egress.count == 4, "siblings, DNS, and a server for each tunnel")
    let dns = try #require(egress.first { ($0.to ?? []).contains(namespace("kube-system")) })
    #expect(Set(dns.ports?.map(\.port) ?? []) == [53, 5353])
    #expect(egress.allSatisfy { $0.to?.isEmpty == false }, "an empty list of peers would mean everybody")
  }

  struct ServerCase: Sendable {
    var server: String
    var openVPN: OpenVPNSpec?
    var port: Int?
    var cidr: String
    var ports: [Port]?
  }
  private static let byProfile = OpenVPNSpec(profileSecretRef: SecretKeyReference(name: "p"))
  private static func over(_ transport: TransportName) -> OpenVPNSpec {
    var spec = OpenVPNSpec(caSecretRef: SecretKeyReference(name: "ca"))
    spec.transport = transport
    return spec
  }
  static let servers: [ServerCase] = [
    ServerCase(server: "203.0.113.5", cidr: "203.0.113.5/32", ports: nil),
    ServerCase(
      server: "vpn.example.com",
      cidr: "0.0.0.0/0",
      ports: [Port(protocol: "UDP", port: 500), Port(protocol: "UDP", port: 4500)]
    ),
    ServerCase(
      server: "203.0.113.5",
      openVPN: over(.tcp),
      cidr: "203.0.113.5/32",
      ports: [Port(protocol: "TCP", port: 1194)]
    ),
    ServerCase(
      server: "vpn.example.com",
      openVPN: over(.udp),
      port: 443,
      cidr: "0.0.0.0/0",
      ports: [Port(protocol: "UDP", port: 443)]
    ),
    ServerCase(
      server: "vpn.example.com",
      openVPN: byProfile,
      cidr: "0.0.0.0/0",
      ports: [Port(protocol: "UDP", port: 1194), Port(protocol: "TCP", port: 1194)]
    ),
  ]

  @Test(arguments: servers.indices)
  func theWayToAServerIsAsNarrowAsAPolicyCanBe(index: Int) throws {
    let expected = Self.servers[index]
    var connection = Fixture.connection(tunnels: ["a"])
    connection.spec.tunnels[0].server = expected.server
    connection.spec.tunnels[0].port = expected.port
    if let openVPN = expected.openVPN {
      connection.spec.type = .openVPN
      connection.spec.openVPN = openVPN
      connection.spec.ipsec = nil
    }
    let spec = try spec(connection) { $0.clusterRanges = [IPv4Network("10.96.0.0/12")].compactMap { $0 } }
    let rule = try #require(spec.egress?.last)
    #expect(rule.ports == expected.ports)
    #expect(rule.to?.map(\.ipBlock?.cidr) == [expected.cidr])
    let isOpen = expected.cidr == "0.0.0.0/0"
    #expect(rule.to?.first?.ipBlock?.except == (isOpen ? ["169.254.0.0/16", "10.96.0.0/12"] : nil))
  }

  @Test func tunnelsToOneServerShareARule() throws {
    var connection = Fixture.connection()
    for index in connection.spec.tunnels.indices { connection.spec.tunnels[index].server = "203.0.113.5" }
    #expect(try spec(connection).egress?.count == 3)
  }

  @Test func aServerInsideTheClusterIsRefused() throws {
    var facts = Fixture.facts()
    facts.defaults.clusterRanges = [IPv4Network("203.0.113.0/24")].compactMap { $0 }
    let plan = GatewayPlan(facts)
    #expect(plan.actions == [])
    let accepted = try #require(plan.status.conditions?.of(.accepted))
    #expect(accepted.message.contains("spec.tunnels[0].server: 203.0.113.97 lies in the cluster's own range"))
  }

  @Test func theServiceOffersForwardsOnly() {
    let objects = Fixture.facts().objects
    #expect(objects.service(ports: GatewayObjects.ports(of: [Fixture.forward()])).spec?.ports?.map(\.port) == [33000])
    let empty = objects.service(ports: []).spec?.ports ?? []
    #expect(empty.map(\.port) == [9], "a Service needs a port; nothing listens there")
  }
}
