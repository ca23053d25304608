import HTTPTransport
import Testing

@testable import Kubernetes

@Suite struct ListDecodingTests {
  private func list(_ body: String) async throws(KubernetesError) -> ListPage<Widget> {
    let client = KubernetesClient(ScriptedTransport([.status(200, body)]))
    return try await client.list(Widget.self, Scope(), resourceVersion: "", limit: nil, continueToken: nil)
  }

  @Test func anObjectThatIsNotUnderstoodIsNamedAndTheOthersAreThere() async throws {
    let page = try await list(
      """
      {"kind":"WidgetList","metadata":{"resourceVersion":"9"},"items":[
        {"metadata":{"name":"a","namespace":"team"},"spec":{"size":1}},
        {"metadata":{"name":"b","namespace":"team","uid":"u","resourceVersion":"7"},"spec":{"size":"5309"}},
        {"metadata":{"name":"c","namespace":"team","labels":{"x":[]}}},
        {"metadata":{"name":"d","namespace":"team"},"spec":{"size":2}}
      ]}
      """
    )
    #expect(page.items.map(\.key.name) == ["a", "d"])
    #expect(page.items.map(\.spec?.size) == [1, 2])
    #expect(page.resourceVersion == "9")
    #expect(
      page.undecodable == [
        UndecodableObject(
          key: ObjectKey(namespace: "team", name: "b"),
          uid: "u",
          resourceVersion: "7",
          reason: "spec.size has another type"
        ),
        UndecodableObject(
          key: ObjectKey(namespace: "team", name: "c"),
          reason: "metadata.labels.x has another type"
        ),
      ]
    )
    let error = #expect(throws: KubernetesError.self) { try page.allItems() }
    #expect(error?.message == "list widgets: team/b is not understood: spec.size has another type")
  }

  @Test func aCallerThatNeedsEveryObjectGetsThemIfAllDecode() async throws {
    let page = try await list(#"{"metadata":{"resourceVersion":"9"},"items":[{"metadata":{"name":"a"}}]}"#)
    #expect(try page.allItems().map(\.key.name) == ["a"])
  }

  /// As an empty list, each of these would empty a cache.
  @Test(arguments: [
    #"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","code":500}"#, "{}", "[]", "", "ok",
    #"{"metadata":{"resourceVersion":"9"},"items":[{"spec":{"size":1}}, 5]}"#,
    #"{"metadata":{"resourceVersion":"9"},"items":{}}"#,
  ])
  func whatIsNoListIsAnError(_ body: String) async {
    let error = await #expect(throws: KubernetesError.self) { try await list(body) }
    #expect(error?.kind == .decoding)
  }
}
