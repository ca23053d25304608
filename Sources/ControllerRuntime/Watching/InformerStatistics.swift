internal import Kubernetes

/// Counters and state of an informer, for its metrics and for `/readyz`.
struct InformerStatistics {
  struct Failing: Equatable {
    var since: ContinuousClock.Instant
    var kind: KubernetesError.Kind
  }
  /// The number of lists, not of their pages.
  var lists = 0
  var watches = 0
  /// Lists and watches that ended in an error. A watch that was only silent does not count.
  var failures = 0
  /// When the last event, bookmark or page of a list arrived.
  var lastEvent: ContinuousClock.Instant
  /// Nil while a watch is accepted, even if it is idle.
  private(set) var failing: Failing?
  /// When the loop last did something, or when its current pause ends.
  var beat: ContinuousClock.Instant

  init(now: ContinuousClock.Instant) {
    lastEvent = now
    beat = now
  }

  mutating func failed(_ kind: KubernetesError.Kind, now: ContinuousClock.Instant) {
    failures += 1
    failing = Failing(since: failing?.since ?? now, kind: kind)
  }
  mutating func recovered() { failing = nil }
}
