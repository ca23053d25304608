import Foundations
import HTTPTransport
import Testing

@testable import Kubernetes

/// Method, URL, headers and body of each verb, as the API asks for them (Kubernetes docs, "API concepts").
@Suite struct RequestsAsSentTests {
  static let object = #"{"metadata":{"name":"a","namespace":"team"}}"#
  let key = ObjectKey(namespace: "team", name: "a")
  let transport = ScriptedTransport([.status(200, object)])
  var client: KubernetesClient { KubernetesClient(transport) }

  func sent() throws -> HTTPRequest { try #require(transport.requests.first) }

  @Test func get() async throws {
    _ = try await client.get(Widget.self, key)
    let request = try sent()
    #expect(request.method == "GET")
    #expect(request.url == "https://api:6443/apis/example.com/v1/namespaces/team/widgets/a")
    #expect(request.headers["Accept"] == "application/json")
    #expect(request.headers["User-Agent"] == ProgramName.current)
    #expect(request.body == nil)
  }

  @Test func listPagesAndSelects() async throws {
    let list = #"{"metadata":{"resourceVersion":"7","continue":"n/+="},"items":[{"metadata":{"name":"a"}}]}"#
    let transport = ScriptedTransport([.status(200, list), .status(200, #"{"metadata":{"continue":""},"items":null}"#)])
    let client = KubernetesClient(transport)
    let scope = Scope(namespace: "team", labelSelector: "a in (b,c)", fieldSelector: "metadata.name=x")
    let first = try await client.list(Widget.self, scope, resourceVersion: "0", limit: 500, continueToken: nil)
    #expect(first.items.map(\.key.name) == ["a"])
    #expect(first.resourceVersion == "7")
    let token = first.continueToken
    let last = try await client.list(Widget.self, scope, resourceVersion: "0", limit: 500, continueToken: token)
    #expect(last.items.isEmpty && last.continueToken == nil)
    let query = "?labelSelector=a%20in%20%28b%2Cc%29&fieldSelector=metadata.name%3Dx&limit=500"
    let base = "https://api:6443/apis/example.com/v1/namespaces/team/widgets"
    #expect(
      transport.requests.map(\.url) == ["\(base)\(query)&resourceVersion=0", "\(base)\(query)&continue=n%2F%2B%3D"]
    )
  }

  @Test func listOfAllNamespacesAndOfTheCoreGroup() async throws {
    let transport = ScriptedTransport(Array(repeating: .status(200, #"{"metadata":{},"items":null}"#), count: 3))
    let client = KubernetesClient(transport)
    _ = try await client.list(Secret.self, Scope(), resourceVersion: nil, limit: nil, continueToken: nil)
    _ = try await client.list(
      Namespace.self,
      Scope(namespace: "x"),
      resourceVersion: "",
      limit: nil,
      continueToken: nil
    )
    _ = try await client.list(Namespace.self, Scope(), resourceVersion: "17", limit: 500, continueToken: nil)
    #expect(
      transport.requests.map(\.url) == [
        "https://api:6443/api/v1/secrets", "https://api:6443/api/v1/namespaces?resourceVersion=",
        "https://api:6443/api/v1/namespaces?limit=500&resourceVersion=17&resourceVersionMatch=NotOlderThan",
      ]
    )
  }

  @Test func createAndReplaceSendTheWholeObject() async throws {
    let transport = ScriptedTransport([.status(201, Self.object), .status(200, Self.object)])
    let client = KubernetesClient(transport)
    _ = try await client.create(widget)
    _ = try await client.replace(widget)
    #expect(transport.requests.map(\.method) == ["POST", "PUT"])
    let base = "https://api:6443/apis/example.com/v1/namespaces/team/widgets"
    #expect(transport.requests.map(\.url) == [base, "\(base)/a"])
    for request in transport.requests {
      #expect(request.headers["Content-Type"] == "application/json")
      #expect(
        try json(request.body) == [
          "apiVersion": "example.com/v1", "kind": "Widget",
          "metadata": ["name": "a", "namespace": "team", "labels": ["x": "1"]], "spec": ["size": 3],
          "status": ["phase": "Good"],
        ]
      )
    }
  }

  @Test func apply() async throws {
    _ = try await client.apply(widget, fieldManager: "a b", force: true)
    let request = try sent()
    #expect(request.method == "PATCH")
    #expect(request.url.hasSuffix("/widgets/a?fieldManager=a%20b&force=true"))
    #expect(request.headers["Content-Type"] == "application/apply-patch+yaml")
    #expect(try json(request.body) == json(RequestBody.encode(WireObject(widget, only: nil), what: "")))
  }

  @Test func applyStatusSendsNothingElse() async throws {
    var object = widget
    object.metadata.uid = "u"
    object.metadata.resourceVersion = "5"
    _ = try await client.applyStatus(object, fieldManager: "m", force: false)
    let request = try sent()
    #expect(request.url.hasSuffix("/widgets/a/status?fieldManager=m&force=false"))
    #expect(
      try json(request.body) == [
        "apiVersion": "example.com/v1", "kind": "Widget",
        "metadata": ["name": "a", "namespace": "team", "uid": "u"], "status": ["phase": "Good"],
      ]
    )
  }

  /// As a type that spells its members its own way.
  struct Gadget: Resource {
    static let resourceType = ResourceType(group: "example.com", version: "v1", kind: "Gadget", plural: "gadgets")
    var metadata: ObjectMeta
    var observed: Widget.Status?
    /// Not what the wire calls status.
    var status: String?
    enum CodingKeys: String, CodingKey {
      case metadata
      case observed = "status"
      case status = "statusText"
    }
  }

  @Test func theStatusIsTheMemberOfThatNameOnTheWire() async throws {
    var gadget = Gadget(metadata: widget.metadata, observed: .init(phase: "Good"), status: "not this")
    _ = try await client.applyStatus(gadget, fieldManager: "m", force: false)
    #expect(
      try json(sent().body) == [
        "apiVersion": "example.com/v1", "kind": "Gadget", "metadata": ["name": "a", "namespace": "team"],
        "status": ["phase": "Good"],
      ]
    )
    gadget.observed = nil
    let transport = ScriptedTransport([.status(200, Self.object)])
    _ = try await KubernetesClient(transport).applyStatus(gadget, fieldManager: "m", force: false)
    #expect(
      try json(transport.requests.first?.body) == [
        "apiVersion": "example.com/v1", "kind": "Gadget", "metadata": ["name": "a", "namespace": "team"],
      ]
    )
  }

  @Test func mergePatch() async throws {
    let patch: JSONValue = ["spec": ["size": 4], "metadata": ["labels": ["x": .null]]]
    _ = try await client.mergePatch(Widget.self, key, patch)
    let request = try sent()
    #expect(request.method == "PATCH" && request.url.hasSuffix("/namespaces/team/widgets/a"))
    #expect(request.headers["Content-Type"] == "application/merge-patch+json")
    #expect(try json(request.body) == patch)
  }

  @Test func jsonPatch() async throws {
    let operations: [JSONPatchOperation] = [
      .test("/metadata/finalizers/0", "cloudlinker.dev/x"), .remove("/metadata/finalizers/0"),
    ]
    _ = try await client.jsonPatch(Widget.self, key, operations)
    let request = try sent()
    #expect(request.headers["Content-Type"] == "application/json-patch+json")
    #expect(
      String(decoding: request.body ?? [], as: UTF8.self).contains("/metadata/finalizers/0"),
      "slashes are not escaped"
    )
    #expect(
      try json(request.body) == [
        ["op": "test", "path": "/metadata/finalizers/0", "value": "cloudlinker.dev/x"],
        ["op": "remove", "path": "/metadata/finalizers/0"],
      ]
    )
  }

  @Test func deleteOfOneVeryObject() async throws {
    try await client.delete(Widget.self, key, DeleteOptions(uid: "u", resourceVersion: "3"))
    #expect(
      try json(sent().body) == [
        "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background",
        "preconditions": ["uid": "u", "resourceVersion": "3"],
      ]
    )
  }

  @Test func deletingWhatIsGoneIsNoError() async throws {
    let transport = ScriptedTransport([.status(404)])
    try await KubernetesClient(transport).delete(Widget.self, key, DeleteOptions())
    #expect(
      try json(transport.requests.first?.body)
        == ["apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": "Background"]
    )
  }

  @Test func metadataOnly() async throws {
    let list = #"{"kind":"PartialObjectMetadataList","metadata":{"resourceVersion":"1"},"items":[]}"#
    let transport = ScriptedTransport([.status(200, Self.object), .status(200, list), .chunks([])])
    let client = KubernetesClient(transport)
    _ = try await client.get(PartialMetadata<Widget>.self, key)
    _ = try await client.list(
      PartialMetadata<Widget>.self,
      Scope(),
      resourceVersion: nil,
      limit: nil,
      continueToken: nil
    )
    _ = try await client.watch(PartialMetadata<Widget>.self, Scope(), WatchOptions(resourceVersion: "1"))
    let one = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
    let many = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
    #expect(transport.requests.map { $0.headers["Accept"] } == [one, many, one])
  }

  @Test func watch() async throws {
    let transport = ScriptedTransport([.chunks([]), .chunks([])])
    let client = KubernetesClient(transport)
    _ = try await client.watch(Widget.self, Scope(namespace: "team"), WatchOptions(resourceVersion: "9"))
    let list = WatchOptions(
      resourceVersion: "",
      sendInitialEvents: true,
      timeout: .milliseconds(1),
      idleTimeout: .seconds(9)
    )
    _ = try await client.watch(Widget.self, Scope(), list)
    let base = "https://api:6443/apis/example.com/v1"
    #expect(
      transport.requests.map(\.url) == [
        "\(base)/namespaces/team/widgets?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=9",
        "\(base)/widgets?watch=true&allowWatchBookmarks=true&timeoutSeconds=1&sendInitialEvents=true"
          + "&resourceVersionMatch=NotOlderThan",
      ]
    )
    #expect(transport.requests.map(\.timeouts.total) == [nil, nil])
    #expect(transport.requests.map(\.timeouts.idle) == [.seconds(75), .seconds(9)])
  }

  /// References never leave their namespace, whatever a user writes into one.
  @Test(arguments: ["", ".", "..", "a/b", "a/../../other/widgets/b", "%2e%2e", "a%2fb"])
  func aNameThatWouldLeadElsewhereIsNotSent(name: String) async throws {
    for key in [ObjectKey(namespace: "team", name: name), ObjectKey(namespace: name, name: "a")] {
      let error = await #expect(throws: KubernetesError.self) { try await client.get(Widget.self, key) }
      #expect(error?.kind == .configuration)
    }
    #expect(transport.requests.isEmpty)
  }

  @Test func aServerBehindAPathKeepsIt() async throws {
    let client = KubernetesClient(transport: transport, server: "https://rancher/k8s/clusters/c-1/")
    _ = try await client.get(Namespace.self, ObjectKey(name: "a"))
    #expect(try sent().url == "https://rancher/k8s/clusters/c-1/api/v1/namespaces/a")
    #expect(client.host == "rancher:443")
  }
}
