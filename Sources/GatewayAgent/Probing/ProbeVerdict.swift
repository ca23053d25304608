internal import Gateway

/// Debounces probes: `failureThreshold` failures in a row are a failure, one success is a success. No I/O.
///
/// A failure that passes within 3 s is a flap: a starved node, a lossy line. Each doubles the threshold, up to four
/// times as many, and 30 s without one halves it again, so that the first loss of a tunnel is still noticed at once:
///
///     flaps lately                  0        1        2 and more
///     failures in a row needed      2        4        8
///     noticed after (300 ms each)   0.6 s    1.2 s    2.4 s
struct ProbeVerdict: Sendable, Hashable {
  typealias Instant = ContinuousClock.Instant
  static let flap = Duration.seconds(3)
  static let calm = Duration.seconds(30)

  private(set) var isUp: Bool?
  private var failures = 0
  private var strain = 0
  private var changedAt: Instant?

  /// - Returns: whether the verdict has changed.
  mutating func record(_ succeeded: Bool, failureThreshold: Int, now: Instant) -> Bool {
    if isUp == true, let since = changedAt, strain > 0, now - since >= Self.calm {
      strain -= 1
      changedAt = now
    }
    failures = succeeded ? 0 : failures + 1
    let verdict: Bool? = succeeded ? true : failures >= failureThreshold << strain ? false : isUp
    guard verdict != isUp else { return false }
    if isUp == false, let since = changedAt, now - since < Self.flap { strain = min(strain + 1, 2) }
    isUp = verdict
    changedAt = now
    return true
  }
}

/// Decides which targets to probe: the one that answered last; when it falls silent, also some of the others in turn,
/// so that one stopped application does not make the tunnel look lost. No I/O.
struct ProbeCandidates: Sendable, Hashable {
  /// How many others are probed along with a silent one.
  static let others = 3

  private var preferred: ForwardTarget?
  private var isSilent = true
  private var turn = 0

  mutating func next(of targets: [ForwardTarget]) -> [ForwardTarget] {
    if let current = preferred, !targets.contains(current) {
      preferred = nil
      isSilent = true
    }
    if let preferred, !isSilent { return [preferred] }
    let rest = targets.filter { $0 != preferred }
    var chosen = preferred.map { [$0] } ?? []
    for offset in 0..<min(Self.others, rest.count) { chosen.append(rest[(turn + offset) % rest.count]) }
    if !rest.isEmpty { turn = (turn + min(Self.others, rest.count)) % rest.count }
    return chosen
  }

  mutating func record(answered: ForwardTarget?) {
    if let answered { preferred = answered }
    isSilent = answered == nil
  }
}
