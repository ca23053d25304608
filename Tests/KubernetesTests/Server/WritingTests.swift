import FoundationEssentials
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting
import Testing

@Suite(.enabled(if: TestControlPlane.isAvailable, "needs KUBEBUILDER_ASSETS"), .timeLimit(.minutes(10)))
struct WritingTests {
  @Test func anObjectIsCreatedOnce() async throws {
    let server = try await RealServer.ready()
    let created = try await server.client.create(server.widget("a", size: 3))
    #expect(created.metadata.uid != nil)
    #expect(created.metadata.generation == 1)
    #expect(try await server.client.get(Widget.self, server.key("a")) == created)
    #expect(
      await errorKind { () async throws(KubernetesError) in
        _ = try await server.client.create(server.widget("a"))
      } == .alreadyExists
    )
  }

  @Test func theServerMayChooseTheName() async throws {
    let server = try await RealServer.ready()
    var nameless = server.widget("x")
    nameless.metadata.name = nil
    nameless.metadata.generateName = "w-"
    let created = try await server.client.create(nameless)
    #expect(created.key.name.hasPrefix("w-"))
    #expect(created.key.name.utf8.count > 2)
  }

  @Test func aRefusedFieldIsNamed() async throws {
    let server = try await RealServer.ready()
    do throws(KubernetesError) {
      _ = try await server.client.create(server.widget("a", size: 1000))
      Issue.record("the server took it")
    } catch {
      #expect(error.kind == .invalid)
      #expect(error.message.contains("spec.size"))
    }
  }

  @Test func anOutdatedReplaceIsAConflict() async throws {
    let server = try await RealServer.ready()
    let created = try await server.client.create(server.widget("a", size: 1))
    var first = created
    first.spec?.size = 2
    let replaced = try await server.client.replace(first)
    #expect(replaced.metadata.generation == 2)
    #expect(
      await errorKind { () async throws(KubernetesError) in _ = try await server.client.replace(first) } == .conflict
    )
  }

  @Test func appliersConflictUnlessForcedAndTakeBackWhatTheyLeaveOut() async throws {
    let server = try await RealServer.ready()
    let client = server.client
    _ = try await client.apply(server.widget("a", size: 1, labels: ["x": "1"]), fieldManager: "one", force: false)
    #expect(
      await errorKind { () async throws(KubernetesError) in
        _ = try await client.apply(server.widget("a", size: 2), fieldManager: "two", force: false)
      } == .conflict
    )
    let forced = try await client.apply(server.widget("a", size: 2), fieldManager: "two", force: true)
    #expect(forced.spec?.size == 2)
    #expect(forced.metadata.labels == ["x": "1"])
    let without = try await client.apply(server.widget("a"), fieldManager: "one", force: true)
    #expect(without.metadata.labels == nil)
    #expect(without.spec?.size == 2)
  }

  @Test func statusAndSpecAreWrittenApart() async throws {
    let server = try await RealServer.ready()
    let client = server.client
    let created = try await client.apply(server.widget("a", size: 1, phase: "No"), fieldManager: "test", force: true)
    #expect(created.status == nil)
    var cached = created
    cached.spec?.size = 50
    cached.status = .init(phase: "Good")
    let written = try await client.applyStatus(cached, fieldManager: "test", force: true)
    #expect(written.status?.phase == "Good")
    #expect(written.spec?.size == 1)
    #expect(written.metadata.generation == 1)
  }

  @Test func aMergePatchKeepsWhatTheTypeDoesNotKnow() async throws {
    let server = try await RealServer.ready()
    let folder = try TemporaryFolder()
    let manifest = try folder.write(
      "deployment.yaml",
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web, labels: {keep: "1", drop: "1"}}
      spec:
        replicas: 1
        selector: {matchLabels: {app: web}}
        template:
          metadata: {labels: {app: web}}
          spec:
            hostNetwork: true
            initContainers: [{name: prepare, image: busybox, command: ["true"]}]
            containers: [{name: web, image: web, volumeMounts: [{name: settings, mountPath: /etc/web}]}]
            volumes: [{name: settings, configMap: {name: settings}}]
      """
    )
    _ = try await server.plane.kubectl(["create", "-n", server.namespace, "-f", manifest])
    let patched = try await server.client.mergePatch(
      Deployment.self,
      server.key("web"),
      ["spec": ["replicas": 3], "metadata": ["labels": ["drop": .null]]]
    )
    #expect(patched.spec?.replicas == 3)
    #expect(patched.metadata.labels == ["keep": "1"])
    let pod = "{.spec.template.spec"
    let path = "\(pod).initContainers[0].name} \(pod).hostNetwork} \(pod).volumes[0].configMap.name}"
    let shown = try await server.plane.kubectl([
      "get", "-n", server.namespace, "deployment", "web", "-o", "jsonpath=\(path)",
    ])
    #expect(shown == "prepare true settings")
  }

  @Test func aPatchWhoseTestFailsChangesNothing() async throws {
    let server = try await RealServer.ready()
    var object = server.widget("a", size: 1)
    object.metadata.finalizers = ["example.com/theirs", "example.com/ours"]
    _ = try await server.client.create(object)
    let patch: [JSONPatchOperation] = [
      .test("/metadata/finalizers/1", "example.com/ours"), .remove("/metadata/finalizers/1"),
    ]
    let patched = try await server.client.jsonPatch(Widget.self, server.key("a"), patch)
    #expect(patched.metadata.finalizers == ["example.com/theirs"])
    #expect(
      await errorKind { () async throws(KubernetesError) in
        _ = try await server.client.jsonPatch(Widget.self, server.key("a"), patch)
      } == .invalid
    )
    _ = try await server.client.jsonPatch(Widget.self, server.key("a"), [.remove("/metadata/finalizers")])
  }

  @Test func onlyTheVeryObjectIsDeleted() async throws {
    let server = try await RealServer.ready()
    let (client, key) = (server.client, server.key("a"))
    let created = try await client.create(server.widget("a"))
    let other = UUID().uuidString.lowercased()
    #expect(
      await errorKind { () async throws(KubernetesError) in
        try await client.delete(Widget.self, key, DeleteOptions(uid: other))
      } == .conflict
    )
    #expect(
      await errorKind { () async throws(KubernetesError) in
        try await client.delete(Widget.self, key, DeleteOptions(resourceVersion: "1"))
      } == .conflict
    )
    #expect(try await client.get(Widget.self, key).metadata.uid == created.metadata.uid)
    try await client.delete(Widget.self, key, DeleteOptions(uid: created.metadata.uid))
    #expect(
      await errorKind { () async throws(KubernetesError) in _ = try await client.get(Widget.self, key) } == .notFound
    )
    try await client.delete(Widget.self, key, DeleteOptions())
  }
}
