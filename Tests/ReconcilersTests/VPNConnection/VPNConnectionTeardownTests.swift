import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

@Suite(.timeLimit(.minutes(1))) struct VPNConnectionTeardownTests {
  let world = ConnectionWorld()

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

  @Test func whatAGoneConnectionLeftIsRemovedAndTold() async throws {
    let recorder = Task { [events = world.events] in await events.run() }
    defer { recorder.cancel() }
    try await world.settle()
    let left = world.gatewayObjects
    #expect(left.count == 8)
    try await world.server.delete(VPNConnection.self, ConnectionWorld.key, DeleteOptions())
    try await world.reconcile()
    #expect(world.gatewayObjects == [])
    let logged = world.logged.withLock { $0 }.filter { $0.contains("delete") }
    for name in left { #expect(logged.contains { $0.contains(name) }, "\(name) is not in the log") }
    let isTold = await eventually { world.server.objects(Event.self).contains { $0.reason == "GatewaysRemoved" } }
    try #require(isTold)
    let event = try #require(world.server.objects(Event.self).first { $0.reason == "GatewaysRemoved" })
    #expect(event.metadata.namespace == "production")
    #expect(event.regarding?.kind == "VPNConnection")
    #expect(event.regarding?.name == "office")
    #expect(event.note?.contains("Deployment") == true)
  }

  @Test func aDeletedConnectionLosesItsGatewaysAndThenItsFinalizer() async throws {
    try await world.settle()
    world.change { $0.metadata.deletionTimestamp = Fixture.now }
    try await world.reconcile()
    #expect(world.gatewayObjects == [])
    #expect(!world.server.calls.contains("get VPNConnection production/office"), "its cache entry says so already")
    #expect(world.connection?.metadata.finalizers == [GatewayLabels.finalizer], "its pods are still there")
    for pod in world.server.objects(Pod.self) { try await world.server.delete(Pod.self, pod.key, DeleteOptions()) }
    try await world.reconcile()
    #expect(world.connection?.metadata.finalizers?.isEmpty != false)
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
    #expect(world.gatewayObjects == [])
  }
}
