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

/// Gateways of one connection in one process: their gates ask each other, on one virtual clock.
@Suite struct CredentialGateTests {
  private final class World: Sendable {
    typealias Member = (context: AgentContext, gate: CredentialGate)
    let time = VirtualTimeSource()
    private let members = Locked<[Member]>([])
    private let folders = Locked<[String]>([])

    /// - Parameter folder: one that a former container of the pod has used; nil: a new one.
    func start(_ tunnel: String, in folder: String? = nil) -> Member {
      let folder = folder ?? newFolder()
      let log = Logger(level: .error, format: .text, write: { _ in })
      let context = AgentContext(log: log, time: time, runtime: RuntimeDirectory(path: folder))
      let (members, time) = (members, time)
      let gate = CredentialGate(context: context) { _ in
        members.withLock { $0 }.compactMap { other in
          guard other.context !== context, let record = other.context.read({ $0.credentials }) else { return nil }
          return CredentialQuestion.Answer(record, now: time.timestamp).record(now: time.timestamp)
        }
      }
      members.withLock { $0.append((context, gate)) }
      return (context, gate)
    }

    func newFolder() -> String {
      var template = Array("/tmp/credentials-XXXXXX".utf8CString)
      let folder = template.withUnsafeMutableBufferPointer { buffer in
        buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/nonexistent"
      }
      folders.withLock { $0.append(folder) }
      return folder
    }

    deinit {
      for folder in folders.withLock({ $0 }) {
        unlink("\(folder)/credentials.json")
        rmdir(folder)
      }
    }
  }

  @Test func wrongCredentialsAreRefusedTwiceAndThenOnceInFifteenMinutes() throws {
    let world = World()
    let tunnels = ["a", "b", "c"]
    let gateways = tunnels.map { world.start($0) }
    let materials = try tunnels.map { try Samples.login(tunnel: $0) }
    for gateway in gateways { gateway.context.update { $0.siblings = [IPv4Address(bits: 1)] } }
    var attempts: [Int] = []
    // Each attempt takes a second, and the server refuses it.
    for second in 0..<1900 {
      for (index, gateway) in gateways.enumerated() where gateway.gate.mayTry(materials[index]) {
        attempts.append(second)
        gateway.gate.wasRefused()
        world.time.advance(by: .milliseconds(100))
        gateway.gate.attemptEnded()
      }
      world.time.advance(by: .seconds(1))
    }
    #expect(attempts.count == 4, "\(attempts)")
    #expect(attempts.first == 0)
    let state = gateways[2].context.snapshot
    #expect(state.status.tunnel.failure == .authenticationFailed)
    #expect(state.status.tunnel.lastError?.contains("the next try is at") == true)
  }

  @Test func aChangedSecretIsTriedAtOnceAndATouchedOneIsNot() throws {
    let world = World()
    let (context, gate) = world.start("a")
    func attempt(_ material: GatewayMaterial) -> Bool {
      guard gate.mayTry(material) else { return false }
      gate.wasRefused()
      gate.attemptEnded()
      return true
    }
    let material = try Samples.login(tunnel: "a", siblings: nil)
    #expect(attempt(material))
    world.time.advance(by: .seconds(11))
    #expect(attempt(material))
    #expect(!attempt(material))
    #expect(!attempt(try Samples.login(tunnel: "a", revision: "2", siblings: nil)))
    #expect(context.snapshot.credentialHold != nil)
    #expect(attempt(try Samples.login(tunnel: "a", revision: "3", password: "other", siblings: nil)))
    #expect(context.snapshot.credentialHold == nil)
  }

  @Test func aRestartedContainerRemembersWhatWasRefused() throws {
    let world = World()
    let material = try Samples.login(tunnel: "a", siblings: nil)
    let folder = world.newFolder()
    let (_, gate) = world.start("a", in: folder)
    for _ in 0..<2 {
      #expect(gate.mayTry(material))
      gate.wasRefused()
      gate.attemptEnded()
      world.time.advance(by: .seconds(11))
    }
    let (_, again) = world.start("a", in: folder)
    #expect(!again.mayTry(material))
    world.time.advance(by: .seconds(900))
    #expect(again.mayTry(material))
    again.wasAccepted()
    let (_, third) = world.start("a", in: folder)
    #expect(third.mayTry(material))
  }

  @Test func certificatesAreNotHeldUp() throws {
    let (context, gate) = World().start("a")
    let material = try Samples.material(profile: "client\n<ca>\n\(Samples.certificate)</ca>\n")
    for _ in 0..<5 {
      #expect(gate.mayTry(material))
      gate.attemptEnded()
    }
    #expect(context.snapshot.credentials == nil)
  }
}
