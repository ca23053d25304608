internal import Foundations
internal import Kubernetes

/// An informer as `Manager` sees it, whatever its kind.
struct WatchedCache: Sendable {
  /// A working loop does something at least every 80 s of silence, and every 5 min while a list is retried.
  static let longestPause: Duration = .seconds(300)
  /// `/readyz` names an informer that has failed for longer than this.
  static let longestFailure: Duration = .seconds(300)

  let identity: ObjectIdentifier
  /// The kind and scope.
  let name: String
  let isSynced: @Sendable () -> Bool
  let wait: Manager.Runnable
  private let kind: String
  private let scope: String
  private let statistics: @Sendable () -> InformerStatistics
  private let counts: @Sendable () -> (objects: Int, undecodable: Int)
  private let time: any TimeSource

  init<Object: Resource>(_ informer: Informer<Object>) {
    identity = ObjectIdentifier(informer)
    name = informer.name
    kind = Object.resourceType.kind
    scope = informer.scope.description
    isSynced = { informer.hasSynced }
    wait = { await informer.waitForSync() }
    statistics = { informer.statistics.withLock { $0 } }
    counts = { (informer.store.count, informer.bad.withLock { $0.objects.count }) }
    time = informer.time
  }

  /// Why the loop counts as hanging; nil while it does something.
  var hang: String? {
    let pause = statistics().beat.duration(to: time.now)
    return pause > Self.longestPause ? "watch of \(name): did nothing for \(pause.components.seconds) s" : nil
  }

  /// Why the informer fails; nil while it works, or has failed only for a short time. The server's own message is for
  /// the log, because anybody may ask for `/readyz`.
  var failure: String? {
    guard let failing = statistics().failing else { return nil }
    let seconds = failing.since.duration(to: time.now)
    guard seconds > Self.longestFailure else { return nil }
    return "the cache of \(name) has failed for \(seconds.components.seconds) s: \(failing.kind.rawValue)"
  }

  /// Why the informer is not filled yet.
  var gap: String {
    let failing = statistics().failing
    return "the cache of \(name) is not filled yet" + (failing.map { ": \($0.kind.rawValue)" } ?? "")
  }

  /// Writes `informer_*` at each scrape.
  func report(to registry: MetricsRegistry) {
    let (statistics, counts, now) = (statistics(), counts(), time.now)
    func counter(_ name: String, _ value: Int, _ help: String) {
      registry.setCounter("informer_\(name)_total", ["kind": kind, "scope": scope], to: Double(value), help: help)
    }
    func gauge(_ name: String, _ value: Double, _ help: String) {
      registry.set("informer_\(name)", ["kind": kind, "scope": scope], to: value, help: help)
    }
    counter("lists", statistics.lists, "Lists begun")
    counter("watches", statistics.watches, "Watches begun")
    counter("failures", statistics.failures, "Lists and watches that ended in an error")
    gauge("objects", Double(counts.objects), "Objects in the cache")
    gauge("undecodable_objects", Double(counts.undecodable), "Objects that the program's type cannot hold")
    gauge(
      "seconds_since_last_event",
      statistics.lastEvent.duration(to: now).inSeconds,
      "Time since the last event, bookmark or page of a list"
    )
  }
}
