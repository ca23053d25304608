import ControllerRuntime
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@Suite(.enabled(if: TestControlPlane.isAvailable, "needs KUBEBUILDER_ASSETS"))
struct ApplierTests {
  @Test func itWritesWhatDiffersAndNothingElse() async throws {
    let plane = try await TestControlPlane.shared()
    let namespace = try await plane.createNamespace()
    let writes = Locked(0)
    let client = try await plane.client(observe: { method, _, _ in
      if method != "GET" { writes.withLock { $0 += 1 } }
    })
    let applier = Applier(client: client, fieldManager: "test", annotation: "example.com/applied")
    let key = ObjectKey(namespace: namespace, name: "a")
    var desired = ConfigMap("a", namespace: namespace, data: ["x": "1", "y": "1"])

    #expect(try await applier.apply(desired, live: nil).outcome == .created)
    #expect(try await applier.apply(desired, live: client.get(ConfigMap.self, key)).outcome == .unchanged)
    #expect(writes.withLock { $0 } == 1)

    // Somebody else changes one of our fields, and adds one of their own.
    let theirs = ConfigMap("a", namespace: namespace, data: ["x": "2", "theirs": "1"])
    _ = try await client.apply(theirs, fieldManager: "somebody", force: true)
    let drifted = try await client.get(ConfigMap.self, key)
    #expect(try await applier.apply(desired, live: drifted).outcome == .updated(drift: ["data.x"]))
    #expect(try await client.get(ConfigMap.self, key).data == ["x": "1", "y": "1", "theirs": "1"])

    // What is no longer wanted goes.
    desired.data = ["x": "1"]
    let before = try await client.get(ConfigMap.self, key)
    #expect(try await applier.apply(desired, live: before).outcome == .updated(drift: []))
    #expect(try await client.get(ConfigMap.self, key).data == ["x": "1", "theirs": "1"])
  }
}
