import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct PortClaimsTests {
  @Test func theOlderKeepsThePort() {
    let old = Fixture.forward("z", created: 0)
    let young = Fixture.forward("a", created: 5)
    #expect(PortClaims.conflict(of: old, among: [young]) == nil)
    #expect(PortClaims.conflict(of: young, among: [old])?.holder.name == "z")
    #expect(PortClaims.accepted([young, old]).map(\.key.name) == ["z"])
  }

  @Test func namesDecideBetweenTwins() {
    let twins = [Fixture.forward("b"), Fixture.forward("a")]
    #expect(PortClaims.accepted(twins).map(\.key.name) == ["a"])
  }

  @Test func udpAndTCPDoNotCompete() {
    var udp = Fixture.forward("udp", created: 5)
    udp.spec.ports[0].protocol = .udp
    #expect(PortClaims.conflict(of: udp, among: [Fixture.forward()]) == nil)
  }

  @Test func aSuspendedOrDyingForwardHoldsNothing() {
    var suspended = Fixture.forward("s")
    suspended.spec.suspend = true
    var dying = Fixture.forward("d")
    dying.metadata.deletionTimestamp = Fixture.now
    let young = Fixture.forward("y", created: 5)
    #expect(PortClaims.conflict(of: young, among: [suspended, dying]) == nil)
  }

  @Test func theTwoDecisionsAgree() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let forwards = (0..<12).map { index in
        Fixture.forward(
          "f\(index)",
          port: .random(in: 1...4, using: &generator),
          created: .random(in: 0...3, using: &generator)
        )
      }
      let accepted = Set(PortClaims.accepted(forwards).map(\.key))
      let alone = Set(forwards.filter { PortClaims.conflict(of: $0, among: forwards) == nil }.map(\.key))
      #expect(accepted == alone)
    }
  }
}
