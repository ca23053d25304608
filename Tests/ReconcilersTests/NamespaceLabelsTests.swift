import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import Testing

@testable import Reconcilers

@Suite struct NamespaceLabelsTests {
  @Test func aNamespaceWithTheLabelIsAskedAboutOnce() async throws {
    let transport = InMemoryTransport { request in
      let name = request.url.split(separator: "/").last.map(String.init) ?? ""
      let labels = name == "old" ? "{}" : #"{"kubernetes.io/metadata.name":"\#(name)"}"#
      return name == "gone"
        ? .whole(.json(#"{"kind":"Status","code":404,"reason":"NotFound","message":"no"}"#, status: 404))
        : .whole(.json(#"{"metadata":{"name":"\#(name)","labels":\#(labels)}}"#))
    }
    let labels = NamespaceLabels(client: KubernetesClient(transport: transport, server: "https://memory"))
    #expect(try await labels.unlabelled(["production", "old", "gone"]) == ["old"])
    #expect(transport.requests.count == 3)
    #expect(try await labels.unlabelled(["production"]) == [])
    #expect(transport.requests.count == 3)
  }
}
