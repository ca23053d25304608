import Cloud
import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

@Suite(.timeLimit(.minutes(10))) struct KeptCredentialsTests {
  let world = BackboneWorld()
  private let values = ["accessKeyId": "AKIAEXAMPLE", "secretAccessKey": "hunter2", "unrelated": "of another program"]

  init() {
    world.change { $0.spec.credentialsSecretRef = LocalReference(name: "keys") }
    world.putSecret(values)
  }

  private var copy: Secret? { world.server.object(Secret.self, world.kept.key("uid-aws")) }
  private var copiedKey: [UInt8]? { SecretReader.decode(copy?.data ?? [:])["accessKeyId"] }

  private func settle() async throws {
    for _ in 0..<3 { try await world.reconcile() }
    world.cloud.state.withLock { $0.isGatewayPending = false }
    try await world.reconcile()
    #expect(world.condition(.ready)?.status == "True")
  }

  @Test func theyAreKeptBeforeAnythingIsMade() async throws {
    world.server.setFault {
      $0.hasPrefix("apply Secret") ? KubernetesError(.forbidden, status: 403, "not permitted") : nil
    }
    await #expect(throws: KubernetesError.self) { try await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
    #expect(world.backbone?.metadata.finalizers == nil)
    #expect(world.condition(.ready)?.message.contains("keep a copy of the credentials") == true)
  }

  @Test func onlyWhatLeadsIntoTheCloudIsKept() async throws {
    try await settle()
    #expect(copy?.data?.keys.sorted() == ["accessKeyId", "secretAccessKey"])
    #expect(copy?.metadata.namespace == Fixture.defaults.operatorNamespace)
    world.server.forgetCalls()
    try await world.reconcile()
    #expect(!world.server.calls.contains { $0.hasPrefix("apply Secret") }, "once is enough")
  }

  @Test func planModeKeepsNothing() async throws {
    world.change { $0.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan] }
    try await world.reconcile()
    #expect(copy == nil)
  }

  @Test func othersAreKeptOnceTheyHaveWorked() async throws {
    try await settle()
    world.putSecret(["accessKeyId": "AKIAWRONG", "secretAccessKey": "x"])
    world.cloud.state.withLock { $0.fault = { CloudError(.unauthenticated, operation: $0, message: "no such key") } }
    try await world.reconcile()
    #expect(copiedKey == Array("AKIAEXAMPLE".utf8))
    world.putSecret(["accessKeyId": "AKIARIGHT", "secretAccessKey": "x"])
    world.cloud.state.withLock { $0.fault = { _ in nil } }
    try await world.reconcile()
    #expect(copiedKey == Array("AKIARIGHT".utf8))
  }

  @Test func aFinishedDeletionLeavesNone() async throws {
    try await settle()
    world.putSecret(nil)
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    for _ in 0..<3 { try await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
    #expect(world.backbone?.metadata.finalizers?.isEmpty != false)
    #expect(copy == nil)
  }

  /// The finalizer goes first: without the copy, a deletion that is not finished could not go on.
  @Test func theyOutliveAFinalizerThatCannotBeRemoved() async throws {
    try await settle()
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    world.server.setFault {
      $0.hasPrefix("patch Backbone") ? KubernetesError(.serverError, status: 500, "no leader") : nil
    }
    for _ in 0..<3 { _ = try? await world.reconcile() }
    #expect(world.cloud.state.withLock { $0.objects.isEmpty })
    #expect(copy != nil)
  }

  /// The Secret was changed to wrong keys, and then the namespace was deleted.
  @Test func aDeletionGoesOnWhenTheCloudRefusesTheSecret() async throws {
    try await settle()
    world.putSecret(["accessKeyId": "AKIAWRONG", "secretAccessKey": "x"])
    world.change { $0.metadata.deletionTimestamp = world.time.timestamp }
    let cloud = world.cloud
    let wrong = CloudCredentials(["accessKeyId": Array("AKIAWRONG".utf8), "secretAccessKey": [0x78]], for: .aws)
    cloud.state.withLock { $0.refused = wrong }
    for _ in 0..<3 { try await world.reconcile() }
    #expect(cloud.state.withLock { $0.objects.isEmpty })
    #expect(world.backbone?.metadata.finalizers?.isEmpty != false)
  }

  @Test func aNetworkThatStandsIsMaintainedWhenTheyCannotBeKept() async throws {
    try await settle()
    world.putSecret(["accessKeyId": "AKIAOTHER", "secretAccessKey": "x"])
    world.server.setFault {
      $0.hasPrefix("apply Secret") ? KubernetesError(.forbidden, status: 403, "not permitted") : nil
    }
    world.cloud.state.withLock { $0.objects["gateway"] = nil }
    try await world.reconcile()
    #expect(world.cloud.state.withLock { $0.objects["gateway"] } != nil)
    #expect(await world.notes("CredentialsNotKept").first?.contains("not permitted") == true)
  }

  @Test func credentialsOfADeletedBackboneAreSwept() async throws {
    try await settle()
    try await world.kept.sweep(OperatorScope(), .none)
    #expect(copy != nil)
    try await world.kept.sweep(OperatorScope(namespace: "another"), .none)
    var successor = BackboneWorld.backbone()
    successor.metadata.uid = "uid-of-a-successor"
    world.put(successor)
    try await world.kept.sweep(OperatorScope(namespace: "another"), .none)
    #expect(copy != nil, "another operator's")
    try await world.kept.sweep(OperatorScope(), .none)
    #expect(copy == nil)
  }

  @Test func aServerThatDoesNotAnswerSweepsNothing() async throws {
    try await settle()
    world.server.setFault { $0.hasPrefix("get Backbone") ? KubernetesError(.transport, "connection refused") : nil }
    await #expect(throws: KubernetesError.self) { try await world.kept.sweep(OperatorScope(), .none) }
    #expect(copy != nil)
  }

  @Test func aCopyThatSomebodyDeletedIsWrittenAgain() async throws {
    try await settle()
    try await world.server.delete(Secret.self, world.kept.key("uid-aws"), DeleteOptions())
    try await world.kept.sweep(OperatorScope(), .none)
    try await world.reconcile()
    #expect(copy != nil)
  }

  @Test func nothingPrintsThem() {
    let credentials = CloudCredentials(values.mapValues { Array($0.utf8) }, for: .aws)
    let connection = ["\(credentials)", String(reflecting: credentials), "\([credentials])"]
    #expect(!connection.contains { $0.contains("hunter2") || $0.contains("AKIA") })
  }
}
