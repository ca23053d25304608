/// Knows which loops of the agent still run: each calls `beat` at least every 15 s. No I/O.
struct Liveness: Sendable {
  /// Four missed beats; a loop may also wait up to 30 s for a program that it has started.
  static let limit = Duration.seconds(60)
  private var beats: [String: ContinuousClock.Instant] = [:]

  mutating func beat(_ loop: String, now: ContinuousClock.Instant) { beats[loop] = now }

  /// Names of the loops that have been silent for longer than `limit`, sorted.
  func stalled(now: ContinuousClock.Instant) -> [String] {
    beats.filter { now - $0.value > Self.limit }.keys.sorted()
  }
}
