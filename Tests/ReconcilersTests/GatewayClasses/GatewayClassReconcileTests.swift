import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Connections and gateway classes that change while the operator runs.
@Suite(.timeLimit(.minutes(10))) struct GatewayClassReconcileTests {
  let world = ConnectionWorld()

  private func write(_ classes: [String: String]) {
    let metadata = ObjectMeta(name: "cloudlinker-gateway-classes", namespace: "cloudlinker-system")
    world.server.put(ConfigMap(metadata: metadata, data: classes))
  }
  private var priorities: [String?] {
    world.server.objects(Deployment.self).map { $0.spec?.template.spec.priorityClassName }
  }

  @Test func aConnectionWaitsForItsClass() async throws {
    var connection = Fixture.connection()
    connection.spec.gateway = GatewaySpec(className: "fast")
    world.server.put(connection)
    try await world.reconcile()
    #expect(world.condition(.accepted)?.reason == "GatewayClassNotFound")
    #expect(world.gatewayObjects == [])

    write(["fast": "priorityClassName: network"])
    try await world.reconcile()
    #expect(world.condition(.accepted)?.status == "True")
    #expect(priorities == ["network", "network"])
  }

  @Test func aMistakeInAClassChangesNothingThatRuns() async throws {
    write(["default": "priorityClassName: network"])
    try await world.settle()
    #expect(priorities == ["network", "network"])

    write(["default": "priorityClass: network"])
    try await world.reconcile()
    #expect(world.condition(.accepted)?.reason == "GatewayClassInvalid")
    #expect(world.condition(.accepted)?.message.contains("priorityClass: is not a field") == true)
    #expect(world.server.calls.filter { $0.hasPrefix("apply ") && !$0.hasPrefix("apply status") } == [])
    #expect(priorities == ["network", "network"])

    write(["default": "priorityClassName: network"])
    try await world.reconcile()
    #expect(world.condition(.accepted)?.status == "True")
    #expect(priorities == ["network", "network"])
  }

  @Test func connectionsAreFoundByTheirClass() async throws {
    var named = Fixture.connection(name: "named")
    named.spec.gateway = GatewaySpec(className: "fast")
    world.server.put(named)
    world.server.put(Fixture.connection())
    try await world.sync()
    let store = world.informers.connections.store
    #expect(store.indexedKeys(ConnectionIndex.gatewayClass, "fast").map(\.name) == ["named"])
    #expect(store.indexedKeys(ConnectionIndex.gatewayClass, "default").map(\.name) == ["office"])
  }
}
