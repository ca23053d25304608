import CloudLinkerAPI
import ControllerRuntime
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  @Suite struct CredentialTests {
    /// AWS refuses the signature, Google the assertion, both until the time is theirs. In Azure nothing bears a time.
    @Test(arguments: CloudSimulator.all, [Duration.seconds(1200), .seconds(-1200)])
    func aWrongClockIsPutRight(simulator: CloudSimulator, error: Duration) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin(clockError: error)
      try await life.live(environment, "\(error)")
      let refused = try await simulator.exchanges().filter { $0.status >= 400 && $0.status < 404 }
      #expect(refused.count <= 1, "it is learnt once: \(refused)")
      #expect(refused.isEmpty == (simulator.provider == .azure))
    }

    @Test(arguments: CloudSimulator.all)
    func sessionsThatEndInTheMidstAreRenewed(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin()
      environment.useSessions()
      let places = [3, 17, 40]
      for place in places { try await simulator.meet(["ends-sessions": true], skip: place) }
      try await life.live(environment, "sessions end")
      #expect(try await simulator.waitingFaults() == 0)
      let refused = try await simulator.exchanges().filter { [400, 401].contains($0.status) }
      #expect(refused.count == places.count, "a request each: \(refused)")
    }

    @Test(arguments: CloudSimulator.all)
    func credentialsThatAreRevokedLeaveTheNetworkUntilTheyAreCorrected(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.beginReady()
      let objects = try await simulator.objects()
      try await simulator.control("POST", "revoke", [:])
      for _ in 0..<3 { _ = try await environment.reconcile() }
      #expect(environment.ready?.reason == "CredentialsRefused", "\(environment.words)")
      #expect(environment.backbone?.status?.networkID != nil)
      #expect(try await simulator.differences(from: objects) == [])
      try await environment.putSecret()
      try await life.live(environment, "revoked while Ready")
    }

    @Test(arguments: CloudSimulator.all)
    func whatIsBeingDeletedWaitsForCredentials(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.beginReady()
      environment.delete()
      _ = try await environment.reconcile()
      try await simulator.control("POST", "revoke", [:])
      for _ in 0..<3 { _ = try await environment.reconcile() }
      #expect(!environment.isGone && environment.ready?.reason == "CredentialsRefused")
      try await environment.putSecret()
      #expect(try await environment.reconcile { environment.isGone }, "\(environment.words)")
      #expect(try await simulator.counts() == life.empty)
    }

    /// `kubectl delete namespace` deletes the Secret and the Backbone in any order.
    @Test(arguments: CloudSimulator.all, [DeletionPolicy.delete, .retain])
    func aDeletionWhoseSecretWentFirstIsFinishedByAnotherProcess(
      simulator: CloudSimulator,
      policy: DeletionPolicy
    ) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.beginReady()
      environment.change { $0.spec.deletionPolicy = policy }
      environment.deleteSecret()
      environment.delete()
      environment.restart()
      #expect(try await environment.reconcile { environment.isGone }, "\(environment.words)")
      if policy == .delete { #expect(try await simulator.counts() == life.empty) }
      let operators = Fixture.defaults.operatorNamespace
      #expect(environment.server.objects(Secret.self).filter { $0.key.namespace == operators } == [])
    }

    /// The role trusts one namespace of one cluster, by external id.
    @Test(arguments: CloudSimulator.all.filter { $0.provider == .aws })
    func theOperatorsOwnIdentityAssumesARoleForOneNamespace(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin()
      try await simulator.control("POST", "settings", ["externalID": "0c0ffee0-cluster/staging"])
      try await environment.useOwnIdentity(clusterID: "0c0ffee0-cluster")
      _ = try await environment.reconcile()
      #expect(environment.ready?.reason == "CloudIdentityNotAllowed", "\(environment.words)")
      #expect(environment.faults.requestCount == 0, "nobody lent it")
      environment.lendIdentity()
      try await environment.time.sleep(for: CloudIdentities.freshness)
      _ = try await environment.reconcile()
      #expect(environment.ready?.reason == "PermissionMissing", "\(environment.words)")
      #expect(environment.words.contains("external id \"0c0ffee0-cluster/production\""), "\(environment.words)")
      try await simulator.control("POST", "settings", ["externalID": "0c0ffee0-cluster/production"])
      try await life.live(environment, "with the operator's own identity")
    }
  }
}
