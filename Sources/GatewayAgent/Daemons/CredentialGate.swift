internal import FoundationEssentials
internal import Foundations
internal import Gateway

/// Lets a daemon try the connection's user name and password when `CredentialTrials` permits it. The gate asks the
/// siblings first, and records the outcome for them and in a file of the pod's memory volume, which outlives a restart of
/// the container. The supervisor's thread drives it; any thread may report a refusal.
final class CredentialGate: Sendable {
  /// Asks other gateways for their records. Times in the answers are converted to this machine's clock.
  typealias Question = @Sendable ([IPv4Address]) -> [CredentialRecord]

  private struct State {
    var login: [String]?
    /// Since when the gate has been waiting for the siblings' names only.
    var startedAt: ContinuousClock.Instant?
    /// Since when the gate has been waiting for the verdict of another tunnel.
    var waitsSince: ContinuousClock.Instant?
    var askedAt: ContinuousClock.Instant?
    var others: [CredentialRecord] = []
    var wasRefused = false
  }
  private let context: AgentContext
  private let question: Question
  private let state = Locked(State())

  /// How often siblings are asked: while an attempt waits for their verdict, and while no attempt is allowed.
  static let questionPeriod = Duration.milliseconds(500)
  static let questionPeriodOnHold = Duration.seconds(60)
  /// How long the first attempt waits for the siblings' addresses.
  static let patienceForNames = Duration.seconds(3)

  init(context: AgentContext, question: @escaping Question) {
    self.context = context
    self.question = question
  }

  private var noteFile: String { "\(context.runtime.path)/credentials.json" }

  /// Call it before each attempt. If it returns true, the attempt has begun.
  func mayTry(_ material: GatewayMaterial) -> Bool {
    guard let login = material.login else {
      context.update { ($0.credentials, $0.credentialHold) = (nil, nil) }
      return true
    }
    let now = context.time.now
    let own = follow(material, login)
    if waitsForNames(material, own, now) { return false }
    var decision = decide(own, now)
    if askWhenDue(material, now, on: decision) { decision = decide(own, now) }
    switch decision {
    case .attempt:
      state.withLock { state in
        (state.waitsSince, state.askedAt) = (nil, nil)
        state.wasRefused = false
      }
      context.update { $0.credentialHold = nil }
      if own.verdict != .accepted { record { $0.verdict = .trying } }
      return true
    case .wait:
      state.withLock { $0.waitsSince = $0.waitsSince ?? now }
      record { $0.verdict = .waiting }
    case .pause:
      state.withLock { $0.waitsSince = nil }
      record { $0.verdict = .waiting }
    case .hold(let hold):
      state.withLock { $0.waitsSince = nil }
      record { $0.verdict = $0.refusals > 0 ? .refused : .untried }
      guard context.read({ $0.credentialHold }) != hold else { break }
      context.update { state in
        state.credentialHold = hold
        if state.tunnel.failure?.refusesCredentials != true {
          var failure = DaemonFailure(
            .authenticationFailed,
            "user name and password are not tried here, since another tunnel was refused with them: correct the Secret"
          )
          failure.refusesCredentials = true
          state.tunnel.failed(failure)
        }
      }
      context.log.warning("the login is not tried for now", ["hold": .string(hold.words)])
    }
    return false
  }

  /// The server refused user name and password in the attempt under way.
  func wasRefused() { state.withLock { $0.wasRefused = true } }

  /// The server accepted user name and password.
  func wasAccepted() {
    guard context.read({ $0.credentials.map { $0.verdict != .accepted } ?? false }) else { return }
    state.withLock { $0.wasRefused = false }
    record { record in
      record.verdict = .accepted
      record.refusals = 0
    }
  }

  /// Call it when the attempt is over, or when a daemon that tries by itself has given up, once its log has been read.
  func attemptEnded() {
    let wasRefused = state.withLock { state in
      defer { state.wasRefused = false }
      return state.wasRefused
    }
    if wasRefused {
      record { record in
        record.verdict = .refused
        record.refusals &+= 1
      }
    } else if context.read({ $0.credentials?.verdict == .trying }) {
      record { $0.verdict = $0.refusals > 0 ? .refused : .untried }
    }
  }

