import HTTPTransport
import Testing

@testable import Kubernetes

@Suite struct DiscoveryTests {
  @Test func aKindIsServedWhenItIsListed() async throws {
    let list = """
      {"kind":"APIResourceList","groupVersion":"example.com/v1","resources":[
        {"name":"widgets","singularName":"","namespaced":true,"kind":"Widget","verbs":["get","list"],"shortNames":["w"]},
        {"name":"widgets/status","singularName":"","namespaced":true,"kind":"Widget","verbs":["get"]}]}
      """
    let transport = ScriptedTransport([.status(200, list), .status(404), .status(200, #"{"resources":null}"#)])
    let client = KubernetesClient(transport)
    #expect(try await client.serves(Widget.resourceType))
    #expect(try await client.serves(Widget.resourceType) == false)
    #expect(try await client.serves(Secret.resourceType) == false)
    #expect(
      transport.requests.map(\.url) == [
        "https://api:6443/apis/example.com/v1", "https://api:6443/apis/example.com/v1", "https://api:6443/api/v1",
      ]
    )
  }

  @Test func thePreferredVersionComesFirst() async throws {
    let group = #"{"versions":[{"version":"v1beta1"},{"version":"v1"}],"preferredVersion":{"version":"v1"}}"#
    let client = KubernetesClient(ScriptedTransport([.status(200, group), .status(404)]))
    #expect(try await client.versions(group: "policy") == ["v1", "v1beta1"])
    #expect(try await client.versions(group: "policy") == [])
  }

  static let labels: [(LabelSelector, [String: String], Bool, String)] = [
    (LabelSelector(), ["a": "1"], true, ""),
    (LabelSelector(matchLabels: ["b": "2", "a": "1"]), ["a": "1", "b": "2", "c": "3"], true, "a=1,b=2"),
    (LabelSelector(matchLabels: ["a": "1"]), ["a": "2"], false, "a=1"),
    (expression("a", "In", ["1", "2"]), ["a": "2"], true, "a in (1,2)"),
    (expression("a", "In", ["1"]), [:], false, "a in (1)"),
    (expression("a", "NotIn", ["1"]), ["a": "1"], false, "a notin (1)"),
    (expression("a", "NotIn", ["1"]), [:], true, "a notin (1)"),
    (expression("a", "Exists"), ["a": ""], true, "a"), (expression("a", "Exists"), [:], false, "a"),
    (expression("a", "DoesNotExist"), [:], true, "!a"), (expression("a", "DoesNotExist"), ["a": ""], false, "!a"),
    (expression("a", "Near"), ["a": ""], false, "a"),
  ]
  static func expression(_ key: String, _ operation: String, _ values: [String]? = nil) -> LabelSelector {
    LabelSelector(matchExpressions: [.init(key: key, operator: operation, values: values)])
  }

  @Test(arguments: labels) func selector(selector: LabelSelector, labels: [String: String], matches: Bool, text: String)
  {
    #expect(selector.matches(labels) == matches)
    #expect(selector.description == text)
  }
}
