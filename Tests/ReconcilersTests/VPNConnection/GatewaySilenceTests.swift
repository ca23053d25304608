import CloudLinkerAPI
import Foundations
import Gateway
import HTTPTransport
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// What is said about gateways that were not heard for a while.
@Suite(.timeLimit(.minutes(10))) struct GatewaySilenceTests {
  private func facts(silentFor seconds: [String: Int64], problem: String? = "connection refused") -> GatewayFacts {
    var facts = Fixture.facts()
    facts = Fixture.settled(facts, after: GatewayPlan(facts))
    for (tunnel, silence) in seconds {
      var observation = Fixture.observation(tunnel, facts)
      observation.answeredAt = facts.now.advanced(by: .seconds(-silence))
      observation.problem = silence > 0 ? problem : nil
      facts.observations[tunnel] = observation
    }
    return facts
  }

  @Test func afterTwoMinutesReadyIsUnknownAndNamesTheLastSighting() throws {
    let early = GatewayPlan(facts(silentFor: ["a": 119, "b": 119])).status
    #expect(early.conditions?.of(.ready)?.reason == "GatewayUnavailable")
    let facts = facts(silentFor: ["a": 130, "b": 130])
    let status = GatewayPlan(facts).status
    let ready = try #require(status.conditions?.of(.ready))
    #expect(ready.status == "Unknown")
    #expect(ready.reason == "GatewaysSilent")
    #expect(ready.message.contains("last answered at \(facts.now.advanced(by: .seconds(-130))), over 2 min ago"))
    #expect(status.conditions?.of(.tunnelsReady)?.status == "Unknown")
    #expect(status.tunnels?.map(\.state) == [.unknown, .unknown])
    #expect(status.tunnelsReady == "0/2")
  }

  @Test func aGatewayThatWasNeverHeardSaysSinceWhenItIsListenedTo() throws {
    var facts = facts(silentFor: ["a": 300, "b": 300])
    for tunnel in ["a", "b"] {
      var observation = try #require(facts.observations[tunnel])
      observation.listeningSince = observation.answeredAt
      observation.answeredAt = nil
      observation.status = nil
      facts.observations[tunnel] = observation
    }
    let ready = try #require(GatewayPlan(facts).status.conditions?.of(.ready))
    #expect(ready.status == "Unknown")
    #expect(ready.message.contains("since the operator began to listen"))
  }

  @Test func oneGatewayThatIsHeardIsEnough() {
    let status = GatewayPlan(facts(silentFor: ["a": 0, "b": 600])).status
    #expect(status.conditions?.of(.ready)?.reason == "Degraded")
    #expect(status.conditions?.of(.ready)?.status == "True")
    #expect(status.tunnels?.last?.reason == "GatewaysSilent")
  }

  @Test func aGatewayThatIsSilentWithoutAnErrorIsSilentAllTheSame() {
    let ready = GatewayPlan(facts(silentFor: ["a": 200, "b": 200], problem: nil)).status.conditions?.of(.ready)
    #expect(ready?.status == "Unknown")
  }

  /// The age in the message grows in doublings, so that silence costs few writes.
  @Test(arguments: [
    (130, "2 min", 110), (239, "2 min", 1), (240, "4 min", 240), (1000, "16 min", 600), (90_000, "17 h", 0),
  ])
  func theAgeIsToldInDoublings(seconds: Int64, words: String, next: Int64) throws {
    let facts = facts(silentFor: ["a": seconds, "b": seconds])
    let silence = try #require(facts.silence("a"))
    #expect(silence.words.hasSuffix("over \(words) ago"))
    if next > 0 { #expect(GatewayPlan(facts).requeueAfter == .seconds(next)) }
  }

  @Test func theNextLookComesWhenSilenceWouldBeNews() {
    #expect(GatewayPlan(facts(silentFor: ["a": 20, "b": 100])).requeueAfter == .seconds(20))
    #expect(GatewayPlan(Fixture.facts()).requeueAfter == GatewayPlan.period)
  }

  @Test func silenceIsNoticedThoughNothingHappens() async throws {
    let world = ConnectionWorld()
    try await world.settle()
    #expect(world.condition(.ready)?.status == "True")
    guard case .requeue(let wait) = try await world.reconcile() else { throw Unexpected() }
    #expect(wait <= .seconds(150), "a timer looks again")
    world.time.advance(by: .seconds(121))
    try await world.reconcile()
    #expect(world.condition(.ready)?.status == "Unknown")
    #expect(world.condition(.ready)?.reason == "GatewaysSilent")
  }
  private struct Unexpected: Error {}

  @Test func forwardsOfASilentConnectionAreUnknownToo() {
    let silent = facts(silentFor: ["a": 300, "b": 300])
    var facts = PortForwardFacts(forward: Fixture.forward(), connection: silent.connection, now: silent.now)
    facts.connection?.status = GatewayPlan(silent).status
    facts.observations = silent.observations
    let status = PortForwardPlan(facts, age: .zero).status
    #expect(status?.conditions?.of(.ready)?.status == "Unknown")
    #expect(status?.conditions?.of(.ready)?.reason == "GatewaysSilent")
    #expect(status?.ports?.map(\.state) == [.unknown])
  }
}
