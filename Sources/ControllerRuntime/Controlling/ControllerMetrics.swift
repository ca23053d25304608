internal import Foundations

/// `controller_runtime_*` of one controller, under controller-runtime's names.
struct ControllerMetrics: Sendable {
  enum Result: String, CaseIterable { case success, error, requeue, requeueAfter = "requeue_after" }

  let registry: MetricsRegistry
  let controller: String

  /// Every series exists from the start. If a counter appeared with its first failure, a rate over it would miss that
  /// failure.
  init(_ registry: MetricsRegistry, controller: String, concurrency: Int) {
    self.registry = registry
    self.controller = controller
    registry.set(
      "controller_runtime_max_concurrent_reconciles",
      ["controller": controller],
      to: Double(concurrency),
      help: "Keys worked on at once at most"
    )
    for result in Result.allCases { count(result, by: 0) }
    failed(isTerminal: true, by: 0)
    workers(0)
  }

  func workers(_ count: Int) {
    registry.set(
      "controller_runtime_active_workers",
      ["controller": controller],
      to: Double(count),
      help: "Keys worked on now"
    )
  }

  /// Terminal errors are counted as errors, too.
  func failed(isTerminal: Bool, by amount: Double = 1) {
    registry.add(
      "controller_runtime_reconcile_errors_total",
      ["controller": controller],
      by: amount,
      help: "Reconciles that failed"
    )
    guard isTerminal else { return }
    registry.add(
      "controller_runtime_terminal_reconcile_errors_total",
      ["controller": controller],
      by: amount,
      help: "Reconciles that no retry can mend"
    )
  }

  func finished(_ result: Result, took: Duration) {
    count(result, by: 1)
    registry.observe(
      "controller_runtime_reconcile_time_seconds",
      ["controller": controller],
      took.inSeconds,
      bounds: Self.bounds,
      help: "How long a reconcile took"
    )
  }

  private func count(_ result: Result, by amount: Double) {
    registry.add(
      "controller_runtime_reconcile_total",
      ["controller": controller, "result": result.rawValue],
      by: amount,
      help: "Reconciles by result"
    )
  }

  /// controller-runtime's buckets for reconciles, fewer of them.
  private static let bounds: [Double] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
  ]
}