  /// The record of these credentials: the current one, the one left by the pod's previous container, or a new one.
  private func follow(_ material: GatewayMaterial, _ login: [String]) -> CredentialRecord {
    let revision = material.configuration.credentialsRevision ?? ""
    let (isKnown, isFirst) = state.withLock { state in
      defer { state.login = login }
      return (state.login == login, state.login == nil)
    }
    if var record = context.read({ $0.credentials }), isKnown {
      guard record.revision != revision else { return record }
      // The Secret changed but user name and password did not, so earlier attempts still count.
      record.revision = revision
      context.update { $0.credentials = record }
      return record
    }
    var record = CredentialRecord(
      tunnel: material.configuration.tunnel,
      revision: revision,
      since: context.time.timestamp
    )
    if isFirst, !revision.isEmpty, let note = FileSystem.read(noteFile),
      let former = try? JSONDecoder().decode(CredentialRecord.self, from: Data(note)),
      former.revision == revision,
      former.tunnel == record.tunnel
    {
      record = former
      if record.verdict == .trying || record.verdict == .waiting { record.verdict = .untried }
    }
    state.withLock { state in
      state.others = []
      (state.waitsSince, state.startedAt, state.askedAt) = (nil, nil, nil)
    }
    context.update { state in
      state.credentials = record
      state.credentialHold = nil
    }
    return record
  }

  /// When a pod tries for the first time, its siblings may not be known yet.
  private func waitsForNames(
    _ material: GatewayMaterial,
    _ own: CredentialRecord,
    _ now: ContinuousClock.Instant
  ) -> Bool {
    guard own.verdict == .untried, material.configuration.siblings != nil,
      context.read({ $0.siblings.isEmpty })
    else {
      return false
    }
    return state.withLock { state in
      state.startedAt = state.startedAt ?? now
      return now - (state.startedAt ?? now) < Self.patienceForNames
    }
  }

  private func decide(_ own: CredentialRecord, _ now: ContinuousClock.Instant)
    -> CredentialTrials.Decision
  {
    let (others, waitsSince) = state.withLock { ($0.others, $0.waitsSince) }
    return CredentialTrials.decide(
      own,
      others: others,
      waited: waitsSince.map { now - $0 } ?? .zero,
      now: context.time.timestamp
    )
  }

  /// Asks the siblings if the decision depends on them and the period has passed.
  /// - Returns: whether they were asked.
  private func askWhenDue(
    _ material: GatewayMaterial,
    _ now: ContinuousClock.Instant,
    on decision: CredentialTrials.Decision
  ) -> Bool {
    guard material.configuration.credentialsRevision != nil,
      context.read({ $0.credentials?.verdict }) != .accepted
    else {
      return false
    }
    var period = Self.questionPeriod
    if case .hold = decision { period = Self.questionPeriodOnHold }
    guard state.withLock({ $0.askedAt.map { now - $0 >= period } ?? true }) else { return false }
    let siblings = context.read { $0.siblings.sorted() }
    // Siblings must see that this gateway wants to try before it sees that they do not.
    if decision == .attempt, context.read({ $0.credentials?.verdict }) == .untried {
      record { $0.verdict = .waiting }
    }
    let answers = siblings.isEmpty ? [] : question(siblings)
    state.withLock { state in
      state.askedAt = now
      let answers = answers.map { Self.steady($0, state.others) }
      // A sibling that is silent now was refused all the same.
      let silent = state.others.filter { old in
        !answers.contains { $0.tunnel == old.tunnel } && old.refusals > 0
      }
      state.others = answers + silent
    }
    return true
  }

  /// Keeps a time that moved by a second only: ages are whole seconds, and a difference of one would be written to the
  /// status.
  private static func steady(_ record: CredentialRecord, _ former: [CredentialRecord]) -> CredentialRecord {
    var record = record
    for old in former where old.tunnel == record.tunnel && old.refusals == record.refusals {
      let moved = record.since.since(old.since)
      if moved <= .seconds(2), moved >= .seconds(-2) { record.since = old.since }
    }
    return record
  }

  /// Changes the record, and its copy in the file.
  private func record(_ change: (inout CredentialRecord) -> Void) {
    let now = context.time.timestamp
    var changed: CredentialRecord?
    context.update { state in
      guard var record = state.credentials else { return }
      let before = record
      change(&record)
      guard record != before else { return }
      // Waiting or trying does not make a refusal more recent.
      if record.refusals > before.refusals || record.refusals == 0 { record.since = now }
      state.credentials = record
      changed = record
    }
    guard let changed, let note = try? JSONEncoder().encode(changed) else { return }
    _ = FileSystem.write(String(decoding: note, as: UTF8.self), to: noteFile)
  }
}
