import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

@Suite(.timeLimit(.minutes(10))) struct ClusterRangesTests {
  let world = BackboneWorld()

  private func node(_ name: String, _ ranges: [String]) {
    world.server.put(Node(metadata: ObjectMeta(name: name), spec: .init(podCIDRs: ranges)))
  }
  private var ready: Condition? { world.condition(.ready) }

  @Test func thePodsOfTheClusterKeepTheirRange() async throws {
    node("a", ["10.10.0.0/24", "fd00::/64"])
    node("b", ["10.10.1.0/24"])
    try await world.reconcile()
    #expect(ready?.reason == Reason.rangeConflict.rawValue)
    #expect(ready?.message.contains("\"10.10.0.0/16\" overlaps 10.10.0.0/23 of the pods of this cluster") == true)
    #expect(world.cloud.state.withLock { $0.calls } == [], "the cloud was not asked anything")
  }

  @Test func soDoItsServices() async throws {
    let range = ServiceCIDR(metadata: ObjectMeta(name: "kubernetes"), spec: .init(cidrs: ["10.10.96.0/20"]))
    world.server.put(range)
    try await world.reconcile()
    #expect(ready?.message.contains("10.10.96.0/20 of the Services of this cluster") == true)
  }

  @Test func anOlderKubernetesShowsOneOfItsServices() async throws {
    let service = Service(
      metadata: ObjectMeta(name: "kubernetes", namespace: "default"),
      spec: .init(clusterIP: "10.10.0.1")
    )
    world.server.put(service)
    try await world.reconcile()
    #expect(ready?.message.contains("10.10.0.1/32 of the Services of this cluster") == true)
  }

  @Test func whatMayNotBeAskedIsNotKnown() async throws {
    node("a", ["10.10.0.0/24"])
    world.server.setFault { $0.hasPrefix("list") ? KubernetesError(.forbidden, status: 403, "no") : nil }
    try await world.reconcile()
    #expect(ready?.reason == Reason.progressing.rawValue)
  }

  @Test func anErrorIsNoAnswer() async throws {
    node("a", ["10.10.0.0/24"])
    world.server.setFault { $0.hasPrefix("list") ? KubernetesError(.serverError, status: 500, "etcd") : nil }
    await #expect(throws: KubernetesError.self) { try await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.calls } == [])
  }

  @Test func aNetworkThatStandsIsLeftInPeaceAndNothingIsAsked() async throws {
    try await world.reconcile()
    #expect(world.status?.objects?.isEmpty == false)
    node("late", ["10.10.0.0/24"])
    world.server.forgetCalls()
    world.time.advance(by: ClusterRanges.freshness)
    try await world.reconcile()
    #expect(ready?.reason != Reason.rangeConflict.rawValue)
    #expect(world.server.calls.filter { $0.hasPrefix("list") } == [])
  }
}
