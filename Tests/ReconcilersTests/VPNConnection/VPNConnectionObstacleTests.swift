import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// What a connection says when the operator is kept from acting for it.
@Suite(.timeLimit(.minutes(10))) struct VPNConnectionObstacleTests {
  let world = ConnectionWorld()

  private func writes(_ prefix: String) -> [String] { world.server.calls.filter { $0.hasPrefix(prefix) } }

  private static func terminating(_ call: String) -> KubernetesError? {
    guard call.hasPrefix("apply "), call.contains(" \(Fixture.defaults.namespace)/") else { return nil }
    let words = "unable to create new content in namespace cloudlinker-gateways because it is being terminated"
    return KubernetesError(.forbidden, status: 403, words, reason: "Forbidden")
  }

  private func reconcileInVain() async throws {
    await #expect(throws: KubernetesError.self) { try await world.reconcile() }
  }

  @Test func whatIsLostWithTheGatewaysNamespaceIsReportedThoughEveryWriteIsRefused() async throws {
    try await world.settle()
    #expect(world.condition(.ready)?.status == "True")
    await world.loseGateways()
    world.server.setFault(Self.terminating)

    try await reconcileInVain()
    let ready = try #require(world.condition(.ready))
    #expect(ready.status == "False")
    #expect(ready.reason == "APIError")
    #expect(ready.message.contains("apply Secret cloudlinker-gateways/"))
    #expect(ready.message.contains("is being terminated"))
    #expect(world.status?.tunnelsReady == "0/2")
    #expect(world.status?.tunnels?.map(\.gateway) == [nil, nil])
    #expect(world.condition(.reconciling)?.reason == "APIError")
    #expect(writes("apply ").filter { $0.contains("cloudlinker-gateways/") }.count == 1, "the next would fail as well")

    try await reconcileInVain()
    #expect(writes("apply status") == [], "the same failure is no news")

    world.server.setFault { _ in nil }
    try await world.reconcile()
    #expect(world.gatewayObjects.count == 8)
    #expect(world.condition(.ready)?.reason == "Connecting")
  }

  @Test func oneRefusedWriteKeepsNoOtherFromBeingTried() async throws {
    world.server.put(Fixture.connection())
    world.server.setFault { call in
      call.hasPrefix("apply NetworkPolicy") ? KubernetesError(.forbidden, status: 403, "not permitted") : nil
    }
    try await reconcileInVain()
    #expect(world.server.objects(Deployment.self).count == 2)
    #expect(world.server.objects(PodDisruptionBudget.self).count == 1)
    #expect(world.condition(.ready)?.message.contains("apply NetworkPolicy") == true)
    #expect(world.status?.observedGeneration != 1, "the spec is not carried out yet")
  }

  @Test func aSecretThatIsRefusedHoldsUpItsOwnGatewayOnly() async throws {
    world.server.put(Fixture.connection())
    world.server.setFault { call in
      call.hasPrefix("apply Secret") && call.contains("office-a-")
        ? KubernetesError(.invalid, status: 422, "too large") : nil
    }
    try await reconcileInVain()
    let tunnels = world.server.objects(Deployment.self).map { $0.metadata.labels?[GatewayLabels.tunnel] }
    #expect(tunnels == ["b"])
  }

  @Test func nothingIsMadeBeforeTheFinalizerStands() async throws {
    var connection = Fixture.connection()
    connection.metadata.finalizers = nil
    world.server.put(connection)
    world.server.setFault { $0.hasPrefix("patch") ? KubernetesError(.forbidden, status: 403, "not permitted") : nil }
    try await reconcileInVain()
    #expect(world.gatewayObjects == [])
    #expect(world.condition(.ready)?.message.contains("add finalizer") == true)
  }

  @Test func anAPIServerThatDoesNotAnswerIsNotAskedForEachObject() async throws {
    world.server.put(Fixture.connection())
    world.server.setFault { call in
      call.hasPrefix("apply ") && !call.hasPrefix("apply status") ? KubernetesError(.transport, "timed out") : nil
    }
    try await reconcileInVain()
    #expect(writes("apply ").filter { !$0.hasPrefix("apply status") }.count == 1)
  }

  @Test(arguments: ["get Secret", "get Service"])
  func whatCannotBeReadIsReportedAndNothingIsGuessed(call: String) async throws {
    world.server.put(Fixture.connection())
    world.server.setFault { $0.hasPrefix(call) ? KubernetesError(.serverError, status: 500, "no leader") : nil }
    try await reconcileInVain()
    #expect(world.gatewayObjects == [])
    #expect(world.condition(.ready)?.reason == "APIError")
    #expect(world.condition(.ready)?.message.contains("no leader") == true)
    #expect(world.condition(.dependenciesReady) == nil, "nobody has seen the Secret")
  }

  @Test func tunnelsThatWorkStayReadyAndTheRefusedRepairIsNamed() async throws {
    try await world.settle()
    let alias = ObjectKey(namespace: "production", name: "vpn")
    try await world.server.delete(Service.self, alias, DeleteOptions())
    world.server.setFault {
      $0 == "apply Service production/vpn" ? KubernetesError(.forbidden, status: 403, "no") : nil
    }
    try await reconcileInVain()
    #expect(world.condition(.ready)?.status == "True")
    #expect(world.condition(.ready)?.message.contains("Could not apply Service production/vpn") == true)
    #expect(world.condition(.reconciling)?.reason == "APIError")

    world.change { $0.metadata.generation = 2 }
    try await reconcileInVain()
    #expect(world.condition(.ready)?.status == "False", "what was asked for is not what runs")
  }

  @Test func anErrorWhoseWordsDifferEachTimeIsWrittenOnce() async throws {
    world.server.put(Fixture.connection())
    let count = Locked(0)
    world.server.setFault { call in
      guard call.hasPrefix("apply NetworkPolicy") else { return nil }
      let number = count.withLock { count in
        count += 1
        return count
      }
      return KubernetesError(.serverError, status: 500, "request \(number) failed")
    }
    try await reconcileInVain()
    let first = world.condition(.ready)?.message
    for _ in 0..<3 { try await reconcileInVain() }
    #expect(writes("apply status") == [])
    #expect(world.condition(.ready)?.message == first)
  }

  @Test func theRequestIsNamedOnce() {
    let error = KubernetesError(
      .forbidden,
      status: 403,
      "apply Secret a/b: secrets \"b\" is forbidden",
      reason: "Forbidden"
    )
    let obstacle = Obstacle(attempt: "apply Secret a/b (configuration of one gateway)", error: error)
    #expect(
      obstacle.message(before: nil)
        == "Could not apply Secret a/b (configuration of one gateway) (Forbidden): secrets \"b\" is forbidden. "
        + "It is tried again with growing pauses"
    )
  }

  @Test func thatSomebodyElseWasFasterIsNoNews() async throws {
    world.server.put(Fixture.connection())
    world.server.setFault { call in
      call.hasPrefix("apply NetworkPolicy") ? KubernetesError(.conflict, status: 409, "was modified") : nil
    }
    try await reconcileInVain()
    #expect(world.condition(.ready)?.reason == "Connecting")
  }

  @Test func aDeletedConnectionSaysWhatItWaitsFor() async throws {
    try await world.settle()
    world.change { $0.metadata.deletionTimestamp = Fixture.now }
    world.server.setFault { $0.hasPrefix("delete Secret") ? KubernetesError(.forbidden, status: 403, "no") : nil }
    try await reconcileInVain()
    #expect(world.condition(.ready)?.reason == "Deleting")
    #expect(world.condition(.ready)?.message.contains("Could not delete Secret") == true)
    #expect(world.server.objects(Deployment.self) == [], "the refused Secret held up nothing else")
    world.server.setFault { _ in nil }
    try await world.reconcile()
    #expect(world.condition(.ready)?.status == "False")
    #expect(world.condition(.reconciling)?.reason == "Deleting")
    let pods = world.server.objects(Pod.self).map(\.key.name)
    #expect(pods.count == 2)
    for pod in pods { #expect(world.condition(.ready)?.message.contains(pod) == true) }
    #expect(world.status?.tunnels?.map(\.state) == [.disconnected, .disconnected])
  }

  /// Such as a server whose CRDs are older than the operator.
  @Test func aServerThatRefusesTheStatusStillShowsTheConditions() async throws {
    world.server.put(Fixture.connection())
    let isFirst = Locked(true)
    world.server.setFault { call in
      guard call.hasPrefix("apply status") else { return nil }
      return isFirst.withLock { isFirst in
        defer { isFirst = false }
        return isFirst ? KubernetesError(.invalid, status: 422, "status.tunnels[0].state: Unsupported value") : nil
      }
    }
    try await reconcileInVain()
    #expect(world.condition(.ready)?.reason == "Connecting")
    #expect(world.status?.tunnels == nil)
  }

  @Test func aSecretThatWentDoesNotDisconnectAndTheStatusSaysSo() async throws {
    try await world.settle()
    try await world.server.delete(Secret.self, ObjectKey(namespace: "production", name: "office-vpn"), DeleteOptions())
    _ = world.informers.secretMetadata.store.remove(ObjectKey(namespace: "production", name: "office-vpn"))
    try await world.reconcile()
    #expect(world.condition(.ready)?.reason == "SecretNotFound")
    #expect(world.gatewayObjects.count == 8)
    #expect(world.status?.notices?.contains { $0.contains("spec.suspend") } == true)
  }
}

extension ConnectionWorld {
  /// Everything in the gateways' namespace is gone, as after `kubectl delete namespace`.
  func loseGateways() async {
    for object in server.objects(Deployment.self) { await remove(object) }
    for object in server.objects(Secret.self) where object.key.namespace == Fixture.defaults.namespace {
      await remove(object)
    }
    for object in server.objects(Service.self) where object.key.namespace == Fixture.defaults.namespace {
      await remove(object)
    }
    for object in server.objects(NetworkPolicy.self) { await remove(object) }
    for object in server.objects(PodDisruptionBudget.self) { await remove(object) }
    for object in server.objects(Pod.self) { await remove(object) }
  }

  private func remove<Object: Resource>(_ object: Object) async {
    try? await server.delete(Object.self, object.key, DeleteOptions())
  }
}
