import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct PortClaimsTests {
  /// As the gateways are told.
  private func accepted(_ forwards: [PortForward], beyondLimit: Set<String> = []) -> [String] {
    let admission = ForwardAdmission(forwards, networks: Self.networks) { forward in
      beyondLimit.contains(forward.key.name) ? NamespaceLimits().refusalOfForward() : nil
    }
    return admission.accepted.map(\.key.name)
  }
  private static let networks = Fixture.connection().spec.remoteNetworks

  @Test func theOlderKeepsThePort() {
    let old = Fixture.forward("z", created: 0)
    let young = Fixture.forward("a", created: 5)
    #expect(PortClaims.conflict(of: old, among: [young]) == nil)
    #expect(PortClaims.conflict(of: young, among: [old])?.holder.name == "z")
    #expect(accepted([young, old]) == ["z"])
  }

  @Test func namesDecideBetweenTwins() {
    let twins = [Fixture.forward("b"), Fixture.forward("a")]
    #expect(accepted(twins) == ["a"])
  }

  @Test func udpAndTCPDoNotCompete() {
    var udp = Fixture.forward("udp", created: 5)
    udp.spec.ports[0].protocol = .udp
    #expect(PortClaims.conflict(of: udp, among: [Fixture.forward()]) == nil)
  }

  @Test func aSuspendedOrDeletedForwardHoldsNothing() {
    var suspended = Fixture.forward("s")
    suspended.spec.suspend = true
    var dying = Fixture.forward("d")
    dying.metadata.deletionTimestamp = Fixture.now
    let young = Fixture.forward("y", created: 5)
    #expect(PortClaims.conflict(of: young, among: [suspended, dying]) == nil)
  }

  /// What a forward says of itself is what the gateways are told of it, whatever is wrong with it and its rivals.
  @Test func theStatusOfEachForwardAgreesWithTheGatewaysConfiguration() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let forwards = (0..<12).map { index in
        var forward = Fixture.forward(
          "f\(index)",
          port: .random(in: 0...4, using: &generator),
          created: .random(in: 0...3, using: &generator)
        )
        if Int.random(in: 0..<6, using: &generator) == 0 { forward.spec.suspend = true }
        if Int.random(in: 0..<6, using: &generator) == 0 { forward.spec.ports[0].target.host = "10.99.0.1" }
        return forward
      }
      let beyond = Set(forwards.map(\.key.name).filter { _ in Int.random(in: 0..<6, using: &generator) == 0 })
      let told = Set(accepted(forwards, beyondLimit: beyond))
      let said = forwards.filter { forward in
        var facts = PortForwardFacts(forward: forward, connection: Fixture.connection(), now: Fixture.now)
        facts.rivals = forwards.filter { !beyond.contains($0.key.name) }
        facts.beyondLimit = beyond.contains(forward.key.name) ? NamespaceLimits().refusalOfForward() : nil
        return PortForwardChecks.all.refusal(facts) == nil
      }
      #expect(told == Set(said.map(\.key.name)))
    }
  }
}
