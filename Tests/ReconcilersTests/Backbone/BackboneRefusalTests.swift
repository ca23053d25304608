import Cloud
import CloudLinkerAPI
import CloudResources
import ControllerRuntime
import Foundations
import Kubernetes
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// An action that the cloud refuses has a pace of its own, which the status remembers across a crash.
@Suite struct BackboneRefusalTests {
  private let world = BackboneWorld()

  init() {
    world.cloud.state.withLock { state in
      state.fault = { name in
        name == "create gateway"
          ? CloudError(.quota, operation: "ec2:AllocateAddress", code: "AddressLimitExceeded", message: "no more") : nil
      }
    }
  }

  private var attempts: Int {
    world.cloud.state.withLock { state in state.calls.filter { $0 == "create gateway" }.count }
  }

  @Test func itIsNotTriedBeforeItIsDueAndReportedAllTheTime() async throws {
    var tried: [Int] = []
    for second in stride(from: 0, to: 600, by: 20) {
      let before = attempts
      try await world.reconcile()
      if attempts > before { tried.append(second) }
      #expect(world.condition(.ready)?.reason == "QuotaExceeded")
      #expect(world.condition(.egressReady)?.message.contains("AddressLimitExceeded") == true)
      #expect(world.condition(.networkReady)?.status == "True" || second == 0)
      world.time.advance(by: .seconds(20))
    }
    #expect(tried == [0, 60, 180, 420])
  }

  @Test func theRestGoesOnMeanwhile() async throws {
    try await world.reconcile()
    world.cloud.state.withLock { $0.objects["subnet-a"] = nil }
    world.time.advance(by: .seconds(2))
    try await world.reconcile()
    #expect(world.cloud.state.withLock { $0.objects["subnet-a"] } != nil && attempts == 1)
  }

  @Test func thePassComesWhenItIsDue() async throws {
    try await world.reconcile()
    world.time.advance(by: .seconds(2))
    guard case .requeue(let wait) = try await world.reconcile() else {
      Issue.record("the pass is not repeated")
      return
    }
    #expect(wait == .seconds(58))
  }

  @Test func whoeverAsksForAPassOrChangesTheSpecHasItTriedAtOnce() async throws {
    try await world.reconcile()
    world.change { $0.metadata.annotations = [CloudLinker.Annotation.requestedAt: "now"] }
    try await world.reconcile()
    #expect(attempts == 2)
    world.change { $0.metadata.generation = 2 }
    try await world.reconcile()
    #expect(attempts == 3)
    try await world.reconcile()
    #expect(attempts == 3)
  }

  @Test func whatSucceedsIsForgotten() async throws {
    try await world.reconcile()
    #expect(world.status?.ledger?.refusals?["create gateway"]?.count == 1)
    world.cloud.state.withLock { $0.fault = { _ in nil } }
    world.time.advance(by: .seconds(60))
    try await world.reconcile()
    #expect(world.status?.ledger == nil && world.cloud.state.withLock { $0.objects["gateway"] } != nil)
  }
}
