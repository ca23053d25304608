import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct LeaderElectionTests {
  let now = ContinuousClock.now
  let wall = Timestamp(seconds: 1_767_225_600)
  private var election: LeaderElection {
    LeaderElection(identity: "us", key: key("leader"), options: .init())
  }

  private func lease(_ holder: String, renewed: Timestamp, duration: Int? = 15, transitions: Int? = 3) -> Lease {
    var spec = Lease.Spec()
    spec.holderIdentity = holder
    spec.leaseDurationSeconds = duration
    spec.acquireTime = MicroTimestamp(Timestamp(seconds: 1_700_000_000))
    spec.renewTime = MicroTimestamp(renewed)
    spec.leaseTransitions = transitions
    var lease = Lease(metadata: ObjectMeta(name: "leader", namespace: "team"), spec: spec)
    lease.metadata.resourceVersion = "5"
    return lease
  }

  private func replaced(_ step: LeaderElection.Step) -> Lease? {
    guard case .replace(let lease) = step else { return nil }
    return lease
  }

  @Test func anAbsentLeaseIsCreated() throws {
    var election = election
    guard case .create(let lease) = election.next(nil, now: now, wall: wall) else {
      Issue.record("not created")
      return
    }
    #expect(lease.key == key("leader"))
    #expect(lease.spec?.holderIdentity == "us")
    #expect(lease.spec?.leaseDurationSeconds == 15)
    #expect(lease.spec?.leaseTransitions == 0)
    #expect(lease.spec?.acquireTime == MicroTimestamp(wall))
    #expect(lease.spec?.renewTime == MicroTimestamp(wall))
  }

  @Test func aLeaseOfOursIsRenewedAndKeepsItsBeginning() throws {
    var election = election
    let lease = try #require(replaced(election.next(lease("us", renewed: wall), now: now, wall: wall)))
    #expect(lease.spec?.acquireTime == MicroTimestamp(Timestamp(seconds: 1_700_000_000)))
    #expect(lease.spec?.renewTime == MicroTimestamp(wall))
    #expect(lease.spec?.leaseTransitions == 3)
    #expect(lease.metadata.resourceVersion == "5")
  }

  @Test func anothersLeaseIsLeftAloneWhileItIsRenewed() {
    var election = election
    for minute in 0..<60 {
      let at = Duration.seconds(14 * minute)
      let lease = lease("them", renewed: wall.advanced(by: at))
      #expect(election.next(lease, now: now.advanced(by: at), wall: wall) == .wait)
    }
    #expect(election.holder == "them")
  }

  @Test func anothersLeaseIsTakenOverWhenItWasNotRenewedForItsDuration() throws {
    var election = election
    let stale = lease("them", renewed: wall)
    #expect(election.next(stale, now: now, wall: wall) == .wait)
    #expect(election.next(stale, now: now.advanced(by: .seconds(15)), wall: wall) == .wait)
    let taken = election.next(stale, now: now.advanced(by: .milliseconds(15_001)), wall: wall)
    let lease = try #require(replaced(taken))
    #expect(lease.spec?.holderIdentity == "us")
    #expect(lease.spec?.leaseTransitions == 4)
    #expect(lease.spec?.acquireTime == MicroTimestamp(wall))
  }

  @Test(arguments: [-86_400.0, 86_400]) func clocksThatDisagreeByADayChangeNothing(_ skew: Double) {
    var election = election
    let theirs = wall.advanced(by: .seconds(skew))
    #expect(election.next(lease("them", renewed: theirs), now: now, wall: wall) == .wait)
    let renewed = lease("them", renewed: theirs.advanced(by: .seconds(10)))
    #expect(election.next(renewed, now: now.advanced(by: .seconds(10)), wall: wall) == .wait)
    #expect(election.next(renewed, now: now.advanced(by: .seconds(24)), wall: wall) == .wait)
    #expect(replaced(election.next(renewed, now: now.advanced(by: .seconds(26)), wall: wall)) != nil)
  }

  @Test func theDurationThatTheHolderStatedCounts() {
    var election = election
    let long = lease("them", renewed: wall, duration: 60)
    _ = election.next(long, now: now, wall: wall)
    #expect(election.next(long, now: now.advanced(by: .seconds(59)), wall: wall) == .wait)
    #expect(replaced(election.next(long, now: now.advanced(by: .seconds(61)), wall: wall)) != nil)
  }

  @Test(arguments: [Int.max, Int.min, -5, 0]) func anAbsurdDurationDoesNotLockUsOut(_ duration: Int) {
    var election = election
    let absurd = lease("them", renewed: wall, duration: duration)
    #expect(election.next(absurd, now: now, wall: wall) == .wait)
    #expect(replaced(election.next(absurd, now: now.advanced(by: .seconds(86_401)), wall: wall)) != nil)
  }

  @Test func aReleasedLeaseIsTakenOverAtOnce() throws {
    var election = election
    let released = LeaderElection.released(lease("them", renewed: wall), wall)
    #expect(released.spec?.leaseDurationSeconds == 1)
    let lease = try #require(replaced(election.next(released, now: now, wall: wall)))
    #expect(lease.spec?.holderIdentity == "us")
    #expect(lease.spec?.leaseDurationSeconds == 15)
    #expect(lease.spec?.leaseTransitions == 4)
  }

  @Test func whatWeHoldIsRenewedUnreadUntilAWriteFails() throws {
    var election = election
    #expect(election.renewal(wall: wall) == nil)
    election.wrote(lease("us", renewed: wall), now: now)
    let later = wall.advanced(by: .seconds(2))
    let renewal = try #require(election.renewal(wall: later))
    #expect(renewal.spec?.renewTime == MicroTimestamp(later))
    #expect(renewal.metadata.resourceVersion == "5")
    election.failed()
    #expect(election.renewal(wall: later) == nil)
  }

  @Test(arguments: [Int?.none, Int.max]) func transitionsNeverOverflow(_ transitions: Int?) {
    var election = election
    let released = LeaderElection.released(lease("", renewed: wall, transitions: transitions), wall)
    #expect(replaced(election.next(released, now: now, wall: wall)) != nil)
  }

  @Test func optionsAreBroughtIntoASafeOrder() {
    let usual = LeaderElection.Options()
    #expect(usual.duration == .seconds(15))
    #expect(usual.renewDeadline == .seconds(10))
    #expect(usual.retryPeriod == .seconds(2))
    let odd = LeaderElection.Options(
      duration: .milliseconds(1500),
      renewDeadline: .seconds(60),
      retryPeriod: .seconds(60)
    )
    #expect(odd.duration == .seconds(2))
    #expect(odd.renewDeadline < odd.duration)
    #expect(odd.retryPeriod < odd.renewDeadline)
    let negative = LeaderElection.Options(duration: .seconds(-3), renewDeadline: .zero, retryPeriod: .zero)
    #expect(negative.duration == .seconds(1))
    #expect(negative.retryPeriod > .zero)
  }
}
