import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

@Suite struct TwingateMetricsTests {
  private func connection(_ ready: String?, _ reason: Reason, states: [String], suspended: Bool = false)
    -> VPNConnection
  {
    var connection = TwingateWorld.connection()
    connection.spec.suspend = suspended
    var status = VPNConnectionStatus()
    if let ready {
      let verdict: Conditions.Status = ready == "True" ? .true : .false
      var set = ConditionWriter(before: [], generation: 1, now: Fixture.now)
      set(.ready, verdict, reason, "")
      status.conditions = set.conditions
    }
    var twingate = TwingateStatus()
    twingate.connectors = states.enumerated().map { index, state in
      var connector = TwingateStatus.Connector(name: "c\(index)")
      connector.state = state
      return connector
    }
    twingate.resources = .init(wanted: 5, ready: 3, refused: 1)
    status.twingate = twingate
    connection.status = status
    return connection
  }

  @Test func connectorsAndResourcesAreCounted() {
    let metrics = TwingateMetrics([
      connection("True", .connected, states: ["ALIVE", "ALIVE"]),
      connection("True", .degraded, states: ["ALIVE", "DEAD_NO_HEARTBEAT"]),
      connection("False", .notConnected, states: ["DEAD_NO_HEARTBEAT"]),
      connection("False", .suspended, states: ["DEAD_NO_HEARTBEAT"], suspended: true),
      connection(nil, .pending, states: []), Fixture.connection(),
    ])
    #expect(metrics.connectors == [.alive: 3, .silent: 2])
    #expect(metrics.resources == [.ready: 15, .refused: 5, .waiting: 5])
  }

  @Test func theyAreExposedWithBoundedLabels() {
    let registry = MetricsRegistry()
    let store = Store<VPNConnection>()
    _ = store.put(connection("True", .connected, states: ["ALIVE"]))
    TwingateMetrics.register(registry, store)
    let text = registry.exposition()
    #expect(text.contains("cloudlinker_twingate_connectors{state=\"alive\"} 1"))
    #expect(text.contains("cloudlinker_twingate_resources{state=\"waiting\"} 1"))
  }
}
