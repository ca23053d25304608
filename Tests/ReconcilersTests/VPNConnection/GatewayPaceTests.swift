import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct GatewayPaceTests {
  private let start = ContinuousClock.now
  private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start.advanced(by: .milliseconds(milliseconds)) }
  private func sight(_ forwards: Int, rest: Int = 0) -> GatewayPace.Sight {
    GatewayPace.Sight(forwards: forwards, count: 0, rest: rest)
  }

  @Test func theFirstForwardOfAQuietConnectionIsAppliedAtOnce() {
    var pace = GatewayPace()
    #expect(pace.wait(sight(1), now: at(0)) == nil)
    pace.changed(at: at(0))
    #expect(pace.wait(sight(2), now: at(501)) == nil)
  }

  @Test func forwardsThatTrickleInAreAppliedAtOnce() {
    var pace = GatewayPace()
    for index in 0..<20 {
      #expect(pace.wait(sight(index), now: at(index * 600)) == nil)
      pace.changed(at: at(index * 600))
      // The objects that were applied wake their connection.
      #expect(pace.wait(sight(index), now: at(index * 600 + 200)) == .milliseconds(300))
    }
  }

  @Test func aBurstThatGoesOnIsAppliedNowAndThen() {
    var pace = GatewayPace()
    var changes: [Int] = []
    var next = 0
    while next < 20_000 {
      // One more forward at every look.
      if let wait = pace.wait(sight(next), now: at(next)) {
        next += max(1, Int(wait / .milliseconds(1)))
      } else {
        changes.append(next)
        pace.changed(at: at(next))
        next += 10
      }
    }
    let pauses = zip(changes, changes.dropFirst()).map { $1 - $0 }
    #expect(pauses == [5000, 5000, 5000])
  }

  @Test func theLastForwardOfABurstIsAppliedSoonAfterItCame() throws {
    var pace = GatewayPace()
    _ = pace.wait(sight(1), now: at(0))
    pace.changed(at: at(0))
    #expect(pace.wait(sight(2), now: at(100)) == .milliseconds(400))
    #expect(pace.wait(sight(3), now: at(500)) == GatewayPace.quiet(0))
    #expect(pace.wait(sight(4), now: at(750)) == GatewayPace.quiet(0))
    #expect(pace.wait(sight(4), now: at(1_000)) == nil)
  }

  @Test func manyForwardsAreWaitedForALittleLonger() {
    #expect([0, 1_000, 10_000].map(GatewayPace.quiet) == [.milliseconds(250), .milliseconds(500), .seconds(1)])
  }

  @Test func newsOfATunnelOrANewSpecDoNotWaitForForwards() {
    var pace = GatewayPace()
    _ = pace.wait(sight(1), now: at(0))
    pace.changed(at: at(0))
    _ = pace.wait(sight(2), now: at(100))
    #expect(pace.wait(sight(3), now: at(500)) == GatewayPace.quiet(0))
    #expect(pace.wait(sight(4, rest: 1), now: at(510)) == nil)
  }

  @Test func aBurstIsOverWithTheChangeThatItWaitedFor() {
    var pace = GatewayPace()
    _ = pace.wait(sight(1), now: at(0))
    pace.changed(at: at(0))
    _ = pace.wait(sight(2), now: at(100))
    #expect(pace.wait(sight(2), now: at(500)) == nil)
    pace.changed(at: at(500))
    #expect(pace.wait(sight(2), now: at(600)) == .milliseconds(400))
    #expect(pace.wait(sight(3), now: at(1_000)) == nil)
  }

  @Test func aForwardThatIsReplacedByAnotherIsNoticed() {
    let connection = Fixture.connection()
    func sight(_ names: String...) -> GatewayPace.Sight {
      GatewayPace.Sight(connection, names.map { Fixture.forward($0) }, [:])
    }
    #expect(sight("a", "b") == sight("b", "a"))
    #expect(sight("a", "b").forwards != sight("a", "c").forwards)
    var changed = Fixture.forward("a")
    changed.metadata.generation = 2
    #expect(GatewayPace.Sight(connection, [changed], [:]).forwards != sight("a").forwards)
  }
}
