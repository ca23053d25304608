import Testing

@testable import GatewayAgent

@Suite struct ProbePaceTests {
  let start = ContinuousClock.now
  static let configured = Duration.milliseconds(250)

  private func period(_ pace: ProbePace, after seconds: Double, sibling: Bool = true) -> Duration {
    let now = start.advanced(by: .seconds(seconds))
    return pace.period(configured: Self.configured, hasReadySibling: sibling, now: now)
  }

  @Test func aQuietTunnelIsProbedOnceASecond() {
    var pace = ProbePace(now: start)
    pace.forwarded(7, now: start)
    #expect(period(pace, after: 9.9) == Self.configured)
    pace.forwarded(7, now: start.advanced(by: .seconds(9)))
    #expect(period(pace, after: 10) == .seconds(1))
  }

  @Test func trafficIsWatchedOnlyForASiblingThatCouldTakeIt() {
    var pace = ProbePace(now: start)
    pace.forwarded(7, now: start)
    pace.forwarded(8, now: start.advanced(by: .seconds(20)))
    #expect(period(pace, after: 29.9) == Self.configured)
    #expect(period(pace, after: 29.9, sibling: false) == .seconds(1))
    #expect(period(pace, after: 30) == .seconds(1))
  }

  @Test func packetsThatNobodyCountsAreTakenAsTraffic() {
    var pace = ProbePace(now: start)
    pace.forwarded(nil, now: start.advanced(by: .seconds(20)))
    pace.forwarded(nil, now: start.advanced(by: .seconds(60)))
    #expect(period(pace, after: 61) == Self.configured)
  }

  @Test func aFailedProbeIsFollowedUpAtOnceWithAndWithoutSiblings() {
    var pace = ProbePace(now: start)
    pace.somethingHappened(now: start.advanced(by: .seconds(60)))
    for sibling in [true, false] {
      #expect(period(pace, after: 69.9, sibling: sibling) == Self.configured)
      #expect(period(pace, after: 70, sibling: sibling) == .seconds(1))
    }
  }

  @Test func aLongerConfiguredPeriodStands() {
    let pace = ProbePace(now: start)
    let now = start.advanced(by: .seconds(60))
    #expect(pace.period(configured: .seconds(5), hasReadySibling: true, now: now) == .seconds(5))
  }
}

@Suite struct SiblingPaceTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var pace: SiblingPace
    var lookUp: Duration
    var ask: Duration
    var testDescription: String { "\(pace)" }
    init(_ isServing: Bool, doubt: Int?, known: Int, ready: Int, lookUp: Duration, ask: Duration) {
      pace = SiblingPace(isServing: isServing, sinceDoubt: doubt.map { .seconds($0) }, known: known, ready: ready)
      self.lookUp = lookUp
      self.ask = ask
    }
  }

  @Test(arguments: [
    Row(true, doubt: nil, known: 2, ready: 2, lookUp: .seconds(5), ask: .seconds(5)),
    Row(true, doubt: 5, known: 2, ready: 2, lookUp: .seconds(5), ask: .seconds(5)),
    Row(true, doubt: nil, known: 0, ready: 0, lookUp: .seconds(1), ask: .seconds(5)),
    Row(true, doubt: nil, known: 2, ready: 1, lookUp: .seconds(1), ask: .seconds(1)),
    Row(true, doubt: 4, known: 2, ready: 2, lookUp: .seconds(1), ask: .milliseconds(500)),
    Row(false, doubt: nil, known: 2, ready: 2, lookUp: .seconds(1), ask: .milliseconds(500)),
    Row(false, doubt: 60, known: 2, ready: 0, lookUp: .seconds(1), ask: .milliseconds(500)),
  ]) func followsItsTable(_ row: Row) {
    #expect(row.pace.lookUp == row.lookUp)
    #expect(row.pace.ask == row.ask)
  }
}

@Suite struct ForwardedPacketsTests {
  @Test func areReadByTheNameOfTheirColumn() {
    let table = """
      Ip: Forwarding DefaultTTL InReceives ForwDatagrams InUnknownProtos
      Ip: 1 64 900 4711 0
      Icmp: InMsgs InErrors
      Icmp: 5 6

      """
    #expect(ForwardedPackets.count(in: Array(table.utf8)[...]) == 4711)
    for broken in ["", "Ip: ForwDatagrams\n", "Ip: A ForwDatagrams\nIp: 1\n", "Ip: ForwDatagrams\nIp: x\n"] {
      #expect(ForwardedPackets.count(in: Array(broken.utf8)[...]) == nil)
    }
    #expect(ForwardedPackets().count() != nil, "this kernel counts them")
  }
}

@Suite struct LivenessTests {
  @Test func namesTheLoopsThatHaveBeenSilentForAMinute() {
    let start = ContinuousClock.now
    var liveness = Liveness()
    liveness.beat("prober", now: start)
    liveness.beat("names", now: start.advanced(by: .seconds(30)))
    #expect(liveness.stalled(now: start.advanced(by: .seconds(60))) == [])
    #expect(liveness.stalled(now: start.advanced(by: .seconds(61))) == ["prober"])
    #expect(liveness.stalled(now: start.advanced(by: .seconds(91))) == ["names", "prober"])
    liveness.beat("prober", now: start.advanced(by: .seconds(90)))
    #expect(liveness.stalled(now: start.advanced(by: .seconds(91))) == ["names"])
  }
}
