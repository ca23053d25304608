import Foundations
import Gateway
import Glibc
import Testing

@testable import GatewayAgent

@Suite struct CredentialTrialsTests {
  static let start = Timestamp(seconds: 1_767_225_600)

  private func record(
    _ tunnel: String,
    _ verdict: CredentialRecord.Verdict = .untried,
    refusals: Int = 0,
    secondsAgo: Int = 0,
    revision: String = "1"
  ) -> CredentialRecord {
    CredentialRecord(
      tunnel: tunnel,
      revision: revision,
      verdict: verdict,
      refusals: refusals,
      since: Self.start.advanced(by: .seconds(-secondsAgo))
    )
  }

  private func decide(
    _ own: CredentialRecord,
    _ others: [CredentialRecord] = [],
    waited: Duration = .zero
  ) -> CredentialTrials.Decision {
    CredentialTrials.decide(own, others: others, waited: waited, now: Self.start)
  }

  private func hold(_ refusals: Int, _ tunnels: [String], seconds: Int) -> CredentialTrials.Decision {
    .hold(.init(refusals: refusals, tunnels: tunnels, until: Self.start.advanced(by: .seconds(seconds))))
  }

  @Test func theFirstTryIsTheLowestTunnels() {
    #expect(decide(record("a"), [record("b", .waiting)]) == .attempt)
    #expect(decide(record("b"), [record("a", .waiting)]) == .wait)
    #expect(decide(record("b"), [record("a", .trying)]) == .wait)
    #expect(decide(record("a"), [record("b", .trying)]) == .wait)
  }

  @Test func aSiblingThatHangsHoldsNobodyUp() {
    #expect(decide(record("b"), [record("a", .trying)], waited: CredentialTrials.patience) == .attempt)
  }

  @Test func twoRefusalsOfAllTunnelsTogetherPauseAllOfThem() {
    let refused = record("a", .refused, refusals: 2, secondsAgo: 60)
    #expect(decide(refused) == hold(2, ["a"], seconds: 840))
    #expect(decide(record("b"), [refused]) == hold(2, ["a"], seconds: 840))
    let first = record("a", .refused, refusals: 1, secondsAgo: 60)
    let second = record("b", .refused, refusals: 1, secondsAgo: 30)
    #expect(decide(first, [second]) == hold(2, ["a", "b"], seconds: 870))
  }

  @Test func afterOneRefusalTheNextTryWaitsTenSeconds() {
    #expect(decide(record("a", .refused, refusals: 1, secondsAgo: 9)) == .pause)
    #expect(decide(record("a", .refused, refusals: 1, secondsAgo: 10)) == .attempt)
  }

  @Test func afterThePauseOneTunnelTries() {
    let refused = record("a", .refused, refusals: 2, secondsAgo: 900)
    #expect(decide(refused) == .attempt)
    #expect(decide(record("b"), [record("a", .trying, refusals: 2, secondsAgo: 900)]) == .wait)
    #expect(decide(record("a", .refused, refusals: 3, secondsAgo: 0)) == hold(3, ["a"], seconds: 900))
  }

  @Test func changedCredentialsAreTriedAtOnce() {
    #expect(decide(record("b", revision: "2"), [record("a", .refused, refusals: 5)]) == .attempt)
  }

  @Test func aServerThatAcceptedThemIsNotLostToOneThatDoesNot() {
    #expect(decide(record("a", .accepted, secondsAgo: 900), [record("b", .refused, refusals: 9)]) == .attempt)
    let broken = record("b", .refused, refusals: 2, secondsAgo: 60)
    #expect(decide(record("c"), [broken, record("a", .accepted, secondsAgo: 30)]) == .attempt)
    // The password may have been changed since.
    #expect(decide(record("c"), [broken, record("a", .accepted, secondsAgo: 90)]) == hold(2, ["b"], seconds: 840))
  }

  @Test func theHoldSaysWhoWasRefusedAndWhenTheNextTryComes() {
    let hold = CredentialTrials.Hold(refusals: 3, tunnels: ["a", "b"], until: Self.start)
    #expect(
      hold.words
        == "refused 3 times (tunnel a, tunnel b): the next try is at 2026-01-01T00:00:00Z, so that the account is "
        + "not locked; a changed Secret is tried at once"
    )
  }

  @Test func readsTheBodyOfAnAnswer() throws {
    let answer = CredentialQuestion.Answer(record("a", .refused, refusals: 2, secondsAgo: 60), now: Self.start)
    let head = Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}".utf8)
    #expect(CredentialQuestion.body(of: head).map { Array($0) } == Array("{}".utf8))
    #expect(CredentialQuestion.body(of: Array("HTTP/1.1 404 Not Found\r\n\r\n{}".utf8)) == nil)
    #expect(CredentialQuestion.body(of: Array("HTTP/1.1 200 OK\r\n".utf8)) == nil)
    #expect(answer.record(now: Self.start) == record("a", .refused, refusals: 2, secondsAgo: 60))
  }
}
