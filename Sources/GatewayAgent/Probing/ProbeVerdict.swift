internal import Gateway

/// Debounces probes: `failureThreshold` failures in a row are a failure, one success is a success. No I/O.
struct ProbeVerdict: Sendable, Hashable {
  private(set) var isUp: Bool?
  private var failures = 0

  /// True when the verdict has changed.
  mutating func record(_ succeeded: Bool, failureThreshold: Int) -> Bool {
    failures = succeeded ? 0 : failures + 1
    let now: Bool? = succeeded ? true : failures >= failureThreshold ? false : isUp
    defer { isUp = now }
    return now != isUp
  }
}

/// Whom to ask: the one that answered last; once it is silent, some of the others too, in turn, so that one dead
/// application does not make a tunnel look dead. No I/O.
struct ProbeCandidates: Sendable, Hashable {
  /// How many others are asked along with a silent one.
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
