import ControllerRuntime
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

/// An informer on a real API server whose objects or history are not what it expects.
@Suite(
  .serialized,
  .enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"),
  .timeLimit(.minutes(5))
)
struct InformerServerTests {
  private static let plane = Task { try await TestControlPlane.start() }

  /// ConfigMaps of numbers: one that holds a text cannot be decoded.
  private struct NumberMap: Resource {
    static let resourceType = ConfigMap.resourceType
    var metadata: ObjectMeta
    var data: [String: Int]?
  }

  /// Names in the cache; without what the server adds by itself.
  private func names<Object: Resource>(_ informer: Informer<Object>) -> [String] {
    informer.store.keys.map(\.name).filter { $0 != "kube-root-ca.crt" }.sorted()
  }

  @Test(arguments: [InformerOptions.Initial.list, .watchList])
  func oneObjectThatCannotBeDecodedDoesNotBlindTheCache(_ initial: InformerOptions.Initial) async throws {
    let plane = try await Self.plane.value
    let (client, namespace) = (try await plane.client(), try await plane.createNamespace())
    func write(_ name: String, _ data: [String: String]?) async throws {
      _ = try await client.apply(ConfigMap(name, namespace: namespace, data: data), fieldManager: "test", force: true)
    }
    try await write("good", nil)
    try await write("bad", ["text": "x"])
    let warnings = Locked<[String]>([])
    var options = InformerOptions()
    options.initial = initial
    let informer = Informer<NumberMap>(
      client: client,
      scope: Scope(namespace: namespace),
      options: options,
      logger: Logger(level: .warning) { line in warnings.withLock { $0.append(line) } }
    )
    let running = Task { await informer.run() }
    defer { running.cancel() }
    #expect(await eventually { informer.hasSynced })
    #expect(names(informer) == ["good"])
    #expect(informer.undecodable.map(\.reason) == ["data.text has another type"])
    try await write("later", nil)
    try await write("good", ["text": "y"])
    #expect(await eventually { names(informer) == ["good", "later"] && informer.undecodable.count == 2 })
    #expect(informer.store.get(ObjectKey(namespace: namespace, name: "good"))?.data == nil, "as it last was")
    try await client.delete(ConfigMap.self, ObjectKey(namespace: namespace, name: "good"), DeleteOptions())
    try await client.delete(ConfigMap.self, ObjectKey(namespace: namespace, name: "bad"), DeleteOptions())
    #expect(await eventually { names(informer) == ["later"] && informer.undecodable.isEmpty })
    #expect(warnings.withLock { $0 }.count == 2)
  }

  /// Why `pagesFirstList` exists: the server ignores the limit of a list of version "0".
  @Test func aListFromTheServersMemoryIsNeverInPages() async throws {
    let plane = try await Self.plane.value
    let (client, namespace) = (try await plane.client(), try await plane.createNamespace())
    let names = (0..<5).map { "map-\($0)" }
    for name in names {
      _ = try await client.apply(ConfigMap(name, namespace: namespace), fieldManager: "test", force: true)
    }
    let scope = Scope(namespace: namespace)
    func page(_ version: String) async throws -> ListPage<PartialMetadata<ConfigMap>> {
      try await client.list(
        PartialMetadata<ConfigMap>.self,
        scope,
        resourceVersion: version,
        limit: 2,
        continueToken: nil
      )
    }
    // The server's memory may lag behind what was just written.
    #expect(await eventually { try await page("0").items.count >= 5 })
    #expect(try await page("0").continueToken == nil)
    #expect(try await page("").items.count == 2)
    #expect(try await page("").continueToken != nil)
    var options = InformerOptions()
    options.initial = .list
    options.pageSize = 2
    options.pagesFirstList = true
    let informer = Informer<PartialMetadata<ConfigMap>>(client: client, scope: scope, options: options)
    let running = Task { await informer.run() }
    defer { running.cancel() }
    #expect(await eventually { informer.hasSynced })
    #expect(self.names(informer) == names)
  }

  @Test func anEtcdThatWasRestoredFromABackupIsNoticed() async throws {
    let plane = try await Self.plane.value
    let client = try await plane.client()
    let namespace = "default"
    func write(_ name: String, _ value: String) async throws {
      let object = ConfigMap(name, namespace: namespace, data: ["value": value])
      _ = try await client.apply(object, fieldManager: "test", force: true)
    }
    // So many that the new etcd, with what a starting API server writes, stays below.
    for round in 0..<600 { try await write("old", "\(round)") }
    let time = VirtualTimeSource()
    let warnings = Locked<[String]>([])
    let informer = Informer<ConfigMap>(
      client: client,
      scope: Scope(namespace: namespace),
      time: time,
      logger: Logger(level: .warning) { line in warnings.withLock { $0.append(line) } }
    )
    let running = Task { await informer.run() }
    defer { running.cancel() }
    let ticking = Task {
      while !Task.isCancelled {
        time.advance(by: .seconds(5))
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    defer { ticking.cancel() }
    #expect(await eventually { names(informer) == ["old"] })
    try await plane.eraseEtcd()
    #expect(
      await eventually {
        try await write("new", "1")
        return true
      }
    )
    #expect(await eventually { names(informer) == ["new"] })
    let isNoticed = warnings.withLock { lines in lines.contains { $0.contains("restored from a backup") } }
    #expect(isNoticed, "versions did not go back, or nobody noticed")
    try await write("newer", "1")
    #expect(await eventually { names(informer) == ["new", "newer"] })
  }
}
