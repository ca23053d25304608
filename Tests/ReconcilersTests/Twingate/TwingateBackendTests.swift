import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Connections of type Twingate that are refused before a request to Twingate, or to which Twingate does not answer.
@Suite(.timeLimit(.minutes(10))) struct TwingateBackendTests {
  let world = ConnectionWorld()

  init() {
    var kubeSystem = Fixture.namespace("kube-system")
    kubeSystem.metadata.uid = "cluster"
    world.server.put(kubeSystem)
  }

  private func putSecret(_ data: [String: String]) {
    var secret = Secret(metadata: ObjectMeta(name: "twingate", namespace: "production"), type: "Opaque")
    secret.data = data.mapValues { Data($0.utf8).base64EncodedString() }
    world.server.put(secret)
  }

  /// Reconciles once. Errors only lead to a retry, so they are ignored.
  private func reconcile() async { _ = try? await world.reconcile() }

  @Test func aMissingSecretAndAMissingKeyAreNamed() async {
    world.server.put(TwingateWorld.connection())
    await reconcile()
    #expect(world.condition(.ready)?.reason == "SecretNotFound")
    #expect(world.condition(.ready)?.message.contains("Secret \"twingate\"") == true)
    putSecret(["key": "x"])
    await reconcile()
    #expect(world.condition(.ready)?.reason == "SecretKeyMissing")
    putSecret(["token": "two words"])
    await reconcile()
    #expect(world.condition(.ready)?.reason == "SecretKeyMissing")
    #expect(world.gatewayObjects == [])
  }

  @Test func nothingIsMadeWhileTwingateDoesNotAnswer() async {
    putSecret(["token": "tw-token-0123456789"])
    world.server.put(TwingateWorld.connection())
    await reconcile()
    #expect(world.condition(.ready)?.status == "Unknown")
    #expect(world.condition(.ready)?.reason == "CloudUnavailable")
    #expect(world.gatewayObjects == [])
    #expect(world.connection?.metadata.finalizers?.isEmpty != false)
  }

  @Test func anImageOfAnotherIsRefused() async {
    putSecret(["token": "tw-token-0123456789"])
    world.server.put(TwingateWorld.connection { $0.connectors = .init(image: "evil.example/shell:1") })
    await reconcile()
    #expect(world.condition(.accepted)?.reason == "ConnectorImageRefused")
    #expect(world.condition(.stalled)?.status == "True")
  }

  @Test func ofTwoConnectionsWithOneRemoteNetworkTheYoungerIsRefused() async {
    putSecret(["token": "tw-token-0123456789"])
    world.server.put(TwingateWorld.connection())
    var older = TwingateWorld.connection { $0.remoteNetwork = .init(name: "production") }
    older.metadata.namespace = "staging"
    older.metadata.uid = "uid-older"
    older.metadata.creationTimestamp = Timestamp(seconds: 1_600_000_000)
    world.server.put(older)
    await reconcile()
    #expect(world.condition(.accepted)?.reason == "RemoteNetworkConflict")
    #expect(world.condition(.accepted)?.message.contains("staging") == false, "other tenants' names are not shown")
  }

  @Test func anotherNetworkThanThatOfWhatWasMadeIsRefused() async {
    putSecret(["token": "tw-token-0123456789"])
    var connection = TwingateWorld.connection()
    connection.status = VPNConnectionStatus()
    connection.status?.twingate = TwingateStatus()
    connection.status?.twingate?.url = "https://former.eu.twingate.com"
    connection.status?.twingate?.ledger = .init(version: 1, cluster: "cluster")
    connection.status?.twingate?.ledger?.ids = ["remoteNetwork": "n"]
    world.server.put(connection)
    await reconcile()
    #expect(world.condition(.accepted)?.reason == "InvalidSpec")
    #expect(world.condition(.accepted)?.message.contains("network former") == true)
  }

  @Test func aServiceThatNamesNoConnectionOrOneThatLeadsOutwardsIsReported() async throws {
    world.server.put(Service.exposed())
    await reconcile()
    await reconcile()
    world.server.put(Fixture.connection())
    await reconcile()
    await reconcile()
    let recording = Task { await world.events.run() }
    recording.cancel()
    await recording.value
    let notes = world.server.objects(Event.self).filter { $0.regarding?.name == "web" }.compactMap(\.note)
    #expect(notes.count == 2, "each is told once")
    #expect(notes.contains { $0.contains("there is no VPNConnection office") })
    #expect(notes.contains { $0.contains("leads outwards") })
  }

  @Test func itTakesNoServiceNameFromAConnectionWithGateways() async throws {
    var inwards = TwingateWorld.connection()
    inwards.metadata.name = "people"
    inwards.metadata.creationTimestamp = Timestamp(seconds: 1_600_000_000)
    world.server.put(inwards)
    try await world.settle()
    #expect(world.condition(.ready)?.status == "True")
  }

  @Test func aConnectionThatMadeNothingIsDeletedWithoutTwingate() async throws {
    var connection = TwingateWorld.connection()
    connection.metadata.finalizers = [TwingateBackend.finalizer]
    connection.metadata.deletionTimestamp = Fixture.now
    world.server.put(connection)
    await reconcile()
    await reconcile()
    #expect(world.connection?.metadata.finalizers?.isEmpty != false)
  }
}
