internal import Gateway

/// Decides when to probe which target: new ones at once, known ones every 10 s (thousands of them less often), and one
/// that did not answer again soon, since two failures in a row make it unreachable. No I/O.
struct ReachabilitySchedule: Sendable {
  typealias Instant = ContinuousClock.Instant
  static let shortestPeriod = Duration.seconds(10)
  /// About how many connects a second this may put on the tunnel.
  static let rate = 200
  static let retryDelay = Duration.milliseconds(500)
  /// How many connects are under way at a time.
  static let inFlight = 64

  struct Entry: Sendable, Hashable {
    var due: Instant
    var failures = 0
    /// Nil until the target has answered once or failed twice.
    var isReachable: Bool?
    var error: String?
  }
  private(set) var entries: [ForwardTarget: Entry] = [:]

  /// Keeps exactly these targets.
  mutating func follow(_ targets: Set<ForwardTarget>, now: Instant) {
    entries = entries.filter { targets.contains($0.key) }
    for target in targets where entries[target] == nil { entries[target] = Entry(due: now) }
  }

  /// The targets to probe now, the most overdue first.
  func due(now: Instant) -> [ForwardTarget] {
    entries.filter { $0.value.due <= now }.sorted { $0.value.due < $1.value.due }.prefix(Self.inFlight).map(\.key)
  }

  var period: Duration { max(Self.shortestPeriod, .seconds(entries.count / Self.rate)) }

  var nextDue: Instant? { entries.values.map(\.due).min() }

  /// - Parameters:
  ///   - error: nil when it answered.
  ///   - jitter: 0…1, so that targets that appeared together are not probed together for ever.
  mutating func record(_ target: ForwardTarget, error: String?, now: Instant, jitter: Double) {
    guard var entry = entries[target] else { return }
    if let error {
      entry.failures += 1
      if entry.failures >= 2 {
        entry.isReachable = false
        entry.error = error
      }
    } else {
      entry.failures = 0
      entry.isReachable = true
      entry.error = nil
    }
    entry.due = now.advanced(by: entry.failures == 1 ? Self.retryDelay : period * (0.8 + 0.4 * jitter))
    entries[target] = entry
  }
}
