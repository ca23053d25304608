import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing
import Twingate
import TwingateResources

@testable import Reconcilers

/// What is refused, and what is waited for, before anything is made.
@Suite struct PrivateClusterChecksTests {
  private static func facts(_ change: (inout PrivateClusterFacts) -> Void = { _ in }) -> PrivateClusterFacts {
    var backbone = BackboneWorld.backbone(SimulatedBackbone.name)
    backbone.metadata.generation = 1
    backbone.spec.egress = .init()
    backbone.spec.egress?.allow = [.init(cidr: "0.0.0.0/0", ports: [443])]
    backbone.status = BackboneStatus()
    backbone.status?.subnets = ["a", "b"].map { .init(name: $0, id: "subnet-\($0)", zone: $0, cidr: "10.10.0.0/20") }
    backbone.status?.conditions = [
      Condition(
        type: "Ready",
        status: "True",
        reason: "AsExpected",
        message: "",
        lastTransitionTime: Timestamp(seconds: 0),
        observedGeneration: 1
      )
    ]
    var facts = PrivateClusterFacts(
      cluster: PrivateClusterWorld.cluster(in: SimulatedBackbone.name),
      backbone: backbone,
      connections: [PrivateClusterWorld.connection()],
      now: Timestamp(seconds: 0)
    )
    change(&facts)
    return facts
  }

  private static func other(_ name: String, services: String) -> PrivateCluster {
    var other = PrivateClusterWorld.cluster(in: SimulatedBackbone.name)
    other.metadata.name = name
    other.status = PrivateClusterStatus()
    other.status?.ranges = .init(pods: nil, services: services)
    return other
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var reason: Reason
    var words: [String]
    var change: @Sendable (inout PrivateClusterFacts) -> Void
  }
  private static func refusal(_ facts: PrivateClusterFacts) -> Refusal? {
    PrivateClusterChecks.spec.refusal(facts) ?? PrivateClusterChecks.gate.refusal(facts)
      ?? PrivateClusterChecks.beginning.refusal(facts)
  }

  static let cases: [Case] = [
    .init(testDescription: "no Backbone", reason: .backboneNotFound, words: ["net"]) { $0.backbone = nil },
    .init(testDescription: "a namespace of the operator", reason: .namespaceRefused, words: ["production"]) {
      $0.reservedNamespaces = ["production"]
    },
    .init(testDescription: "an invalid spec", reason: .invalidSpec, words: ["spec.version"]) {
      $0.cluster.spec.version = "1"
    },
    .init(testDescription: "another cloud's options", reason: .invalidSpec, words: ["spec.gcp", "AWS"]) {
      $0.cluster.spec.gcp = .init(nodeServiceAccount: "n@example.com")
    },
    .init(testDescription: "pods in AWS", reason: .invalidSpec, words: ["spec.network.pods"]) {
      $0.cluster.spec.network = .init(pods: "10.96.0.0/16")
    },
    .init(testDescription: "another cloud's principal", reason: .invalidSpec, words: ["spec.access[0]", "roleARN"]) {
      $0.cluster.spec.access?[0].principal = .init()
      $0.cluster.spec.access?[0].principal.user = "a@example.com"
    },
    .init(testDescription: "GCP without an account for nodes", reason: .invalidSpec, words: ["nodeServiceAccount"]) {
      $0.backbone?.spec.provider = .gcp
      $0.cluster.spec.access = nil
    },
    .init(testDescription: "a Backbone that is not Ready", reason: .backboneNotReady, words: ["net"]) {
      $0.backbone?.status?.conditions = nil
    },
    .init(testDescription: "a Backbone of another generation", reason: .backboneNotReady, words: ["net"]) {
      $0.backbone?.metadata.generation = 2
    },
    .init(testDescription: "no connection", reason: .noVPNConnection, words: ["create one"]) { $0.connections = [] },
    .init(testDescription: "a connection that is not Ready", reason: .noVPNConnection, words: ["people"]) {
      $0.connections = [PrivateClusterWorld.connection(isReady: false)]
    },
    .init(testDescription: "a subnet that is not there", reason: .invalidSpec, words: ["\"c\"", "a, b"]) {
      $0.cluster.spec.subnets = ["a", "c"]
    },
    .init(testDescription: "no way out", reason: .invalidSpec, words: ["it has no way out"]) {
      $0.backbone?.spec.egress?.addresses = EgressAddresses.none
    },
    .init(testDescription: "no rule for 443", reason: .invalidSpec, words: ["TCP 443"]) {
      $0.backbone?.spec.egress?.allow = [
        .init(cidr: "0.0.0.0/0", ports: [80]), .init(cidr: "0.0.0.0/0", protocol: .udp),
      ]
    },
    .init(testDescription: "the Backbone's range", reason: .rangeConflict, words: ["services", "Backbone net"]) {
      $0.cluster.spec.network = .init(services: "10.10.128.0/20")
    },
    .init(testDescription: "another cluster's range", reason: .rangeConflict, words: ["PrivateCluster old"]) {
      $0.cluster.spec.network = .init(services: "172.20.0.0/20")
      $0.neighbours = [other("old", services: "172.20.0.0/16")]
    },
    .init(testDescription: "the operator's own cluster", reason: .rangeConflict, words: ["the pods of this cluster"]) {
      $0.cluster.spec.network = .init(services: "172.20.0.0/20")
      $0.clusterRanges =
        IPv4Network("172.20.0.0/14").map { [.init(network: $0, users: "the pods of this cluster")] } ?? []
    },
  ]

