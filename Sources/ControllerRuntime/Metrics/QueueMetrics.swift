internal import Foundations

/// `workqueue_*` of one queue, under client-go's names.
public struct QueueMetrics: Sendable {
  private let registry: MetricsRegistry
  private let name: String

  public init(_ registry: MetricsRegistry, name: String) {
    self.registry = registry
    self.name = name
    registry.add("workqueue_adds_total", ["name": name], by: 0, help: "Keys added")
    registry.add("workqueue_retries_total", ["name": name], by: 0, help: "Keys added again after a failure")
    depth(0)
  }

  func added() { registry.add("workqueue_adds_total", ["name": name], help: "Keys added") }
  func retried() { registry.add("workqueue_retries_total", ["name": name], help: "Keys added again after a failure") }
  func depth(_ count: Int) { registry.set("workqueue_depth", ["name": name], to: Double(count), help: "Keys waiting") }

  func started(waited: Duration) {
    registry.observe(
      "workqueue_queue_duration_seconds",
      ["name": name],
      waited.inSeconds,
      bounds: Self.bounds,
      help: "How long a key waited"
    )
  }

  func finished(worked: Duration) {
    registry.observe(
      "workqueue_work_duration_seconds",
      ["name": name],
      worked.inSeconds,
      bounds: Self.bounds,
      help: "How long a key was worked on"
    )
  }

  /// Sets the function that reports the work in progress before each exposition.
  func collect(_ workInProgress: @escaping @Sendable () -> [Duration]) {
    let (registry, name) = (registry, name)
    registry.beforeExposition { [weak registry] in
      guard let registry else { return }
      let seconds = workInProgress().map(\.inSeconds)
      registry.set(
        "workqueue_unfinished_work_seconds",
        ["name": name],
        to: seconds.reduce(0, +),
        help: "Work in progress, summed over workers"
      )
      registry.set(
        "workqueue_longest_running_processor_seconds",
        ["name": name],
        to: seconds.max() ?? 0,
        help: "How long the longest work in progress has taken"
      )
    }
  }

  /// client-go: ExponentialBuckets(10e-9, 10, 12); the finest of them are of no use here.
  private static let bounds: [Double] = [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000]
}
