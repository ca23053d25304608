import ControllerRuntime
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@Suite(.enabled(if: TestControlPlane.isAvailable, "needs KUBEBUILDER_ASSETS"), .timeLimit(.minutes(10)))
struct EventTests {
  private func events(_ client: KubernetesClient, _ namespace: String) async throws -> [Event] {
    let page = try await client.list(
      Event.self,
      Scope(namespace: namespace),
      resourceVersion: nil,
      limit: nil,
      continueToken: nil
    )
    return page.items
  }

  @Test func theServerTakesEventsAndTheirSeries() async throws {
    let plane = try await TestControlPlane.shared()
    let (client, namespace) = (try await plane.client(), try await plane.createNamespace())
    let object = try await client.create(ConfigMap(String(repeating: "n", count: 253), namespace: namespace))
    let recorder = EventRecorder(
      client: client,
      controller: "example.com/test",
      instance: "pod-1",
      registry: MetricsRegistry(),
      logger: Logger()
    )
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    for _ in 0..<4 {
      recorder.warning(object, reason: "Broken", action: "Connecting", String(repeating: "é", count: 900))
    }
    #expect(await eventually { try await events(client, namespace).first?.series?.count == 4 })
    let event = try #require(try await events(client, namespace).first)
    #expect(event.regarding?.uid == object.metadata.uid)
    #expect(try #require(event.note).utf8.count <= 1024)
    #expect(event.type == "Warning")
    let shown = try await plane.kubectl(["get", "events", "-n", namespace])
    #expect(shown.contains("Broken"))
  }

  @Test func anObjectWithoutNamespaceMayHaveEventsToo() async throws {
    let plane = try await TestControlPlane.shared()
    let (client, name) = (try await plane.client(), try await plane.createNamespace())
    let object = try await client.get(Namespace.self, ObjectKey(name: name))
    let recorder = EventRecorder(
      client: client,
      controller: "example.com/test",
      instance: "pod-1",
      registry: MetricsRegistry(),
      logger: Logger()
    )
    let running = Task { await recorder.run() }
    defer { running.cancel() }
    recorder.normal(object, reason: "Found", action: "Looking", "there it is")
    #expect(await eventually { try await events(client, "kube-system").contains { $0.regarding?.name == name } })
  }
}
