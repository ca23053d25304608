import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime

/// Candidates on virtual time before one server in memory; durations are the usual 15, 10 and 2 s.
@Suite(.timeLimit(.minutes(10))) struct LeadershipTests {
  private let server = MemoryServer()
  private let time = VirtualTimeSource()

  /// One process: what it is and what it did.
  private final class Candidate: Sendable {
    let leads = Locked(false)
    let log = Locked<[String]>([])
    let gate = Latch()
    let registry = MetricsRegistry()
    let task: Task<Leadership.Ended, Never>

    /// - Parameter isSlow: goes on after it is told to stop, until the gate opens.
    init(_ identity: String, _ server: MemoryServer, _ time: VirtualTimeSource, isSlow: Bool = false) {
      let (leads, log, gate) = (leads, log, gate)
      let leadership = Leadership(
        client: server,
        key: key("leader"),
        identity: identity,
        registry: registry,
        time: time
      )
      task = Task {
        await leadership.run(
          {
            leads.withLock { $0 = true }
            await Latch().wait()
            if isSlow { await Task { await gate.wait() }.value }
            leads.withLock { $0 = false }
            log.withLock { $0.append("stopped") }
          },
          beforeRelease: {
            let holder = server.object(Lease.self, key("leader"))?.spec?.holderIdentity ?? "nobody"
            log.withLock { $0.append("\(holder) holds the lease") }
          }
        )
      }
    }
    var isLeading: Bool { leads.withLock { $0 } }
    var metric: Double? { registry.value("leader_election_master_status", ["name": "leader"]) }
  }

  private func candidate(_ identity: String, isSlow: Bool = false) -> Candidate {
    Candidate(identity, server, time, isSlow: isSlow)
  }
  private var lease: Lease? { server.object(Lease.self, key("leader")) }

  /// Waits until nobody does anything any more: five looks in a row, over milliseconds, show the same. A thread that the
  /// system has paused in the middle of a step would be missed by quicker ones.
  private func settle() async {
    var (before, same) = ([Duration](), 0)
    for _ in 0..<10_000 where same < 5 {
      for _ in 0..<50 { await Task.yield() }
      try? await Task.sleep(for: .milliseconds(1))
      let now = time.remaining + [.seconds(server.calls.count)]
      same = now == before && time.remaining.first != .zero ? same + 1 : 0
      before = now
    }
  }

  /// Seconds go by, each with time for everybody to act.
  private func passSeconds(_ seconds: Int) async {
    for _ in 0..<seconds {
      time.advance(by: .seconds(1))
      await settle()
    }
  }

  /// Seconds go by while somebody keeps the lease. A renewal may be eight seconds old (one request is given five, and
  /// the pauses before and after it take two each). An older one means that its holder has not been given the processor
  /// yet, and time waits for it.
  private func passSecondsOfALead(_ seconds: Int) async {
    for _ in 0..<seconds {
      await passSeconds(1)
      let oldest = time.timestamp.advanced(by: .seconds(-8))
      #expect(await eventually { (lease?.spec?.renewTime?.time ?? Timestamp(seconds: 0)) >= oldest })
    }
  }

  @Test func theFirstLeadsAndRenewsWithoutReading() async {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    #expect(lease?.spec?.holderIdentity == "first")
    #expect(first.metric == 1)
    server.forgetCalls()
    for _ in 0..<10 {
      let before = lease?.metadata.resourceVersion
      await passSecondsOfALead(2)
      #expect(await eventually { lease?.metadata.resourceVersion != before })
    }
    #expect(Set(server.calls) == ["replace Lease team/leader"])
    #expect(lease?.spec?.renewTime == MicroTimestamp(time.timestamp))
    #expect(lease?.spec?.leaseTransitions == 0)
    first.task.cancel()
    #expect(await first.task.value == .stopped)
  }

  @Test func aCleanStopReleasesLastAndTheNextNeedNotWait() async {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    let second = candidate("second")
    #expect(await eventually { server.calls.filter { $0.hasPrefix("get") }.count >= 2 })
    await passSecondsOfALead(5)
    #expect(!second.isLeading)
    first.task.cancel()
    #expect(await first.task.value == .stopped)
    #expect(first.log.withLock { $0 } == ["stopped", "first holds the lease"])
    #expect(first.metric == 0)
    #expect(lease?.spec?.holderIdentity == "" || lease?.spec?.holderIdentity == "second")
    // One retry period, and what keeps candidates apart.
    await passSeconds(3)
    #expect(await eventually { second.isLeading })
    #expect(lease?.spec?.leaseTransitions == 1)
    second.task.cancel()
    _ = await second.task.value
  }

  @Test func aLeaderThatCannotRenewGivesUpBeforeAnotherTakesOver() async {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    await passSeconds(2)
    // From here on nothing that the first writes arrives; a second candidate has its own line to the server.
    server.setFault { $0.hasPrefix("replace") ? KubernetesError(.transport, "connection refused") : nil }
    let second = candidate("second")
    var given = 0
    while first.isLeading, given < 30 {
      await passSeconds(1)
      given += 1
    }
    #expect(given >= 8 && given <= 12)
    #expect(await first.task.value == .lost)
    #expect(first.metric == 0)
    #expect(!second.isLeading)
    #expect(first.log.withLock { $0 } == ["stopped"], "the lease is not released: another may have it")
    server.setFault { _ in nil }
    var waited = given
    while !second.isLeading, waited < 60 {
      await passSeconds(1)
      waited += 1
    }
    #expect(waited >= 14 && waited <= 22)
    second.task.cancel()
    _ = await second.task.value
  }

  @Test func aServerThatDoesNotAnswerDoesNotKeepUsLeading() async {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    server.setFault { call in
      await Latch().wait()
      return KubernetesError(.transport, "cancelled: \(call)")
    }
    await passSeconds(11)
    #expect(await first.task.value == .lost)
  }

  /// As on a connection whose other end stopped answering: the next request goes over another one.
  @Test func oneRequestThatHangsDoesNotCostTheLead() async {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    let hanging = Locked(1)
    server.setFault { call in
      let hangs = hanging.withLock { left in
        left -= 1
        return left >= 0
      }
      guard hangs else { return nil }
      await Latch().wait()
      return KubernetesError(.transport, "cancelled: \(call)")
    }
    await passSecondsOfALead(60)
    #expect(hanging.withLock { $0 } < -10)
    #expect(first.isLeading)
    first.task.cancel()
    #expect(await first.task.value == .stopped)
  }

  @Test func aLeaseThatAnotherTookIsNoticedAtTheNextRenewal() async {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    var stolen = lease ?? Lease(metadata: ObjectMeta(name: "leader", namespace: "team"))
    stolen.spec?.holderIdentity = "thief"
    server.put(stolen)
    await passSeconds(3)
    #expect(await eventually { !first.isLeading })
    #expect(await first.task.value == .lost)
    #expect(first.metric == 0)
    #expect(lease?.spec?.holderIdentity == "thief", "the lease is not released: another has it")
  }

  @Test func aLeaseThatWasDeletedAndTakenByAnotherEndsTheLead() async throws {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    try await server.delete(Lease.self, key("leader"), DeleteOptions())
    let second = candidate("second")
    #expect(await eventually { second.isLeading })
    // The next renewal: two seconds, and the request.
    await passSeconds(3)
    #expect(await eventually { !first.isLeading })
    #expect(await first.task.value == .lost)
    #expect(second.isLeading)
    second.task.cancel()
    #expect(await second.task.value == .stopped)
  }

  @Test func aLeaseThatWasOnlyDeletedIsMadeAgain() async throws {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    try await server.delete(Lease.self, key("leader"), DeleteOptions())
    await passSeconds(3)
    #expect(await eventually { lease != nil })
    await passSecondsOfALead(27)
    #expect(first.isLeading)
    #expect(lease?.spec?.holderIdentity == "first")
    first.task.cancel()
    #expect(await first.task.value == .stopped)
  }

  @Test func aLeaseThatSomeoneElseAnnotatedIsRenewed() async throws {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    var annotated = try #require(lease)
    annotated.metadata.annotations = ["note": "seen"]
    server.put(annotated)
    await passSecondsOfALead(30)
    #expect(first.isLeading)
    #expect(lease?.metadata.annotations == ["note": "seen"])
    #expect(lease?.spec?.renewTime != annotated.spec?.renewTime)
    first.task.cancel()
    #expect(await first.task.value == .stopped)
  }

  @Test func oneFailedRenewalIsForgiven() async {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    let failures = Locked(2)
    server.setFault { call in
      let fails = failures.withLock { left in
        left -= 1
        return left >= 0
      }
      return fails ? KubernetesError(.unavailable, status: 503, call) : nil
    }
    await passSecondsOfALead(30)
    #expect(first.isLeading)
    #expect(failures.withLock { $0 } < 0)
    first.task.cancel()
    #expect(await first.task.value == .stopped)
  }

  @Test func onlyOneOfSeveralThatStartTogetherLeads() async {
    let candidates = (0..<4).map { candidate("candidate-\($0)") }
    #expect(await eventually { candidates.contains { $0.isLeading } })
    await passSecondsOfALead(20)
    #expect(candidates.filter(\.isLeading).count == 1)
    for candidate in candidates { candidate.task.cancel() }
    for candidate in candidates { _ = await candidate.task.value }
  }

  @Test func theLeaseIsKeptWhileWhatIsUnderWayIsFinished() async {
    let first = candidate("first", isSlow: true)
    #expect(await eventually { first.isLeading })
    let second = candidate("second")
    first.task.cancel()
    await passSecondsOfALead(40)
    #expect(first.isLeading)
    #expect(!second.isLeading)
    #expect(lease?.spec?.holderIdentity == "first")
    first.gate.open()
    #expect(await first.task.value == .stopped)
    await passSeconds(3)
    #expect(await eventually { second.isLeading })
    second.task.cancel()
    _ = await second.task.value
  }

  @Test func aStoppingLeaderThatCannotRenewDoesNotWaitForItsWork() async {
    let first = candidate("first", isSlow: true)
    #expect(await eventually { first.isLeading })
    first.task.cancel()
    server.setFault { _ in KubernetesError(.transport, "connection refused") }
    await passSeconds(12)
    #expect(await first.task.value == .lost)
    #expect(first.log.withLock { $0 } == [], "the work goes on, and nothing is released")
    first.gate.open()
  }

  @Test func aCandidateThatStopsBeforeItLeadsWritesNothing() async {
    let first = candidate("first")
    #expect(await eventually { first.isLeading })
    let second = candidate("second")
    #expect(await eventually { time.sleeperCount >= 3 })
    second.task.cancel()
    #expect(await second.task.value == .stopped)
    #expect(second.log.withLock { $0 } == ["first holds the lease"])
    #expect(lease?.spec?.holderIdentity == "first")
    first.task.cancel()
    _ = await first.task.value
  }
}
