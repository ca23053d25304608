import CloudLinkerAPI
import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Connectors and clusters run in a Backbone and are reached with its credentials, so they go first.
@Suite struct BackboneInUseTests {
  private func connection(in backbone: String?) -> VPNConnection {
    var spec = TwingateSpec(network: "acme", apiTokenSecretRef: SecretKeyReference(name: "twingate"))
    spec.connectors = .init(count: 2)
    spec.connectors?.backboneRef = backbone.map { LocalReference(name: $0) }
    let metadata = ObjectMeta(name: "office", namespace: "production")
    var connection = VPNConnection(metadata: metadata, spec: VPNConnectionSpec(spec))
    connection.metadata.finalizers = [TwingateBackend.finalizer]
    return connection
  }

  @Test func aBackboneBeingDeletedNamesTheConnectionsInItAndWaits() async throws {
    let world = BackboneWorld()
    for _ in 0..<8 { try await world.reconcile() }
    let made = world.cloud.state.withLock { Set($0.objects.keys) }
    try #require(!made.isEmpty)
    _ = world.connections.put(connection(in: "aws"))
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    let result = try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "InUse")
    #expect(
      world.condition(.ready)?.message.contains("this Backbone still holds connectors of VPNConnection office") == true
    )
    #expect(world.cloud.state.withLock { Set($0.objects.keys) } == made, "nothing is deleted before")
    guard case .requeue(let wait) = result else {
      Issue.record("it is not looked at again")
      return
    }
    #expect(wait <= .seconds(60))
    _ = world.connections.remove(ObjectKey(namespace: "production", name: "office"))
    for _ in 0..<8 { try await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
  }

  @Test func aBackboneBeingDeletedNamesTheClustersInItAndWaits() async throws {
    let world = BackboneWorld()
    for _ in 0..<8 { try await world.reconcile() }
    let made = world.cloud.state.withLock { Set($0.objects.keys) }
    var cluster = PrivateClusterWorld.cluster(in: "aws")
    cluster.metadata.finalizers = [PrivateClusterKind.finalizer]
    _ = world.clusters.put(cluster)
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "InUse")
    #expect(world.condition(.ready)?.message.contains("this Backbone still holds PrivateCluster main") == true)
    #expect(world.cloud.state.withLock { Set($0.objects.keys) } == made, "nothing is deleted before")
    cluster.metadata.finalizers = nil
    _ = world.clusters.put(cluster)
    for _ in 0..<8 { try await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
  }

  @Test(arguments: ["other", nil]) func connectionsElsewhereAreNoReasonToWait(backbone: String?) async throws {
    let world = BackboneWorld()
    for _ in 0..<8 { try await world.reconcile() }
    _ = world.connections.put(connection(in: backbone))
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    for _ in 0..<8 { try await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
  }
}
