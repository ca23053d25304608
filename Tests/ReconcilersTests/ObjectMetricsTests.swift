import CloudLinkerAPI
import ControllerRuntime
import Foundations
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct ObjectMetricsTests {
  private let now = VirtualTimeSource().timestamp

  private func connection(_ name: String, _ conditions: [(ConditionType, String, Reason)]) -> VPNConnection {
    var object = VPNConnection(
      metadata: ObjectMeta(name: name, namespace: "production"),
      spec: VPNConnectionSpec(type: .ipsec, tunnels: [], remoteNetworks: [])
    )
    var status = VPNConnectionStatus()
    status.conditions = conditions.map { type, value, reason in
      Condition(type: type.rawValue, status: value, reason: reason.rawValue, message: "", lastTransitionTime: now)
    }
    object.status = status
    return object
  }

  /// What a scrape shows of these, without the lines that explain.
  private func scrape(_ readings: [VPNConnection], _ registry: MetricsRegistry = MetricsRegistry()) -> [String] {
    let reading = ObjectMetrics.read(readings, now: now)
    registry.replace(ObjectMetrics.condition, with: reading.conditions, help: "conditions")
    registry.replace(ObjectMetrics.deleting, with: reading.deletions, help: "deletions")
    return registry.exposition().split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
  }

  @Test func objectsThatAreReadyAreOnlyCounted() {
    let objects = (0..<5).map {
      connection("c\($0)", [(.ready, "True", .asExpected), (.policiesEnforced, "Unknown", .pending)])
    }
    #expect(ObjectMetrics.read(objects, now: now).counts == ["True": 5, "False": 0, "Unknown": 0])
    #expect(scrape(objects).isEmpty)
  }

  @Test func whatIsNotReadyHasASeriesForEachConditionThatIsNotTrue() {
    let object = connection(
      "office",
      [
        (.ready, "False", .gatewayUnavailable), (.accepted, "True", .asExpected),
        (.tunnelsReady, "False", .gatewayUnavailable),
      ]
    )
    #expect(
      scrape([object])
        == ["Ready", "TunnelsReady"].map { type in
          "cloudlinker_resource_condition{environment=\"production\",kind=\"VPNConnection\",name=\"office\","
            + "reason=\"GatewayUnavailable\",status=\"False\",type=\"\(type)\"} 1"
        }
    )
  }

  @Test func oneThatNobodyLookedAtCountsAsUnknown() {
    #expect(ObjectMetrics.read([connection("new", [])], now: now).counts["Unknown"] == 1)
  }

  @Test func aDeletionHasAnAge() {
    var object = connection("old", [(.ready, "True", .asExpected)])
    object.metadata.deletionTimestamp = now.advanced(by: .seconds(-3700))
    #expect(
      scrape([object]) == [
        "cloudlinker_object_deleting_seconds{environment=\"production\",kind=\"VPNConnection\",name=\"old\"} 3700"
      ]
    )
  }

  @Test func whatIsReadyAgainHasNoSeriesAnyMore() {
    let registry = MetricsRegistry()
    #expect(!scrape([connection("office", [(.ready, "False", .secretNotFound)])], registry).isEmpty)
    #expect(scrape([connection("office", [(.ready, "True", .asExpected)])], registry).isEmpty)
  }
}
