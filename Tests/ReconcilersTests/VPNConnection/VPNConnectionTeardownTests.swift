import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

@Suite(.timeLimit(.minutes(10))) struct VPNConnectionTeardownTests {
  let world = ConnectionWorld()

  /// The pods follow their Deployments, and the operator hears of it.
  private func endPods() async throws {
    for pod in world.server.objects(Pod.self) { try await world.server.delete(Pod.self, pod.key, DeleteOptions()) }
    try await world.reconcile()
  }
  private var deletions: [String] { world.server.calls.filter { $0.hasPrefix("delete") } }

  @Test func aConnectionThatOnlyTheCacheLacksKeepsItsGateways() async throws {
    try await world.settle()
    _ = world.informers.connections.store.remove(ConnectionWorld.key)
    #expect(try await world.reconcileAsCached() == .requeueWithBackoff)
    #expect(world.server.calls == ["get VPNConnection production/office"])
  }

  @Test(arguments: [
    KubernetesError(.forbidden, status: 403, "not permitted"),
    KubernetesError(.serverError, status: 500, "etcdserver: no leader"),
    KubernetesError(.transport, "connection refused"),
    KubernetesError(.notFound, status: 404, "404 page not found"),
  ])
  func whileNobodyCanSayThatItIsGoneNothingIsRemoved(error: KubernetesError) async throws {
    try await world.settle()
    _ = world.informers.connections.store.remove(ConnectionWorld.key)
    world.server.setFault { $0.hasPrefix("get VPNConnection") ? error : nil }
    await #expect(throws: error) { try await world.reconcileAsCached() }
    #expect(deletions == [])
  }

  @Test func whatAGoneConnectionLeftIsRemovedAndReported() async throws {
    let recorder = Task { [events = world.events] in await events.run() }
    defer { recorder.cancel() }
    try await world.settle()
    let left = world.gatewayObjects
    #expect(left.count == 8)
    try await world.server.delete(VPNConnection.self, ConnectionWorld.key, DeleteOptions())
    try await world.reconcile()
    try await endPods()
    #expect(world.gatewayObjects == [])
    let logged = world.logged.withLock { $0 }.filter { $0.contains("delete") }
    for name in left { #expect(logged.contains { $0.contains(name) }, "\(name) is not in the log") }
    @Sendable func tells(_ event: Event) -> Bool {
      event.reason == "GatewaysRemoved" && event.note?.contains("Deployment") == true
    }
    #expect(await eventually { world.server.objects(Event.self).contains(where: tells) })
    let event = try #require(world.server.objects(Event.self).first(where: tells))
    #expect(event.metadata.namespace == "production")
    #expect(event.regarding?.kind == "VPNConnection")
    #expect(event.regarding?.name == "office")
  }

  @Test func aDeletedConnectionLosesItsGatewaysAndThenItsFinalizer() async throws {
    try await world.settle()
    world.change { $0.metadata.deletionTimestamp = Fixture.now }
    try await world.reconcile()
    #expect(world.server.objects(Deployment.self) == [])
    #expect(!world.server.calls.contains("get VPNConnection production/office"), "its cache entry says so already")
    #expect(world.server.objects(NetworkPolicy.self).count == 1, "its pods are still there, and protected")
    #expect(world.connection?.metadata.finalizers == [GatewayLabels.finalizer])
    try await endPods()
    #expect(world.gatewayObjects == [])
    try await world.reconcile()
    #expect(world.connection?.metadata.finalizers?.isEmpty != false)
  }

  @Test func aGatewayThatCannotBeRemovedKeepsTheNetworkPolicyThatProtectsIt() async throws {
    try await world.settle()
    world.change { $0.metadata.deletionTimestamp = Fixture.now }
    world.server.setFault { call in
      call.hasPrefix("delete Deployment") ? KubernetesError(.forbidden, status: 403, "not permitted") : nil
    }
    await #expect(throws: KubernetesError.self) { try await world.reconcile() }
    #expect(world.server.objects(NetworkPolicy.self).count == 1)
    #expect(!world.gatewayObjects.isEmpty)
    world.server.setFault { _ in nil }
    try await world.reconcile()
    try await endPods()
    #expect(world.gatewayObjects == [])
  }

  @Test func theGatewaysOfASuccessorSurviveWhatTheCacheSaysOfItsPredecessor() async throws {
    try await world.settle()
    var predecessor = Fixture.connection()
    predecessor.metadata.uid = "uid-of-the-former"
    predecessor.metadata.deletionTimestamp = Fixture.now
    _ = world.informers.connections.store.put(predecessor)
    #expect(try await world.reconcileAsCached() == .requeueWithBackoff)
    #expect(deletions == [])
  }

  @Test func leftoversOfAFormerObjectGoWithItsSuccessor() async throws {
    try await world.settle()
    world.change {
      $0.metadata.uid = "uid-of-the-next"
      $0.metadata.deletionTimestamp = Fixture.now
    }
    try await world.reconcile()
    try await endPods()
    #expect(world.gatewayObjects == [])
  }
}
