import CloudLinkerAPI
import Foundations
import Gateway
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Whether anything enforces NetworkPolicies, seen from the operator.
@Suite(.timeLimit(.minutes(10))) struct PolicyEnforcementTests {
  typealias Answer = InMemoryTransport.Answer
  private static let open = Answer.whole(.json(PolicyCanary.body))
  private static func failure(_ kind: TransportError.Kind, sent: Bool = false) -> Answer {
    .failure(TransportError(kind, "test", mayHaveBeenProcessed: sent))
  }
  private static let pod = GatewayPod(
    connection: ConnectionWorld.key,
    tunnel: "a",
    name: "office-a",
    uid: "uid",
    address: "10.0.0.97"
  )

  @Test(
    arguments: [
      ("the canary answers", open, failure(.connect), PolicyEvidence.ignored),
      ("no connection, and the status port answers", failure(.timeout), .whole(.json("ok")), .enforced),
      ("refused, and the status port answers", failure(.connect), .whole(.json("ok")), .enforced),
      ("the pod is out of reach", failure(.timeout), failure(.timeout), .unclear),
      ("a proxy takes the connection", failure(.reset, sent: true), .whole(.json("ok")), .unclear),
      ("a proxy answers", .whole(.json("no route", status: 503)), .whole(.json("ok")), .unclear),
    ] as [(String, Answer, Answer, PolicyEvidence)]
  )
  func whatAnAttemptShows(_: String, canary: Answer, status: Answer, evidence: PolicyEvidence) async {
    let transport = InMemoryTransport { request in
      #expect(HTTPTarget(request.url)?.host == Self.pod.address)
      #expect(request.timeouts.total == .seconds(2))
      return HTTPTarget(request.url)?.port == 15022 ? canary : status
    }
    #expect(await PolicyProbe(transport: transport).evidence(at: Self.pod) == evidence)
  }

  private func world(canary: Answer?, hasPolicyCanary: Bool? = true) async throws -> ConnectionWorld {
    let world = ConnectionWorld()
    if let canary { world.canary.withLock { $0 = { _ in canary } } }
    try await world.settle(hasPolicyCanary: hasPolicyCanary)
    if hasPolicyCanary == true { try await tried(world) }
    return world
  }

  /// Each gateway's canary was tried, and the status says what that showed.
  private func tried(_ world: ConnectionWorld) async throws {
    let isTried = await eventually {
      let seen = await world.observer.observations(of: ConnectionWorld.key)
      return seen.count == 2 && seen.values.allSatisfy { $0.policies != nil }
    }
    try #require(isTried)
    try await world.reconcile()
  }

  private func events(_ world: ConnectionWorld, _ body: () async throws -> Void) async throws -> [Event] {
    let writing = Task { await world.events.run() }
    try await body()
    // What was recorded is still written when the recorder is cancelled.
    writing.cancel()
    await writing.value
    return world.server.objects(Event.self).filter { $0.reason?.hasPrefix("Policies") == true }
  }

  @Test func aPortThatNoPolicyAdmitsAndThatIsOpenIsReported() async throws {
    let world = try await world(canary: Self.open)
    let condition = try #require(world.condition(.policiesEnforced))
    #expect(condition.status == "False" && condition.reason == "PoliciesNotEnforced")
    #expect(condition.message.contains("port 15022 of a gateway"))
    #expect(condition.message.contains("Install a network plugin"))
    #expect(world.condition(.ready)?.status == "True")
    #expect(world.observer.policyCounts() == [.ignored: 2])
    let events = try await events(world) {}
    #expect(events.map(\.note) == [condition.message] && events.first?.type == "Warning")
  }

  @Test func aPortThatIsClosedWhileTheStatusPortIsOpenShowsEnforcement() async throws {
    let world = try await world(canary: nil)
    let condition = try #require(world.condition(.policiesEnforced))
    #expect(condition.status == "True" && condition.reason == "AsExpected")
    #expect(try await events(world) {}.isEmpty)
    #expect(world.observer.policyCounts() == [.enforced: 2])
  }

  @Test func gatewaysOfAnEarlierVersionAreNotTriedAndNothingIsClaimed() async throws {
    let world = try await world(canary: Self.open, hasPolicyCanary: nil)
    let condition = try #require(world.condition(.policiesEnforced))
    #expect(condition.status == "Unknown" && condition.reason == "PoliciesUnknown")
    #expect(condition.message.contains("earlier version"))
    #expect(!world.transport.requests.contains { HTTPTarget($0.url)?.port == 15022 })
  }

  @Test func aNetworkPluginThatIsInstalledLaterIsNoticed() async throws {
    let world = try await world(canary: Self.open)
    world.canary.withLock { $0 = nil }
    let isNoticed = await eventually {
      world.time.advance(by: .seconds(60))
      return world.observer.policyCounts() == [.enforced: 2]
    }
    #expect(isNoticed)
    let events = try await events(world) { try await world.reconcile() }
    #expect(world.condition(.policiesEnforced)?.status == "True")
    #expect(Set(events.map(\.reason)) == ["PoliciesNotEnforced", "PoliciesEnforced"])
  }

  @Test func betweenTwoAttemptsNothingIsAsked() async throws {
    let world = try await world(canary: nil)
    func attempts() -> Int { world.transport.requests.count { HTTPTarget($0.url)?.port == 15022 } }
    #expect(attempts() == 2)
    // The next attempts are due 480 to 720 s after the first ones; each reconcile takes half a second.
    world.time.advance(by: .seconds(440))
    for _ in 0..<20 { try await world.reconcile() }
    #expect(attempts() == 2)
    // One that began to wait late is due late.
    let areTriedAgain = await eventually {
      world.time.advance(by: .seconds(60))
      return attempts() >= 4
    }
    #expect(areTriedAgain)
  }

  /// An operator that has just started knows nothing yet: what was seen before stands until the next attempt.
  @Test func aRestartOfTheOperatorIsNoNews() async throws {
    let world = try await world(canary: Self.open)
    let before = try #require(world.condition(.policiesEnforced))
    await world.observer.follow([], of: ConnectionWorld.key)
    #expect(world.observer.policyCounts() == [:])
    let events = try await events(world) {
      try await world.reconcile()
      #expect(world.condition(.policiesEnforced) == before)
      try await tried(world)
    }
    #expect(world.condition(.policiesEnforced) == before)
    #expect(events.count == 1)
  }

  @Test func whatWasSeenBeforeStandsUntilEveryGatewayWasTried() throws {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    for tunnel in ["a", "b"] {
      facts.observations[tunnel] = Fixture.observation(tunnel, facts)
      facts.observations[tunnel]?.status?.hasPolicyCanary = true
    }
    func condition() -> Condition? { GatewayPlan(facts).status.conditions?.of(.policiesEnforced) }
    #expect(condition() == nil)
    facts.observations["a"]?.policies = .enforced
    #expect(condition() == nil, "nothing is known of the other gateway")
    facts.observations["a"]?.policies = .ignored
    #expect(condition()?.status == "False", "one open gateway is enough")
    facts.connection.status = GatewayPlan(facts).status
    facts.observations["a"]?.policies = nil
    #expect(condition()?.status == "False")
    for tunnel in ["a", "b"] { facts.observations[tunnel]?.policies = .enforced }
    #expect(condition()?.status == "True")
    facts.observations["b"]?.policies = .unclear
    #expect(condition()?.reason == "PoliciesUnknown")
    facts.connection.spec.suspend = true
    #expect(condition() == nil)
  }

  /// The gateways of a connection that is refused go on, so what is known of them is not forgotten and told again later.
  @Test func aRefusedConnectionKeepsWhatIsKnown() async throws {
    let world = try await world(canary: Self.open)
    let before = try #require(world.condition(.policiesEnforced))
    let events = try await events(world) {
      world.change { $0.spec.gateway = GatewaySpec(className: "absent") }
      try await world.reconcile()
      #expect(world.condition(.accepted)?.reason == "GatewayClassNotFound")
      #expect(world.condition(.policiesEnforced) == before)
      world.change { $0.spec.gateway = nil }
      try await world.reconcile()
    }
    #expect(world.condition(.accepted)?.status == "True")
    #expect(events.count == 1)
  }

  /// The address that is tried is the one of a pod in the gateways' namespace, whatever a tenant makes or a gateway says.
  @Test func aTenantsPodIsNeverTried() async throws {
    let world = ConnectionWorld()
    let gateway = GatewayObjects(connection: Fixture.connection(), defaults: Fixture.defaults)
    var pod = Pod(metadata: gateway.metadata("office-a-0", tunnel: "a"))
    pod.metadata.namespace = ConnectionWorld.key.namespace
    pod.metadata.uid = "tenants"
    pod.status = Pod.Status(phase: "Running", podIP: "10.0.0.66")
    world.server.put(pod)
    world.canary.withLock { $0 = { $0 == "10.0.0.66" ? Self.open : Self.failure(.connect) } }
    try await world.settle(hasPolicyCanary: true)
    try await tried(world)
    #expect(world.condition(.policiesEnforced)?.status == "True")
    #expect(Set(world.transport.requests.compactMap { HTTPTarget($0.url)?.host }) == ["10.0.0.97", "10.0.0.98"])
  }
}
