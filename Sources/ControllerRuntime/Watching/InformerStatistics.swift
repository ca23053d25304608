internal import Kubernetes

/// What one informer has done and how it is doing; the source of its metrics and of what `/readyz` says about it.
struct InformerStatistics {
  struct Failing: Equatable {
    var since: ContinuousClock.Instant
    var kind: KubernetesError.Kind
  }
  /// Lists, not their pages.
  var lists = 0
  var watches = 0
  /// Lists and watches that ended in an error. A watch that was only silent is none.
  var failures = 0
  /// When the last event, bookmark or page of a list came.
  var lastEvent: ContinuousClock.Instant
  /// Nil while a watch is accepted: an idle one is well.
  private(set) var failing: Failing?
  /// By when the loop has done something, or will have after the pause that it takes.
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
