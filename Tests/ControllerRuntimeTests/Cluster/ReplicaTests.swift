import ControllerRuntime
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import TestSupport
import Testing

/// Two processes of one operator, here two managers with clients of their own.
@Suite(.enabled(if: TestControlPlane.isAvailable, "needs KUBEBUILDER_ASSETS"), .timeLimit(.minutes(10)))
struct ReplicaTests {
  private func replica(_ identity: String, _ namespace: String, _ duration: Duration) async throws -> CopyController {
    let plane = try await TestControlPlane.shared()
    return try await CopyController(plane, namespace: namespace, lease: (identity, duration))
  }

  private func namespace() async throws -> String { try await TestControlPlane.shared().createNamespace() }

  @Test func oneWorksAndWhenItDiesTheOtherTakesOver() async throws {
    let namespace = try await namespace()
    // With much else to do this process may not get to renew a shorter one.
    let first = try await replica("first", namespace, .seconds(10))
    let second = try await replica("second", namespace, .seconds(10))
    let firstRuns = first.start()
    defer { firstRuns.cancel() }
    try await first.write(["a"], value: "1")
    try await first.expectConvergence()
    let secondRuns = second.start()
    defer { secondRuns.cancel() }
    #expect(await eventually { second.informer.hasSynced })
    try await first.write(["b"], value: "1")
    try await first.expectConvergence()
    #expect(second.log.withLock { $0 } == [], "the second only watches")
    // As good as dead: nothing of the first reaches the server any more.
    first.faults.inject(.drop(), times: 1_000_000)
    try await second.write(["c"], value: "1")
    try await second.expectConvergence()
    #expect(try await firstRuns.value == .leadershipLost)
    try await second.write(["d"], value: "1")
    try await second.expectConvergence()
    #expect(!first.log.withLock { $0 }.contains("d"))
  }

  @Test func aLeaderWhoseLeaseIsDeletedAndTakenStopsAtOnce() async throws {
    let namespace = try await namespace()
    // Only the other holder can end this lead: the lease lasts longer than the suite may take.
    let first = try await replica("first", namespace, .seconds(3600))
    let firstRuns = first.start()
    try await first.write(["a"], value: "1")
    try await first.expectConvergence()
    let key = ObjectKey(namespace: namespace, name: "copier")
    // The first may renew, and so make, the lease between the deletion and the creation.
    let isTaken = await eventually {
      try await first.plain.delete(Lease.self, key, DeleteOptions())
      var spec = Lease.Spec()
      spec.holderIdentity = "second"
      spec.leaseDurationSeconds = 3600
      _ = try await first.plain.create(
        Lease(metadata: ObjectMeta(name: key.name, namespace: key.namespace), spec: spec)
      )
      return true
    }
    #expect(isTaken)
    #expect(try await firstRuns.value == .leadershipLost)
    let lease = try await first.plain.get(Lease.self, key)
    #expect(lease.spec?.holderIdentity == "second")
  }

  @Test func aLeaderThatStopsInOrderHandsOverAtOnce() async throws {
    let namespace = try await namespace()
    // Whoever had to wait for this lease to run out would not be done within the suite's limit.
    let first = try await replica("first", namespace, .seconds(3600))
    let second = try await replica("second", namespace, .seconds(3600))
    let firstRuns = first.start()
    try await first.write(["a"], value: "1")
    try await first.expectConvergence()
    let secondRuns = second.start()
    defer { secondRuns.cancel() }
    #expect(await eventually { second.informer.hasSynced })
    firstRuns.cancel()
    #expect(try await firstRuns.value == .stopped)
    try await second.write(["b"], value: "1")
    try await second.expectConvergence()
  }
}
