import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@Suite struct MemoryServerTests {
  let server = MemoryServer()
  let key = ObjectKey(namespace: "team", name: "a")

  @Test func aMergePatchSetsRemovesAndKeeps() async throws {
    let labels = ["keep": "1", "drop": "1"]
    let metadata = ObjectMeta(name: "a", namespace: "team", labels: labels)
    server.put(ConfigMap(metadata: metadata, data: ["one": "1", "two": "2"]))
    let patch: JSONValue = ["metadata": ["labels": ["drop": .null]], "data": ["two": "zwei", "three": "3"]]
    let patched = try await server.mergePatch(ConfigMap.self, key, patch)
    #expect(patched.metadata.labels == ["keep": "1"])
    #expect(patched.data == ["one": "1", "two": "zwei", "three": "3"])
    #expect(try await server.get(ConfigMap.self, key) == patched)
    let without = try await server.mergePatch(ConfigMap.self, key, ["data": .null])
    #expect(without.data == nil)
  }

  @Test func aMergePatchOfNothingIsRefused() async {
    let error = await #expect(throws: KubernetesError.self) { try await server.mergePatch(ConfigMap.self, key, [:]) }
    #expect(error?.kind == .notFound)
  }
}
