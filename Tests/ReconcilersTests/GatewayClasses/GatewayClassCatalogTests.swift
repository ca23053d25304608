import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

@Suite(.timeLimit(.minutes(10))) struct GatewayClassCatalogTests {
  private let reader = GatewayClassReader(image: "gateway:1", allowedImages: ImageAllowList())
  private static let key = ObjectKey(namespace: "cloudlinker-system", name: "cloudlinker-gateway-classes")

  private func configMap(_ data: [String: String], version: String = "1") -> ConfigMap {
    var configMap = ConfigMap(metadata: ObjectMeta(name: Self.key.name, namespace: Self.key.namespace), data: data)
    configMap.metadata.resourceVersion = version
    configMap.metadata.uid = "uid"
    return configMap
  }

  @Test func withoutTheConfigMapThereIsTheDefaultClassOnly() {
    let catalog = GatewayClassCatalog(nil, reader)
    #expect(catalog.lookup("default") == .found(GatewayClass()))
    #expect(catalog.lookup("fast") == .notFound(known: ["default"]))
  }

  @Test func eachKeyIsAClassAndABrokenOneHarmsNoOther() {
    let catalog = GatewayClassCatalog(configMap(["fast": "priorityClassName: high", "bad": "x: 1"]), reader)
    var fast = GatewayClass()
    fast.priorityClassName = "high"
    #expect(catalog.lookup("fast") == .found(fast))
    #expect(catalog.lookup("default") == .found(GatewayClass()))
    #expect(catalog.broken.keys.sorted() == ["bad"])
    #expect(catalog.broken["bad"]?.description.hasPrefix("x: is not a field") == true)
    #expect(catalog.lookup("slow") == .notFound(known: ["default", "fast"]))
    #expect(catalog.lookup("bad") == catalog.broken["bad"].map(GatewayClassLookup.invalid))
  }

  @Test func aBrokenDefaultClassIsNotReplacedByTheBuiltInOne() {
    let catalog = GatewayClassCatalog(configMap(["default": "image: [x"]), reader)
    #expect(catalog.broken.keys.sorted() == ["default"])
    #expect(catalog.lookup("default") == catalog.broken["default"].map(GatewayClassLookup.invalid))
  }

  @Test func theCatalogFollowsTheCache() {
    let store = Store<ConfigMap>()
    let classes = GatewayClasses(store: store, defaults: Fixture.defaults)
    #expect(classes.catalog.lookup("fast") == .notFound(known: ["default"]))
    _ = store.put(configMap(["fast": ""]))
    #expect(classes.catalog.lookup("fast") == .found(GatewayClass()))
    _ = store.put(configMap(["fast": "x: 1"], version: "2"))
    #expect(classes.catalog.broken.keys.sorted() == ["fast"])
    _ = store.remove(Self.key)
    #expect(classes.catalog.lookup("fast") == .notFound(known: ["default"]))
  }

  @Test func onlyTheClassesThatChangedConcernAnybody() {
    let old = configMap(["same": "a", "changed": "b", "removed": "c"])
    let new = configMap(["same": "a", "changed": "B", "added": "d"])
    #expect(GatewayClasses.changedNames(Change(old: old, new: new)) == ["added", "changed", "removed"])
    #expect(GatewayClasses.changedNames(Change(old: nil, new: old)) == ["changed", "removed", "same"])
    #expect(GatewayClasses.changedNames(Change(old: old, new: nil)) == ["changed", "removed", "same"])
  }

  @Test func theOwnerHearsOnceOfABrokenClass() async throws {
    let store = Store<ConfigMap>()
    let server = MemoryServer()
    let registry = MetricsRegistry()
    let events = EventRecorder(
      client: server,
      controller: "cloudlinker.dev/test",
      instance: "test",
      registry: MetricsRegistry()
    )
    let running = Task { await events.run() }
    defer { running.cancel() }
    let classes = GatewayClasses(store: store, defaults: Fixture.defaults)
    let reporter = GatewayClassReporter(classes: classes, events: events, registry: registry, logger: .none)

    reporter.report()
    #expect(registry.value(GatewayClassReporter.metric, ["valid": "true"]) == 1)
    #expect(registry.value(GatewayClassReporter.metric, ["valid": "false"]) == 0)

    _ = store.put(configMap(["bad": "x: 1"]))
    reporter.report()
    _ = store.put(configMap(["bad": "x: 1", "good": ""], version: "2"))
    reporter.report()
    #expect(registry.value(GatewayClassReporter.metric, ["valid": "true"]) == 2)
    #expect(registry.value(GatewayClassReporter.metric, ["valid": "false"]) == 1)
    try #require(await eventually { !server.objects(Event.self).isEmpty })
    let event = try #require(server.objects(Event.self).first)
    #expect(server.objects(Event.self).count == 1)
    #expect(event.reason == "GatewayClassInvalid")
    #expect(event.note?.contains("class \"bad\": x: is not a field") == true)

    _ = store.put(configMap([:], version: "3"))
    reporter.report()
    #expect(registry.value(GatewayClassReporter.metric, ["valid": "false"]) == 0)
  }
}
