import ControllerRuntime
import Digests
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

/// The program `example-operator`, as a process of its own before a real API server.
@Suite(.enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"), .timeLimit(.minutes(10)))
struct ExampleOperatorTests {
  private typealias Map = Kubernetes.ConfigMap
  private let sourceLabel = ["example.com/digest": "wanted"]

  /// The digest of the ConfigMap `key`; nil if there is none.
  private func digest(_ client: KubernetesClient, _ key: ObjectKey) async throws -> String? {
    let maps = try await client.list(
      Map.self,
      Scope(namespace: key.namespace),
      resourceVersion: nil,
      limit: nil,
      continueToken: nil
    )
    return maps.items.first { $0.key.name == "\(key.name)-digest" }?.data?["sha256"]
  }

  @Test func itLeadsKeepsDigestsRightAndStopsInOrder() async throws {
    let plane = try await TestControlPlane.shared()
    let (client, namespace) = (try await plane.client(), try await plane.createNamespace())
    let program = try await ExampleProcess.start(plane, namespace: namespace)
    defer { program.kill() }
    let key = ObjectKey(namespace: namespace, name: "colours")
    let wanted = Map(
      metadata: ObjectMeta(name: key.name, namespace: namespace, labels: sourceLabel),
      data: ["sky": "blue", "grass": "green"]
    )
    let source = try await client.create(wanted)
    let first = SHA256.text("grass=green\nsky=blue\n")
    #expect(await eventually { try await digest(client, key) == first })

    // A change of the source, a change of the digest by someone else, and its deletion.
    _ = try await client.apply(
      Map(metadata: ObjectMeta(name: key.name, namespace: namespace), data: ["sky": "grey"]),
      fieldManager: "someone",
      force: true
    )
    let second = SHA256.text("grass=green\nsky=grey\n")
    #expect(await eventually { try await digest(client, key) == second })
    let derived = ObjectKey(namespace: namespace, name: "colours-digest")
    _ = try await client.apply(
      Map(metadata: ObjectMeta(name: derived.name, namespace: namespace), data: ["sha256": "wrong"]),
      fieldManager: "someone",
      force: true
    )
    #expect(await eventually { try await digest(client, key) == second })
    try await client.delete(Map.self, derived, DeleteOptions())
    #expect(await eventually { try await digest(client, key) == second })
    let owners = try await client.get(Map.self, derived).metadata.ownerReferences
    let uid = try #require(source.metadata.uid)
    #expect(owners?.map(\.uid) == [uid])

    // Events are written behind the reconcile's back.
    let isReported = await eventually {
      let events = try await client.list(
        Event.self,
        Scope(namespace: namespace),
        resourceVersion: nil,
        limit: nil,
        continueToken: nil
      )
      return events.items.contains { $0.reason == "DigestWritten" && $0.regarding?.name == key.name }
    }
    #expect(isReported)
    let lease = try await client.get(Lease.self, ObjectKey(namespace: namespace, name: "example-operator"))
    #expect(lease.spec?.holderIdentity?.isEmpty == false)
    #expect(try await program.get("/healthz") == "ok\n")
    #expect(try await program.get("/readyz").hasPrefix("ok\n"))
    let metrics = try await program.get("/metrics")
    for series in [
      #"controller_runtime_reconcile_total{controller="digest",result="requeue_after"}"#,
      #"leader_election_master_status{name="example-operator"} 1"#, "rest_client_requests_total{code=\"201\"",
      "process_resident_memory_bytes ", #"workqueue_depth{name="digest"} 0"#,
    ] { #expect(metrics.contains(series)) }

    // Without the label nothing is derived any more.
    try await plane.kubectl(["label", "configmap", key.name, "-n", namespace, "example.com/digest-"])
    #expect(await eventually { try await digest(client, key) == nil })

    program.terminate()
    #expect(await program.exitStatus == 0)
    let released = try await client.get(Lease.self, ObjectKey(namespace: namespace, name: "example-operator"))
    #expect(released.spec?.holderIdentity == "")
  }

  @Test func withoutAClusterItSaysWhatIsMissingAndFails() async throws {
    let program = try await ExampleProcess.start(kubeconfig: "/nonexistent/kubeconfig")
    #expect(await program.exitStatus == 1)
    #expect(program.log.contains("could not start"))
    #expect(program.log.contains("/nonexistent/kubeconfig"))
  }
}
