import CloudLinkerAPI
import Kubernetes
import KubernetesTesting
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Which backend a connection gets, and what one of a type that this version does not know is told.
@Suite(.timeLimit(.minutes(10))) struct ConnectionTypeTests {
  let world = ConnectionWorld()

  private func unknown() -> VPNConnection {
    var connection = Fixture.connection()
    connection.spec.type = .init(rawValue: "Carrier pigeon")
    return connection
  }

  @Test func aTypeThatIsNotKnownIsRefusedByNameAndNothingIsMade() async throws {
    world.server.put(unknown())
    try await world.reconcile()
    #expect(world.gatewayObjects == [])
    #expect(world.condition(.accepted)?.reason == "InvalidSpec")
    #expect(world.condition(.ready)?.message.contains("spec.type: Carrier pigeon") == true)
    #expect(world.condition(.stalled)?.status == "True")
    #expect(world.status?.observedGeneration == 1)
  }

  @Test func gatewaysGoOnAfterTheTypeBecameUnknown() async throws {
    try await world.settle()
    world.change { $0.spec.type = .init(rawValue: "Carrier pigeon") }
    try await world.reconcile()
    #expect(world.gatewayObjects.count == 8)
    #expect(world.condition(.accepted)?.status == "False")
    #expect(world.status?.tunnels?.count == 2, "what was known of them stays")
  }

  @Test func deletionGoesByTheFinalizerWhateverTheTypeSays() async throws {
    try await world.settle()
    world.change {
      $0.spec.type = .init(rawValue: "Carrier pigeon")
      $0.metadata.deletionTimestamp = Fixture.now
    }
    try await world.reconcile()
    #expect(world.server.objects(Deployment.self) == [])
    for pod in world.server.objects(Pod.self) { try await world.server.delete(Pod.self, pod.key, DeleteOptions()) }
    try await world.reconcile()
    try await world.reconcile()
    #expect(world.connection?.metadata.finalizers?.isEmpty != false)
  }

  @Test func noTypeGetsThePortOfAnother() {
    var spec = unknown().spec
    spec.tunnels[0].port = nil
    #expect(spec.port(of: spec.tunnels[0]) == nil)
    spec.type = .openVPN
    #expect(spec.port(of: spec.tunnels[0]) == 1194)
  }
}
