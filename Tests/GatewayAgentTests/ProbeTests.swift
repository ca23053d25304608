import Foundations
import Gateway
import Testing

@testable import GatewayAgent

@Suite struct ProbeTests {
  let start = ContinuousClock.now

  @Test func twoFailuresAreAFailureOneAnswerIsAnAnswer() {
    var verdict = ProbeVerdict()
    let answers: [(answered: Bool, changes: Bool, isUp: Bool)] = [
      (true, true, true), (false, false, true), (true, false, true), (false, false, true), (false, true, false),
      (true, true, true),
    ]
    for (index, expected) in answers.enumerated() {
      let now = start.advanced(by: .seconds(index))
      let changed = verdict.record(expected.answered, failureThreshold: 2, now: now)
      #expect(changed == expected.changes && verdict.isUp == expected.isUp, "answer \(index)")
    }
  }

  @Test func flapsMakeItPatientAndCalmMakesItQuickAgain() {
    var verdict = ProbeVerdict()
    var now = start
    func failuresUntilDown() -> Int {
      var count = 0
      while verdict.isUp == true && count < 100 {
        now = now.advanced(by: .milliseconds(300))
        _ = verdict.record(false, failureThreshold: 2, now: now)
        count += 1
      }
      return count
    }
    func answer(after duration: Duration) {
      now = now.advanced(by: duration)
      _ = verdict.record(true, failureThreshold: 2, now: now)
    }
    answer(after: .zero)
    var needed: [Int] = []
    for _ in 0..<4 {
      needed.append(failuresUntilDown())
      answer(after: .milliseconds(300))
    }
    #expect(needed == [2, 4, 8, 8])
    answer(after: .seconds(31))
    answer(after: .seconds(31))
    #expect(failuresUntilDown() == 2)
    answer(after: .seconds(10))
    #expect(failuresUntilDown() == 2, "a real outage is no flap")
  }

  @Test func asksOthersOnlyWhenTheLastAnswererIsSilent() {
    let targets = (1...5).map { ForwardTarget(address: IPv4Address(bits: 1), port: $0) }
    var candidates = ProbeCandidates()
    let first = candidates.next(of: targets)
    #expect(first == Array(targets[0..<3]))
    candidates.record(answered: targets[1])
    #expect(candidates.next(of: targets) == [targets[1]])
    candidates.record(answered: nil)
    #expect(candidates.next(of: targets).count == 4)
    #expect(candidates.next(of: [targets[4]]) == [targets[4]])
    #expect(candidates.next(of: []).isEmpty)
  }

  @Test func newTargetsAreAskedAtOnceAndFailedOnesTwice() {
    var schedule = ReachabilitySchedule()
    let target = ForwardTarget(address: IPv4Address(bits: 1), port: 80)
    schedule.follow([target], now: start)
    #expect(schedule.due(now: start) == [target])
    schedule.record(target, error: "silence", now: start, jitter: 0)
    #expect(schedule.entries[target]?.isReachable == nil && schedule.due(now: start).isEmpty)
    let second = start.advanced(by: ReachabilitySchedule.retryDelay)
    #expect(schedule.due(now: second) == [target])
    schedule.record(target, error: "silence", now: second, jitter: 0)
    #expect(schedule.entries[target]?.isReachable == false && schedule.entries[target]?.error == "silence")
    #expect(schedule.due(now: second.advanced(by: .seconds(7))).isEmpty)
    #expect(schedule.due(now: second.advanced(by: .seconds(8))) == [target])
    schedule.record(target, error: nil, now: second, jitter: 1)
    #expect(schedule.entries[target]?.isReachable == true && schedule.entries[target]?.error == nil)
    schedule.follow([], now: second)
    #expect(schedule.nextDue == nil)
  }

  @Test func manyTargetsAreAskedInTurns() {
    var schedule = ReachabilitySchedule()
    let targets = Set((1...500).map { ForwardTarget(address: IPv4Address(bits: 1), port: $0) })
    schedule.follow(targets, now: start)
    var asked: Set<ForwardTarget> = []
    for _ in 0..<8 {
      let due = schedule.due(now: start)
      #expect(due.count <= ReachabilitySchedule.inFlight)
      for target in due { schedule.record(target, error: nil, now: start, jitter: 0.5) }
      asked.formUnion(due)
    }
    #expect(asked == targets)
  }

  @Test func thousandsOfTargetsAreAskedLessOften() {
    var schedule = ReachabilitySchedule()
    let targets = (1...5000).map { ForwardTarget(address: IPv4Address(bits: 1), port: $0) }
    schedule.follow(Set(targets.prefix(2000)), now: start)
    #expect(schedule.period == .seconds(10))
    schedule.follow(Set(targets), now: start)
    schedule.record(targets[0], error: nil, now: start, jitter: 0.5)
    #expect(schedule.entries[targets[0]]?.due == start.advanced(by: .seconds(25)))
  }
}
