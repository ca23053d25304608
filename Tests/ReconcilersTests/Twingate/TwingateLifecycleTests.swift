import CloudLinkerAPI
import ControllerRuntime
import FoundationEssentials
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import Testing

@testable import Reconcilers

/// A connection of type Twingate from its creation to its deletion, against the simulator, which refuses what Twingate would.
@Suite(
  .enabled(if: TwingateWorld.simulator != nil, "needs the URL of hack/clouds"),
  .serialized,
  .timeLimit(.minutes(10))
)
struct TwingateLifecycleTests {
  private func settled(
    level: String = "provision",
    _ change: (inout TwingateSpec) -> Void = { _ in }
  ) async throws -> TwingateWorld {
    let world = try await TwingateWorld(level: level, change)
    try #require(try await world.reconcile { world.isSettled }, "\(world.words)")
    return world
  }

  private func findings(_ world: TwingateWorld) async throws -> [JSONValue] {
    try await world.simulator.exchanges().flatMap { $0.findings ?? [] }
  }

  @Test func peopleAreLetInLeftAloneAndShutOut() async throws {
    let world = try await TwingateWorld()
    let empty = try await world.counts()
    try #require(try await world.reconcile { world.isSettled }, "\(world.words)")
    #expect(world.status?.url == "https://acme.eu1.twingate.com")
    #expect(world.status?.connectorsAlive == "2/2")
    #expect(world.status?.resources == .init(wanted: 1, ready: 1, refused: 0))
    #expect(world.status?.remoteNetwork?.name == "production")
    #expect(try await world.objects("NetworkResource").keys.sorted() == ["grafana"])
    #expect(try await world.objects("Connector").count == 2)
    #expect(try await world.beat() == 2, "each has tokens of its own that work")

    let sent = try await world.simulator.exchanges().count
    for _ in 0..<10 {
      world.time.advance(by: .seconds(60))
      try await world.beat()
      try await world.reconcileAtOnce()
    }
    let rest = try await world.simulator.exchanges(after: sent)
    #expect(rest.count <= 25, "in 10 minutes at rest: \(rest.compactMap(\.operation))")
    #expect(!rest.contains { TwingateLifecycleTests.isWrite($0.operation ?? "") })

    world.delete()
    #expect(try await world.reconcile { world.isGone }, "\(world.words)")
    #expect(try await world.counts() == empty)
    #expect(world.server.gatewayObjects == [])
    #expect(try await findings(world) == [])
  }

  static func isWrite(_ operation: String) -> Bool {
    ["Create", "Update", "Delete", "Add", "Remove", "Set", "Tokens"].contains { operation.hasSuffix($0) }
      && operation != "validateTokens"
  }

  @Test func aDeletionThatWaitsForPodsAsksTwingateNothing() async throws {
    let world = try await settled()
    world.delete()
    for _ in 0..<5 { try await world.reconcile() }
    #expect(try await world.objects("NetworkResource").isEmpty)
    let sent = try await world.simulator.exchanges().count
    for _ in 0..<10 {
      world.time.advance(by: .seconds(3))
      try await world.reconcile()
    }
    let asked = try await world.simulator.exchanges(after: sent).compactMap(\.operation)
    #expect(asked == [], "the quota is for what is left to do")
    #expect(try await world.objects("Connector").count == 2, "its pods still run")
    #expect(try await world.reconcile { world.isGone }, "\(world.words)")
    #expect(try await world.objects("Connector").isEmpty)
  }

  @Test func whatTheConsoleDeletesIsMadeAgain() async throws {
    let world = try await settled()
    for object in try await world.simulator.objects() where object.value["name"]?.text == "grafana" {
      try await world.console(["delete": .string(object.key)])
    }
    world.time.advance(by: .seconds(700))
    try await world.beat()
    _ = try await world.reconcile(atMost: 5) { false }
    #expect(world.isSettled, "\(world.words)")
    #expect(world.status?.resources?.ready == 1)
    #expect(try await world.objects("NetworkResource").keys.sorted() == ["grafana"])
  }

