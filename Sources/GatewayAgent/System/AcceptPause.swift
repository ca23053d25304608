internal import Glibc

/// Keeps a loop that accepts connections from spinning while descriptors or memory are short: the waiting connection
/// makes `poll` return at once, again and again. No I/O.
///
///     accept(2) failed with              new connections are looked for
///     EMFILE, ENFILE, ENOBUFS, ENOMEM    again after `length`
///     anything else                      at once: it was about one connection
struct AcceptPause {
  static let length = Duration.milliseconds(100)
  private static let exhaustion = [EMFILE, ENFILE, ENOBUFS, ENOMEM]
  private var until: ContinuousClock.Instant?

  /// The rest of the pause; nil: connections are accepted.
  func left(now: ContinuousClock.Instant) -> Duration? {
    guard let until, now < until else { return nil }
    return now.duration(to: until)
  }

  /// The events to poll a listening socket for.
  func events(now: ContinuousClock.Instant) -> Int16 { left(now: now) == nil ? Int16(POLLIN) : 0 }

  mutating func failed(_ error: Int32, now: ContinuousClock.Instant) {
    if Self.exhaustion.contains(error) { until = now.advanced(by: Self.length) }
  }
}