  @Test func oneThatIsRightIsMade() {
    #expect(Self.refusal(Self.facts()) == nil)
    let ranges = Self.facts {
      $0.backbone?.spec.egress?.allow = [.init(cidr: "0.0.0.0/0", portRanges: ["400-500"])]
      $0.cluster.spec.network = .init(services: "172.20.0.0/16")
    }
    #expect(Self.refusal(ranges) == nil)
  }

  @Test(arguments: cases) func whatIsWrongIsNamed(example: Case) throws {
    let refusal = try #require(Self.refusal(Self.facts(example.change)))
    #expect(refusal.reason == example.reason, "\(refusal.message)")
    for words in example.words { #expect(refusal.message.contains(words), "\(refusal.message)") }
  }

  @Test func aClusterInAzureGoesIntoTheGroupOfItsBackbone() {
    var status = BackboneStatus()
    #expect(status.resourceGroupID == nil)
    status.objects = ["group": "/subscriptions/s/resourceGroups/made"]
    #expect(status.resourceGroupID == "/subscriptions/s/resourceGroups/made")
    var spec = BackboneWorld.backbone(SimulatedBackbone.name).spec
    spec.provider = .azure
    spec.azure = .init(subscriptionID: "s", resourceGroup: "given")
    status.location = BackboneStatus.Location(spec, account: nil)
    #expect(status.resourceGroupID == "/subscriptions/s/resourceGroups/given")
  }

  // MARK: Reachable

  private static func reach(_ change: (inout PrivateClusterFacts) -> Void = { _ in }) -> ClusterReach {
    ClusterReach(facts(change), endpoint: "https://abc.eks.amazonaws.com")
  }

  @Test func onlyConnectorsInTheBackboneLeadToTheEndpoint() {
    #expect(Self.reach().isReachable)
    #expect(Self.reach { $0.cluster.spec.access?[0].vpn = nil }.reason == .noConnectors)
    #expect(Self.reach { $0.connections = [] }.reason == .connectionNotFound)
    #expect(Self.reach { $0.connections[0].spec.twingate?.connectors = nil }.reason == .connectionUnsuitable)
    #expect(
      Self.reach { $0.connections = [PrivateClusterWorld.connection(isReady: false)] }.reason == .connectionNotReady
    )
    let problem = TwingateStatus.Problem(
      origin: "PrivateCluster/main",
      reason: "PrincipalNotFound",
      message: "no group"
    )
    let refused = Self.reach { facts in
      facts.connections[0].status?.twingate = TwingateStatus()
      facts.connections[0].status?.twingate?.problems = [problem]
    }
    #expect(refused.reason == .principalNotFound && refused.message.contains("no group"))
    #expect(ClusterReach(Self.facts(), endpoint: nil).reason == .progressing)
  }

  // MARK: What it asks Twingate for

  @Test func aConnectionOpensTheEndpointOnPort443ForTheNamedGroups() throws {
    var cluster = PrivateClusterWorld.cluster(in: SimulatedBackbone.name)
    let connection = PrivateClusterWorld.connection()
    let spec = try #require(connection.spec.twingate)
    #expect(ClusterEntries([cluster], connection, spec).entries.isEmpty, "it has no endpoint yet")
    cluster.status = PrivateClusterStatus()
    cluster.status?.endpoint = "https://ABC.gr7.eu-west-1.eks.amazonaws.com"
    cluster.spec.access?.append(
      .init(
        role: .view,
        principal: .init(roleARN: "arn:aws:iam::123456789012:role/other"),
        vpn: .init(connectionRef: LocalReference(name: "elsewhere"), group: "Others")
      )
    )
    let request = try #require(ClusterEntries([cluster], connection, spec).entries.first?.request)
    #expect(request.origin == "PrivateCluster/main" && request.address == "abc.gr7.eu-west-1.eks.amazonaws.com")
    #expect(request.access == [.init(.group("Platform"))])
    #expect(request.protocols == .init(tcp: .init([443...443]), udp: .none, allowsICMP: false))

    cluster.spec.backboneRef = LocalReference(name: "another")
    let elsewhere = ClusterEntries([cluster], connection, spec)
    #expect(elsewhere.entries.isEmpty)
    #expect(elsewhere.refusals.map(\.reason) == [.notReachable])
    cluster.metadata.deletionTimestamp = Timestamp(seconds: 1)
    #expect(ClusterEntries([cluster], connection, spec).refusals.isEmpty)
  }
}