  @Test func aConnectorDeletedInTheConsoleIsReplacedWithTokensThatWork() async throws {
    let world = try await settled()
    let first = try #require(world.status?.connectors?.first?.id)
    try await world.console(["delete": .string(first)])
    world.time.advance(by: .seconds(70))
    #expect(
      try await world.reconcile { world.isSettled && world.status?.connectors?.first?.id != first },
      "\(world.words)"
    )
    #expect(try await world.objects("Connector").count == 2)
    #expect(try await world.beat() == 2)
  }

  @Test func tokensAreReplacedOnlyIfTwingateRefusesThem() async throws {
    let world = try await settled()
    let before = try await world.simulator.operations().count { $0 == "connectorGenerateTokens" }
    #expect(before == 2)
    // Another process takes over, and no connector is heard for a while.
    world.restart()
    world.time.advance(by: .seconds(300))
    try await world.reconcile()
    #expect(try await world.simulator.operations().count { $0 == "connectorGenerateTokens" } == 2)
    #expect(world.ready?.status == "False")
    #expect(try await world.reconcile { world.isSettled }, "\(world.words)")
    #expect(try await world.simulator.operations().count { $0 == "connectorGenerateTokens" } == 2)
    // Somebody asks for new tokens: one connector gets them after the other, so that one always serves.
    world.change { $0.metadata.annotations = [CloudLinker.Annotation.rotateTokens: "1"] }
    for _ in 0..<60 where !(try await world.rotated(to: "1")) {
      _ = try await world.reconcile(atMost: 1) { false }
      #expect(try await world.beat() >= 1, "one at a time")
    }
    #expect(try await world.rotated(to: "1"))
    #expect(try await world.reconcile { world.isSettled }, "\(world.words)")
    #expect(try await world.simulator.operations().count { $0 == "connectorGenerateTokens" } == 4)
    #expect(try await world.beat() == 2)
  }

  @Test func aLostSecretGetsNewTokens() async throws {
    let world = try await settled()
    let secret = try #require(
      world.server.objects(Secret.self).first { $0.metadata.annotations?[ConnectorObjects.connectorID] != nil }
    )
    try await world.server.delete(Secret.self, secret.key, DeleteOptions())
    _ = try await world.reconcile(atMost: 20) { false }
    #expect(world.server.object(Secret.self, secret.key) != nil)
    #expect(world.isSettled, "\(world.words)")
    #expect(try await world.beat() == 2)
  }

  @Test func suspendedConnectorsStopAndResourcesStay() async throws {
    let world = try await settled()
    world.change { $0.spec.suspend = true }
    try await world.reconcile()
    #expect(world.server.objects(Deployment.self).map(\.spec?.replicas) == [0, 0])
    #expect(world.ready?.reason == "Suspended")
    #expect(try await world.objects("NetworkResource").count == 1)
    world.change { $0.spec.suspend = false }
    #expect(try await world.reconcile { world.isSettled }, "\(world.words)")
  }

  @Test func planModeSendsNoMutation() async throws {
    let world = try await TwingateWorld()
    world.change { $0.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan] }
    let empty = try await world.counts()
    try await world.reconcile()
    #expect(world.connection?.status?.plan?.contains { $0.contains("create remote network production") } == true)
    #expect(world.connection?.metadata.finalizers?.isEmpty != false)
    #expect(try await world.counts() == empty)
    #expect(world.server.gatewayObjects == [])
    #expect(!(try await world.simulator.operations()).contains(where: Self.isWrite))
  }

  @Test func aWrongTokenAndALevelTooLowAreNamed() async throws {
    let world = try await TwingateWorld(level: "none")
    world.putToken("tw-wrong-0123456789")
    try await world.reconcile()
    #expect(world.ready?.reason == "CredentialsRefused", "\(world.words)")
    #expect(world.condition(.stalled)?.status == "True")
    for level in ["read", "readWrite"] {
      world.putToken(world.keys[level] ?? "")
      world.time.advance(by: .seconds(70))
      for _ in 0..<4 { _ = try? await world.reconcile() }
      #expect(world.ready?.reason == "PermissionMissing", "\(level): \(world.words)")
      #expect(world.ready?.message.contains("Read, Write & Provision") == true)
    }
    world.putToken(world.keys["provision"] ?? "")
    world.time.advance(by: .seconds(70))
    #expect(try await world.reconcile { world.isSettled }, "\(world.words)")
  }

  @Test func unknownGroupsAreNamedAndTheRestIsMade() async throws {
    let world = try await TwingateWorld {
      $0.resources?[0].access = [.init(group: "Develpers"), .init(group: "Contractors")]
    }
    #expect(try await world.reconcile(until: { world.ready?.status == "True" }), "\(world.words)")
    #expect(world.ready?.reason == "Degraded")
    #expect(world.condition(.resourcesReady)?.reason == "PrincipalNotFound")
    #expect(world.status?.problems?.first?.message.contains("Developers") == true)
    world.changeSpec { $0.resources?[0].access = [.init(group: "Developers")] }
    #expect(try await world.reconcile { world.isSettled }, "\(world.words)")
    #expect(world.status?.problems == nil)
  }

  @Test func anAliasOfAnOlderConnectionIsRefusedInWhateverNamespace() async throws {
    var older = TwingateWorld.connection()
    (older.metadata.name, older.metadata.namespace, older.metadata.uid) = ("theirs", "staging", "uid-older")
    older.metadata.creationTimestamp = Timestamp(seconds: 1_600_000_000)
    let world = try await TwingateWorld()
    world.server.put(older)
    #expect(try await world.reconcile(until: { world.ready?.status == "True" }), "\(world.words)")
    #expect(world.status?.problems?.first?.message.contains("of another namespace") == true)
    #expect(world.status?.problems?.first?.message.contains("theirs") == false)
    #expect(try await world.objects("NetworkResource").isEmpty)
    try await world.server.delete(VPNConnection.self, older.key, DeleteOptions())
    #expect(try await world.reconcile { world.isSettled }, "\(world.words)")
    #expect(try await world.objects("NetworkResource").count == 1)
  }

  @Test func annotatedServicesAndIngressesAreReachedAndForgotten() async throws {
    let world = try await settled {
      $0.expose = .init(kinds: [.service, .ingress], groups: ["Developers"], domains: ["prod.acme.internal"])
    }
    world.server.put(Service.exposed())
    world.server.put(Ingress.exposed(["web.prod.acme.internal"], tls: ["web.prod.acme.internal"]))
    var mistaken = Service.exposed([CloudLinker.Annotation.exposeGroups: "Contractors"])
    (mistaken.metadata.name, mistaken.metadata.uid) = ("mistaken", "uid-mistaken")
    world.server.put(mistaken)
    let version = world.server.object(Service.self, mistaken.key)?.metadata.resourceVersion
    #expect(
      try await world.reconcile { world.status?.resources == .init(wanted: 4, ready: 3, refused: 1) },
      "\(world.words) \(String(describing: world.status?.resources))"
    )
    #expect(world.isSettled, "an annotation's mistake is not the connection's: \(world.words)")
    #expect(world.status?.problems?.map(\.origin) == ["Service/mistaken"])
    #expect(try await world.objects("NetworkResource").keys.sorted() == ["grafana", "web", "web.prod.acme.internal"])
    let text = try await world.published()
    #expect(text.contains("ExposeRefused"))
    let untouched = world.server.object(Service.self, mistaken.key)?.metadata.resourceVersion
    #expect(untouched == version, "nothing is written on what others own")
    // An object that is gone was deleted while no operator ran.
    try await world.server.delete(Service.self, Service.exposed().key, DeleteOptions())
    try await world.server.delete(Service.self, mistaken.key, DeleteOptions())
    world.restart()
    #expect(
      try await world.reconcile { world.status?.resources == .init(wanted: 2, ready: 2, refused: 0) },
      "\(world.words)"
    )
    #expect(world.status?.problems == nil)
    #expect(try await world.objects("NetworkResource").keys.sorted() == ["grafana", "web.prod.acme.internal"])
  }

  @Test func aServiceAccountHasItsKeyInASecretAndTheKeyIsRotated() async throws {
    let world = try await settled { spec in
      spec.serviceAccounts = [.init(name: "deployer", keySecret: "twingate-deployer", rotateEvery: "24h")]
      spec.resources?[0].access = [.init(group: "Developers"), .init(serviceAccount: "deployer")]
    }
    let first = try #require(world.key(in: "twingate-deployer"))
    #expect(try await world.activeKeys() == 1)
    world.time.advance(by: .seconds(86_400))
    try await world.beat()
    #expect(try await world.reconcile { world.key(in: "twingate-deployer") != first }, "\(world.words)")
    #expect(try await world.activeKeys() == 2, "programs have the old one still")
    for _ in 0..<12 {
      world.time.advance(by: .seconds(60))
      try await world.beat()
      try await world.reconcile()
    }
    #expect(try await world.activeKeys() == 1)
    // An account that leaves the spec goes with its Secret.
    world.changeSpec { spec in
      spec.serviceAccounts = nil
      spec.resources?[0].access = [.init(group: "Developers")]
    }
    #expect(
      try await world.reconcile { world.isSettled && world.key(in: "twingate-deployer") == nil },
      "\(world.words)"
    )
    #expect(try await world.objects("ServiceAccount")["deployer"] == nil)
  }

  @Test func aSecretOfOthersIsNotTakenOverAndNoKeyIsMade() async throws {
    let world = try await TwingateWorld {
      $0.serviceAccounts = [.init(name: "deployer", keySecret: "theirs")]
    }
    var theirs = Secret(metadata: ObjectMeta(name: "theirs", namespace: "production"), type: "Opaque")
    theirs.data = ["password": "cA=="]
    world.server.put(theirs)
    #expect(try await world.reconcile(until: { world.status?.problems != nil }), "\(world.words)")
    #expect(world.status?.problems?.first?.message.contains("theirs") == true)
    #expect(world.key(in: "theirs") == nil)
    #expect(!(try await world.simulator.operations()).contains("serviceAccountKeyCreate"))
    try await world.server.delete(Secret.self, theirs.key, DeleteOptions())
    #expect(try await world.reconcile { world.isSettled && world.key(in: "theirs") != nil }, "\(world.words)")
    world.delete()
    #expect(try await world.reconcile { world.isGone }, "\(world.words)")
    #expect(world.server.object(Secret.self, theirs.key) == nil)
  }

  @Test func aRemoteNetworkOfOthersIsRefusedOrAdoptedAndThenStays() async throws {
    let first = try await settled()
    // Another connection has the same name, for example in another cluster.
    first.server.put(
      {
        var other = TwingateWorld.connection()
        other.metadata.uid = "ffffffff-0000-4000-8000-000000000002"
        other.metadata.finalizers = first.connection?.metadata.finalizers
        return other
      }()
    )
    first.restart()
    try await first.reconcile()
    #expect(first.ready?.reason == "ForeignObject", "\(first.words)")
    #expect(try await first.objects("RemoteNetwork").count == 1)
    first.changeSpec {
      $0.remoteNetwork = .init(adopt: true)
      $0.resources?[0].name = "prometheus"
      $0.resources?[0].alias = nil
    }
    #expect(try await first.reconcile { first.isSettled }, "\(first.words)")
    #expect(try await first.objects("Connector").count == 4)
    first.delete()
    #expect(try await first.reconcile { first.isGone }, "\(first.words)")
    #expect(try await first.objects("RemoteNetwork").count == 1)
    #expect(try await first.objects("Connector").count == 2)
  }

  @Test func everythingAtTwingateIsDeletedEvenIfTheSecretWentFirst() async throws {
    let world = try await TwingateWorld()
    let empty = try await world.counts()
    try #require(try await world.reconcile { world.isSettled }, "\(world.words)")
    let secret = ObjectKey(namespace: "production", name: "twingate")
    try await world.server.delete(Secret.self, secret, DeleteOptions())
    world.restart()
    world.delete()
    #expect(try await world.reconcile { world.isGone }, "\(world.words)")
    #expect(try await world.counts() == empty)
    #expect(world.server.gatewayObjects == [])
  }

  @Test func whatIsRetainedStays() async throws {
    let world = try await settled { $0.deletionPolicy = .retain }
    let before = try await world.counts()
    world.delete()
    #expect(try await world.reconcile { world.isGone }, "\(world.words)")
    #expect(try await world.counts() == before)
    #expect(world.server.gatewayObjects == [])
  }

  @Test func throttlingIsNoReasonToDoAnythingElse() async throws {
    let world = try await settled()
    world.faults.inject(.answer(status: 429, retryAfter: "30"), times: 3)
    world.time.advance(by: .seconds(650))
    try await world.beat()
    let result = try await world.reconcile()
    #expect(result == .requeue(after: .seconds(30)))
    #expect(world.ready?.status == "True")
    world.faults.clear()
    #expect(try await world.reconcile { world.isSettled }, "\(world.words)")
    #expect(try await world.simulator.operations().count { $0 == "connectorGenerateTokens" } == 2)
  }

  @Test func moreThanTheBudgetAllowsTakesItsTime() async throws {
    let world = try await TwingateWorld { spec in
      spec.resources = (0..<50).map {
        .init(name: "r\($0)", address: "r\($0).acme.internal", ports: .init(tcp: ["443"]))
      }
    }
    #expect(try await world.reconcile(atMost: 200) { world.isSettled }, "\(world.words)")
    #expect(try await world.objects("NetworkResource").count == 50)
    let refused = try await world.simulator.exchanges().count { $0.status == 429 }
    #expect(refused == 0)
    world.changeSpec { $0.resources = [] }
    #expect(try await world.reconcile(atMost: 200) { world.isSettled }, "\(world.words)")
    #expect(try await world.objects("NetworkResource").isEmpty)
  }

  @Test(arguments: [FaultTransport.Fault.drop(), .loseAnswer])
  func aCrashAtAnyRequestLeavesNothingTwice(fault: FaultTransport.Fault) async throws {
    let withAccount: (inout TwingateSpec) -> Void = {
      $0.serviceAccounts = [.init(name: "deployer", keySecret: "twingate-deployer")]
    }
    let whole = try await TwingateWorld(withAccount)
    let empty = try await whole.counts()
    try #require(try await whole.reconcile { whole.isSettled }, "\(whole.words)")
    whole.delete()
    try #require(try await whole.reconcile { whole.isGone }, "\(whole.words)")
    for number in 1...whole.faults.requestCount {
      let world = try await TwingateWorld(withAccount)
      let place: Comment = "\(fault) at request \(number)"
      world.crash(with: fault, at: number)
      #expect(try await world.reconcile { world.isSettled }, "\(world.words) \(place)")
      #expect(try await world.objects("RemoteNetwork").count == 1, place)
      #expect(try await world.objects("Connector").count == 2, place)
      #expect(try await world.counts()["Resource"] == 1, place)
      #expect(try await world.beat() == 2, place)
      // A key whose answer was lost is revoked some time after its successor was made.
      world.time.advance(by: .seconds(700))
      try await world.beat()
      #expect(try await world.reconcile { world.isSettled }, "\(world.words) \(place)")
      try await world.reconcile()
      #expect(try await world.activeKeys() == 1, place)
      world.delete()
      #expect(try await world.reconcile { world.isGone }, "\(world.words) \(place)")
      #expect(try await world.counts() == empty, place)
      #expect(world.server.gatewayObjects == [], place)
    }
  }

  @Test func noTokenAndNoKeyIsShown() async throws {
    let world = try await settled {
      $0.serviceAccounts = [.init(name: "deployer", keySecret: "twingate-deployer")]
    }
    world.faults.inject(.answer(status: 500), times: 20)
    world.time.advance(by: .seconds(700))
    for _ in 0..<3 { _ = try? await world.reconcile() }
    let text = try await world.published()
    var secrets = Array(world.keys.filter { $0.key != "network" && $0.key != "shard" }.values)
    for secret in world.server.objects(Secret.self) {
      for value in SecretReader.decode(secret.data ?? [:]).values {
        secrets.append(String(decoding: value, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? "")
      }
    }
    #expect(secrets.count >= 7)
    for secret in secrets where secret.count > 8 {
      #expect(!text.contains(secret))
      #expect(!text.contains(Data(secret.utf8).base64EncodedString().prefix(40)))
    }
  }
}
