import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import Testing

@Suite(.enabled(if: TestControlPlane.isAvailable, "needs KUBEBUILDER_ASSETS"), .timeLimit(.minutes(10)))
struct ReadingTests {
  @Test func whatIsNotThereIsNotFound() async throws {
    let server = try await RealServer.ready()
    #expect(
      await errorKind { () async throws(KubernetesError) in
        _ = try await server.client.get(Widget.self, server.key("nothing"))
      } == .notFound
    )
  }

  @Test func pagesTogetherAreTheWhole() async throws {
    let server = try await RealServer.ready()
    for number in 0..<7 { _ = try await server.client.create(server.widget("w\(number)", size: number)) }
    var sizes: [Int?] = []
    var token: String?
    var versions: Set<String> = []
    var pages = 0
    repeat {
      let page: ListPage<Widget> = try await server.list(limit: 3, after: token)
      sizes += page.items.map(\.spec?.size)
      versions.insert(page.resourceVersion)
      token = page.continueToken
      pages += 1
    } while token != nil
    #expect(sizes == Array(0..<7))
    #expect(pages == 3)
    #expect(versions.count == 1, "all of one moment")
  }

  @Test func selectorsNarrowAList() async throws {
    let server = try await RealServer.ready()
    _ = try await server.client.create(server.widget("red", labels: ["color": "red", "app": "x"]))
    _ = try await server.client.create(server.widget("blue", labels: ["color": "blue", "app": "x"]))
    let selector = LabelSelector(
      matchLabels: ["app": "x"],
      matchExpressions: [.init(key: "color", operator: "NotIn", values: ["blue", "green"])]
    )
    let page: ListPage<Widget> = try await server.list(labels: selector.description)
    #expect(page.items.map(\.key.name) == ["red"])
    let named = try await server.client.list(
      Widget.self,
      Scope(namespace: server.namespace, fieldSelector: "metadata.name=blue"),
      resourceVersion: nil,
      limit: nil,
      continueToken: nil
    )
    #expect(named.items.map(\.key.name) == ["blue"])
  }

  @Test func aListFromTheServersCacheHasAVersionToWatchFrom() async throws {
    let server = try await RealServer.ready()
    let created = try await server.client.create(server.widget("a"))
    for version in ["0", ""] {
      let page: ListPage<Widget> = try await server.list(version: version)
      #expect(Int(page.resourceVersion) ?? 0 > 0)
      if version.isEmpty { #expect(page.items.map(\.metadata.uid) == [created.metadata.uid]) }
    }
  }

  @Test func ofASecretOnlyTheMetadataIsSent() async throws {
    let server = try await RealServer.ready()
    var secret = Secret(metadata: ObjectMeta(name: "s", namespace: server.namespace), data: ["k": "dG9wc2VjcmV0"])
    secret.metadata.labels = ["app": "x"]
    _ = try await server.client.create(secret)
    let recorded = Locked<RecordingTransport?>(nil)
    let client = try await server.plane.client(through: { base in
      let recording = RecordingTransport(base)
      recorded.withLock { $0 = recording }
      return recording
    })
    let metadata = try await client.get(PartialMetadata<Secret>.self, server.key("s")).metadata
    #expect(metadata.labels == ["app": "x"])
    let page = try await client.list(
      PartialMetadata<Secret>.self,
      Scope(namespace: server.namespace),
      resourceVersion: nil,
      limit: nil,
      continueToken: nil
    )
    #expect(page.items.map(\.metadata.name) == ["s"])
    let watch = try await client.watch(
      PartialMetadata<Secret>.self,
      Scope(namespace: server.namespace),
      WatchOptions(resourceVersion: "0")
    )
    guard case .added(let seen)? = try await watch.next()?.first else {
      Issue.record("the watch does not begin with the Secret")
      return
    }
    #expect(seen.metadata.uid == metadata.uid)
    let bodies = try #require(recorded.withLock { $0 }).exchanges.map {
      String(decoding: $0.responseBody.bytes, as: UTF8.self)
    }
    #expect(bodies.count == 3)
    #expect(bodies.allSatisfy { $0.contains("PartialObjectMetadata") && !$0.contains("dG9wc2VjcmV0") })
  }

  @Test func whatTheServerHasIsDiscovered() async throws {
    let server = try await RealServer.ready()
    #expect(try await server.client.serves(Widget.resourceType))
    var unknown = Widget.resourceType
    unknown.plural = "gadgets"
    #expect(try await !server.client.serves(unknown))
    unknown.group = "nowhere.example.com"
    #expect(try await !server.client.serves(unknown))
  }
}
