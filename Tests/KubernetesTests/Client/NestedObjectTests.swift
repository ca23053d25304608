import Foundations
import Testing

@testable import Kubernetes

/// An API server stores what a tenant nests 10,000 deep where a schema allows any object. The decoder reads 512.
@Suite struct NestedObjectTests {
  private struct Box: Resource {
    static let resourceType = ResourceType(group: "example.com", version: "v1", kind: "Box", plural: "boxes")
    var metadata: ObjectMeta
    var spec: JSONValue?
  }

  private static func nested(_ depth: Int) -> String {
    String(repeating: #"{"a":["#, count: depth / 2) + #""x]}\"""# + String(repeating: "]}", count: depth / 2)
  }
  private static func object(_ name: String, _ depth: Int) -> String {
    #"{"metadata":{"name":"\#(name)","namespace":"team","resourceVersion":"7"},"spec":\#(nested(depth))}"#
  }
  private static func list(_ objects: [String]) -> ScriptedTransport {
    let items = objects.joined(separator: ",")
    return ScriptedTransport([.status(200, #"{"metadata":{"resourceVersion":"9"},"items":[\#(items)]}"#)])
  }

  @Test(arguments: [100, 600, 9_000])
  func theOtherObjectsOfAListAreThere(depth: Int) async throws {
    let client = KubernetesClient(
      Self.list([Self.object("a", 4), Self.object("deep", depth), Self.object("b", 40)])
    )
    let page = try await client.list(Box.self, Scope(), resourceVersion: "", limit: nil, continueToken: nil)
    #expect(page.items.map(\.key.name) == ["a", "b"])
    #expect(page.resourceVersion == "9")
    #expect(page.undecodable.map(\.key) == [ObjectKey(namespace: "team", name: "deep")])
    #expect(page.undecodable.first?.resourceVersion == "7")
  }

  @Test func aTypeThatDoesNotReadTheFieldDecodesTheObject() async throws {
    let client = KubernetesClient(Self.list([Self.object("deep", 9_000)]))
    let page = try await client.list(
      PartialMetadata<Box>.self,
      Scope(),
      resourceVersion: "",
      limit: nil,
      continueToken: nil
    )
    #expect(page.items.map(\.key.name) == ["deep"])
  }

  @Test func aWatchGoesOn() async throws {
    let lines = [("a", 4), ("deep", 9_000), ("b", 4)].map { name, depth in
      #"{"type":"ADDED","object":\#(Self.object(name, depth))}"# + "\n"
    }
    let client = KubernetesClient(ScriptedTransport([.chunks(lines.map { Array($0.utf8) })]))
    let stream = try await client.watch(Box.self, Scope(), WatchOptions(resourceVersion: "1"))
    var names: [String] = []
    while let batch = try await stream.next() {
      for event in batch {
        switch event {
        case .added(let object): names.append(object.key.name)
        case .undecodable(let object, _): names.append("undecodable \(object.key.name)")
        default: names.append("another event")
        }
      }
    }
    #expect(names == ["a", "undecodable deep", "b"])
  }

  @Test func whatIsNotTooDeepIsNotCopied() {
    #expect(JSONNesting.limited(Array(Self.nested(JSONNesting.limit).utf8)) == nil)
    #expect(JSONNesting.limited(Array(#"["[[{\"{[[\\"]"#.utf8)) == nil)
  }
}
