import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime

/// Dashboards made for controller-runtime must work here, too.
@Suite(.timeLimit(.minutes(10))) struct MetricNamesTests {
  private let time = VirtualTimeSource()
  private let registry = MetricsRegistry()

  private var series: Set<Substring> {
    Set(
      registry.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
        $0.split(separator: " ").first
      }
    )
  }

  @Test func everySeriesOfAControllerIsThereBeforeItsFirstReconcile() {
    _ = Controller(name: "c", registry: registry) { _, _ in .done }
    #expect(
      series.isSuperset(of: [
        #"controller_runtime_reconcile_total{controller="c",result="success"}"#,
        #"controller_runtime_reconcile_total{controller="c",result="error"}"#,
        #"controller_runtime_reconcile_total{controller="c",result="requeue"}"#,
        #"controller_runtime_reconcile_total{controller="c",result="requeue_after"}"#,
        #"controller_runtime_reconcile_errors_total{controller="c"}"#,
        #"controller_runtime_terminal_reconcile_errors_total{controller="c"}"#,
        #"controller_runtime_active_workers{controller="c"}"#,
        #"controller_runtime_max_concurrent_reconciles{controller="c"}"#,
        #"workqueue_depth{name="c"}"#, #"workqueue_adds_total{name="c"}"#, #"workqueue_retries_total{name="c"}"#,
      ])
    )
  }

  @Test func everySeriesOfAQueueFollowsItsKeys() async {
    let queue = WorkQueue<String>(time: time, metrics: QueueMetrics(registry, name: "q"))
    func value(_ name: String) -> Double? { registry.value("workqueue_\(name)", ["name": "q"]) }
    queue.add(["a", "b", "a"])
    #expect(value("adds_total") == 2)
    #expect(value("depth") == 2)
    time.advance(by: .seconds(3))
    _ = await queue.next()
    #expect(value("depth") == 1)
    #expect(value("queue_duration_seconds") == 1)
    _ = await queue.next()
    time.advance(by: .seconds(20))
    _ = registry.exposition()
    #expect(value("unfinished_work_seconds") == 40)
    #expect(value("longest_running_processor_seconds") == 20)
    queue.addFailed("a")
    #expect(value("retries_total") == 1)
    queue.done("a")
    queue.done("b")
    #expect(value("work_duration_seconds") == 2)
    let text = registry.exposition()
    #expect(text.contains("workqueue_queue_duration_seconds_sum{name=\"q\"} 6\n"))
    #expect(text.contains("workqueue_work_duration_seconds_sum{name=\"q\"} 40\n"))
    #expect(value("unfinished_work_seconds") == 0)
    #expect(value("longest_running_processor_seconds") == 0)
  }

  @Test func aReconcilesTimeIsMeasured() async {
    let controller = Controller(name: "c", registry: registry, time: time) { [time] _, _ in
      time.advance(by: .seconds(4))
      return .done
    }
    let running = Task { await controller.run() }
    controller.queue.add(key("a"))
    #expect(await eventually { registry.value("controller_runtime_reconcile_time_seconds", ["controller": "c"]) == 1 })
    #expect(registry.exposition().contains("controller_runtime_reconcile_time_seconds_sum{controller=\"c\"} 4\n"))
    running.cancel()
    await running.value
  }

  @Test func whoLeadsIsAMetric() {
    _ = Leadership(client: MemoryServer(), key: key("leader"), identity: "us", registry: registry)
    #expect(series.contains(#"leader_election_master_status{name="leader"}"#))
    #expect(registry.value("leader_election_master_status", ["name": "leader"]) == 0)
  }
}
