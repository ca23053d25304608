import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct StoreTests {
  private func store() -> Store<ConfigMap> {
    Store(indexers: ["by secret": { $0.data?["secret"].map { [$0] } ?? [] }])
  }

  @Test func anIndexFollowsAReferenceThatIsPointedElsewhere() {
    let store = store()
    _ = store.put(ConfigMap("a", version: "1", data: ["secret": "x"]))
    _ = store.put(ConfigMap("b", version: "2", data: ["secret": "x"]))
    #expect(Set(store.indexedKeys("by secret", "x")) == [key("a"), key("b")])
    _ = store.put(ConfigMap("a", version: "3", data: ["secret": "y"]))
    #expect(store.indexedKeys("by secret", "x") == [key("b")])
    #expect(store.indexed("by secret", "y").map(\.metadata.resourceVersion) == ["3"])
    _ = store.remove(key("a"))
    #expect(store.indexedKeys("by secret", "y") == [])
    #expect(store.indexed("no such index", "y") == [])
  }

  @Test func anIndexThatIsAddedLaterKnowsWhatIsThere() {
    let store = store()
    _ = store.put(ConfigMap("a", version: "1", data: ["secret": "x", "zone": "1"]))
    store.addIndex("by zone") { $0.data?["zone"].map { [$0] } ?? [] }
    #expect(store.indexedKeys("by zone", "1") == [key("a")])
    store.addIndex("by secret") { _ in ["another meaning"] }
    #expect(store.indexedKeys("by secret", "another meaning") == [])
    #expect(store.indexedKeys("by secret", "x") == [key("a")])
  }

  @Test func theSameObjectAgainIsNoChange() throws {
    let store = store()
    #expect(store.put(ConfigMap("a", version: "1")) != nil)
    #expect(store.put(ConfigMap("a", version: "1")) == nil)
    let change = try #require(store.put(ConfigMap("a", version: "2", data: ["k": "v"])))
    #expect(change.old?.metadata.resourceVersion == "1")
    #expect(change.new?.data == ["k": "v"])
    #expect(change.sides.count == 2)
  }

  @Test func whatACompleteListDidNotNameGoes() {
    let store = store()
    for name in ["a", "b", "c"] { _ = store.put(ConfigMap(name, version: "1", data: ["secret": "x"])) }
    let changes = store.retain([key("b")])
    #expect(Set(changes.compactMap { $0.old?.key }) == [key("a"), key("c")])
    #expect(changes.allSatisfy { $0.new == nil && !$0.isInitial })
    #expect(store.keys == [key("b")])
    #expect(store.indexedKeys("by secret", "x") == [key("b")])
  }

  @Test func removingWhatIsNotThereIsNoChange() {
    #expect(store().remove(key("a")) == nil)
  }

  @Test func theSameNameInTwoNamespacesIsTwoObjects() {
    let store = store()
    _ = store.put(ConfigMap("a", namespace: "one", version: "1"))
    _ = store.put(ConfigMap("a", namespace: "two", version: "1"))
    #expect(store.count == 2)
    #expect(store.get(ObjectKey(namespace: "two", name: "a"))?.metadata.namespace == "two")
  }

  @Test func sharingStringsChangesNone() {
    var interner = Interner()
    var owner = OwnerReference(apiVersion: "apps/v1", kind: "Deployment", name: "a-name-of-some-length", uid: "u")
    owner.controller = true
    var metadata = ObjectMeta(
      name: "a",
      namespace: "a-namespace-of-some-length",
      labels: ["app.kubernetes.io/name": "a-value-of-some-length"],
      annotations: ["example.com/annotation": "a-value-of-some-length"]
    )
    metadata.finalizers = ["example.com/finalizer"]
    metadata.ownerReferences = [owner]
    var interned = metadata
    for _ in 0..<2 {
      interner.intern(&interned)
      #expect(interned == metadata)
    }
  }

  @Test func oftenChangingStringsAreNotKeptForEver() {
    var interner = Interner()
    for number in 0...Interner.capacity { _ = interner.intern("a string of some length \(number)") }
    #expect(interner.intern("a string of some length 0") == "a string of some length 0")
  }
}
