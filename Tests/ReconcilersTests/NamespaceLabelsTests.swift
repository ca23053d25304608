import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

@Suite struct NamespaceLabelsTests {
  private let server = MemoryServer()
  private let time = VirtualTimeSource()

  @Test func aNamespaceWithTheLabelIsAskedAboutOnce() async {
    server.put(Fixture.namespace("production"))
    server.put(Namespace(metadata: ObjectMeta(name: "old")))
    let labels = NamespaceLabels(client: server, time: time)
    #expect(await labels.look(at: ["production", "old", "gone"]).unlabelled == ["old"])
    #expect(server.calls.count == 3)
    time.advance(by: .seconds(86_400))
    server.forgetCalls()
    #expect(await labels.look(at: ["production"]).unlabelled == [])
    #expect(server.calls == [])
  }

  @Test func namespacesThatDoNotExistCostNoRequestAtEachLook() async {
    let labels = NamespaceLabels(client: server, time: time)
    let names = Set((0..<64).map { "nowhere-\($0)" })
    for _ in 0..<3 { #expect(await labels.look(at: names) == ([], [])) }
    #expect(server.calls.count == 64)
  }

  @Test func anAddedLabelIsNoticedAfterAWhile() async {
    server.put(Namespace(metadata: ObjectMeta(name: "old")))
    let labels = NamespaceLabels(client: server, time: time)
    #expect(await labels.look(at: ["old"]).unlabelled == ["old"])
    server.put(Fixture.namespace("old"))
    time.advance(by: NamespaceLabels.freshness)
    #expect(await labels.look(at: ["old"]).unlabelled == [])
  }

  @Test func whatMayNotBeReadIsUnknownAndNoFailure() async {
    server.setFault { _ in KubernetesError(.forbidden, status: 403, "not permitted") }
    let labels = NamespaceLabels(client: server, time: time)
    #expect(await labels.look(at: ["production"]) == ([], ["production"]))
  }

  @Test func aServerThatSetsTheLabelIsNotAsked() async {
    let labels = NamespaceLabels(client: server, areSetByServer: true, time: time)
    #expect(await labels.look(at: ["production"]) == ([], []))
    #expect(server.calls == [])
  }

  @Test func thePassSaysWhatTheOperatorMayNotCheck() {
    var facts = Fixture.facts()
    facts.unknownNamespaces = ["staging", "test"]
    let notices = GatewayPlan(facts).status.notices ?? []
    #expect(notices.contains { $0.contains("may not read the namespaces staging, test") })
  }
}
