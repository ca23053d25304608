import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// No namespace takes what all share.
@Suite(.timeLimit(.minutes(10))) struct NamespaceLimitsTests {
  private func limits(connections: Int = 32, gateways: Int = 64, forwards: Int = 10_000) -> NamespaceLimits {
    var limits = NamespaceLimits()
    (limits.connections, limits.gateways, limits.forwards) = (connections, gateways, forwards)
    return limits
  }

  private func connections(_ tunnels: [Int]) -> [VPNConnection] {
    tunnels.enumerated().map { index, count in
      Fixture.connection(name: "c\(index)", tunnels: (0..<count).map { "t\($0)" }, created: Int64(index))
    }
  }

  private func admitted(_ all: [VPNConnection], _ limits: NamespaceLimits) -> [String] {
    all.filter { one in limits.refusal(of: one, among: all.filter { $0.key != one.key }) == nil }.map(\.key.name)
  }

  @Test func theOldestConnectionsKeepTheirPlaces() {
    #expect(admitted(connections([1, 1, 1, 1]), limits(connections: 2)) == ["c0", "c1"])
    #expect(admitted(connections([1, 1]).reversed(), limits(connections: 1)) == ["c0"])
  }

  @Test func whatDoesNotFitTakesNoPlaceOfTheYounger() {
    #expect(admitted(connections([2, 4, 2, 1]), limits(gateways: 5)) == ["c0", "c2", "c3"])
  }

  @Test func oneThatIsBeingDeletedTakesNoPlace() {
    var all = connections([1, 1])
    all[0].metadata.deletionTimestamp = Fixture.now
    #expect(limits(connections: 1).refusal(of: all[1], among: [all[0]]) == nil)
  }

  @Test func theRefusalNamesTheNumbersAndTheFlag() throws {
    let all = connections([8, 8])
    let refusal = try #require(limits(gateways: 10).refusal(of: all[1], among: [all[0]]))
    #expect(refusal.reason == .namespaceLimitReached)
    #expect(refusal.condition == .accepted)
    for word in ["10 gateways", "have 8", "asks for 8", "--max-gateways-per-namespace"] {
      #expect(refusal.message.contains(word), "\(word)")
    }
  }

  @Test func aRefusedConnectionMakesNoGateways() async throws {
    let world = ConnectionWorld(limits: limits(connections: 1))
    var older = Fixture.connection(name: "older", created: -10)
    older.spec.service = VPNConnectionSpec.ServiceSpec(name: "older")
    world.server.put(older)
    world.server.put(Fixture.connection())
    try await world.reconcile()
    #expect(world.gatewayObjects == [])
    #expect(world.condition(.accepted)?.reason == "NamespaceLimitReached")
  }

  @Test func theYoungestForwardsBeyondTheLimitHaveNoPlace() async throws {
    let world = ConnectionWorld(limits: limits(forwards: 2))
    world.server.put(Fixture.connection())
    for index in 0..<4 { world.server.put(Fixture.forward("f\(index)", port: 33000 + index, created: Int64(index))) }
    try await world.sync()
    let places = ForwardPlaces(world.informers.forwards.store, limits: limits(forwards: 2), time: world.time)
    let placed = world.informers.forwards.store.all.filter(places.includes).map(\.key.name)
    #expect(placed.sorted() == ["f0", "f1"])
    try await world.reconcile()
    #expect(world.status?.portCount == 2)
    #expect(world.condition(.forwardsReady)?.reason == "NamespaceLimitReached")

    try await world.server.delete(PortForward.self, ObjectKey(namespace: "production", name: "f0"), .init())
    try await world.sync()
    world.time.advance(by: ForwardPlaces.freshness)
    #expect(world.informers.forwards.store.all.filter(places.includes).map(\.key.name).sorted() == ["f1", "f2"])
  }

  @Test func aForwardWithoutAPlaceSaysSo() {
    var facts = PortForwardFacts(forward: Fixture.forward(), connection: Fixture.connection(), now: Fixture.now)
    facts.beyondLimit = limits(forwards: 5).refusalOfForward()
    let ready = PortForwardPlan(facts, age: .zero).status?.conditions?.of(.ready)
    #expect(ready?.reason == "NamespaceLimitReached")
    #expect(ready?.message.contains("the 5 PortForwards") == true)
  }

  @Test func eachRefusedForwardIsNamedWithItsOwnReason() throws {
    var outside = Fixture.forward("outside", port: 33001, created: 1)
    outside.spec.ports[0].target.host = "10.99.0.1"
    var invalid = Fixture.forward("invalid", port: 33002, created: 2)
    invalid.spec.ports[0].port = 0
    let rival = Fixture.forward("rival", created: 3)
    var suspended = Fixture.forward("suspended", created: 4)
    suspended.spec.suspend = true
    var facts = Fixture.facts(forwards: [Fixture.forward(), outside, invalid, rival, suspended])
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    let condition = try #require(GatewayPlan(facts).status.conditions?.of(.forwardsReady))
    #expect(condition.status == "False")
    #expect(condition.reason == "TargetOutsideRemoteNetworks")
    #expect(
      condition.message
        == "3 PortForwards are refused: outside (TargetOutsideRemoteNetworks), invalid (InvalidSpec), "
        + "rival (PortConflict): see their conditions"
    )
  }
}
