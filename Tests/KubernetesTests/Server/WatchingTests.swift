import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@Suite(.enabled(if: TestControlPlane.isAvailable, "needs KUBEBUILDER_ASSETS"), .timeLimit(.minutes(10)))
struct WatchingTests {
  /// One word an event: `+a`, `~a`, `-a`.
  private func words<Object>(_ batch: [WatchEvent<Object>]) -> [String] {
    batch.map { event in
      switch event {
      case .added(let object): "+\(object.key.name)"
      case .modified(let object): "~\(object.key.name)"
      case .deleted(let object): "-\(object.key.name)"
      case .bookmark: "bookmark"
      case .undecodable(let object, _): "?\(object.key.name)"
      case .error(let error): "\(error.kind)"
      }
    }
  }

  @Test func everyChangeAfterAListIsSeenInOrder() async throws {
    let server = try await RealServer.ready()
    // Not the kind that was just defined: while its definition settles, the server ends its watches.
    func secret(_ name: String, _ labels: [String: String]? = nil) -> Secret {
      Secret(metadata: ObjectMeta(name: name, namespace: server.namespace, labels: labels))
    }
    _ = try await server.client.create(secret("before"))
    let page: ListPage<Secret> = try await server.list(version: "")
    let scope = Scope(namespace: server.namespace)
    let stream = try await server.client.watch(Secret.self, scope, WatchOptions(resourceVersion: page.resourceVersion))
    _ = try await server.client.create(secret("a"))
    _ = try await server.client.apply(secret("a", ["x": "1"]), fieldManager: "test", force: true)
    try await server.client.delete(Secret.self, server.key("a"), DeleteOptions())
    _ = try await server.client.create(secret("b"))
    var seen: [String] = []
    while seen.count < 4, let batch = try await stream.next() { seen += words(batch) }
    #expect(seen == ["+a", "~a", "-a", "+b"])
  }

  @Test func theServerEndsAWatchInOrderAfterItsTime() async throws {
    let server = try await RealServer.ready()
    let page: ListPage<Secret> = try await server.list(version: "")
    let stream = try await server.client.watch(
      Secret.self,
      Scope(namespace: server.namespace),
      WatchOptions(resourceVersion: page.resourceVersion, timeout: .seconds(1))
    )
    while let batch = try await stream.next() { #expect(words(batch).allSatisfy { $0 == "bookmark" }) }
  }

  @Test func aWatchThatNobodyReadsAnyMoreIsClosed() async throws {
    let server = try await RealServer.ready()
    let scope = Scope(namespace: server.namespace)
    let reading = Task {
      let stream = try await server.client.watch(Widget.self, scope, WatchOptions(resourceVersion: "0"))
      while try await stream.next() != nil {}
    }
    reading.cancel()
    // It ends, however far it had got.
    _ = await reading.result
  }

  /// 1.20 ignores the parameters, later servers refuse or obey: in each case the caller can tell.
  @Test func aServerObeysRefusesOrIgnoresWatchList() async throws {
    let server = try await RealServer.ready()
    _ = try await server.client.create(Secret(metadata: ObjectMeta(name: "a", namespace: server.namespace)))
    let options = WatchOptions(resourceVersion: "", sendInitialEvents: true, timeout: .seconds(1))
    var seen: [String] = []
    var end: KubernetesError?
    do throws(KubernetesError) {
      let stream = try await server.client.watch(Secret.self, Scope(namespace: server.namespace), options)
      while let batch = try await stream.next() { seen += words(batch) }
    } catch { end = error }
    if let end {
      #expect(end.kind == .invalid || end.kind == .badRequest)
      #expect(seen == [])
    } else {
      #expect(seen.first == "+a")
    }
  }
}

/// What a server says of a past that it has forgotten; with servers of its own, because they are compacted.
@Suite(.enabled(if: TestControlPlane.isControllable, "needs KUBEBUILDER_ASSETS"), .timeLimit(.minutes(10)))
struct ForgottenVersionTests {
  @Test func aForgottenVersionIsGoneForListsAndWatches() async throws {
    let plane = try await TestControlPlane.start()
    let client = try await plane.client()
    let namespace = try await plane.createNamespace()
    let scope = Scope(namespace: namespace)
    for number in 0..<3 {
      let metadata = ObjectMeta(name: "s\(number)", namespace: namespace)
      _ = try await client.create(Secret(metadata: metadata))
    }
    func list(_ token: String?) async throws(KubernetesError) -> ListPage<Secret> {
      try await client.list(Secret.self, scope, resourceVersion: nil, limit: 1, continueToken: token)
    }
    let page = try await list(nil)
    // The present is not forgotten, so the page has to be of the past.
    _ = try await client.create(Secret(metadata: ObjectMeta(name: "later", namespace: namespace)))
    try await plane.expireOldVersions()
    #expect(await errorKind { () async throws(KubernetesError) in _ = try await list(page.continueToken) } == .gone)
    var end: KubernetesError?
    do throws(KubernetesError) {
      let stream = try await client.watch(
        Secret.self,
        scope,
        WatchOptions(resourceVersion: page.resourceVersion, timeout: .seconds(5))
      )
      while let batch = try await stream.next() {
        for case .error(let error) in batch { throw error }
      }
    } catch { end = error }
    #expect(end?.kind == .gone)
  }
}
