import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

/// The whole life of a Backbone against each cloud's simulator, which refuses what the vendor would refuse.
@Suite(
  .enabled(if: !CloudSimulator.all.isEmpty, "needs the URLs of hack/clouds"),
  .serialized,
  .timeLimit(.minutes(20))
)
struct BackboneLifecycleTests {
  /// Nothing that was sent is what the vendor's description does not know.
  private func expectNoFindings(_ simulator: CloudSimulator) async throws {
    let findings = try await simulator.exchanges().flatMap { $0.findings ?? [] }
    #expect(findings == [])
  }

  private static let step = ProcessInfo.processInfo.environment["CLOUDLINKER_LONG"] == nil ? 9 : 1

  /// What the cloud has before us: an account's default network is there when it is first looked at.
  private func beginning(_ simulator: CloudSimulator) async throws -> [String: Int] {
    try await simulator.reset()
    _ = try await planned(simulator)
    return try await simulator.counts()
  }

  private func planned(_ simulator: CloudSimulator) async throws -> SimulatedEnvironment {
    let environment = try await SimulatedEnvironment(simulator)
    environment.change {
      $0.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan]
    }
    _ = try await environment.reconcile()
    return environment
  }

  @Test(arguments: CloudSimulator.all)
  func aNetworkIsMadeLeftAloneAndDeleted(simulator: CloudSimulator) async throws {
    let empty = try await beginning(simulator)
    let environment = try await SimulatedEnvironment(simulator)
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
    #expect(environment.backbone?.status?.egressAddresses?.isEmpty == false)
    #expect(environment.backbone?.status?.subnets?.count == 3)
    #expect(environment.backbone?.status?.networkID != nil)

    let (sent, written) = (environment.faults.requestCount, environment.server.calls.count)
    _ = try await environment.reconcile()
    let reads = environment.faults.requestCount - sent
    #expect(reads <= 8, "an unchanged reconcile reads \(reads) times")
    #expect(environment.server.calls.count == written, "and writes nothing")
    #expect(environment.isReady)

    environment.delete()
    #expect(try await environment.reconcile { environment.isGone }, "\(environment.ready?.message ?? "")")
    #expect(try await simulator.counts() == empty)
    try await expectNoFindings(simulator)
  }

  @Test(arguments: CloudSimulator.all)
  func planModeSendsNothingThatWrites(simulator: CloudSimulator) async throws {
    let empty = try await beginning(simulator)
    let environment = try await planned(simulator)
    #expect((environment.backbone?.status?.plan ?? []).count > 5)
    #expect(environment.ready?.reason == "PlanOnly")
    #expect(try await simulator.counts() == empty)
  }

  @Test(arguments: CloudSimulator.all)
  func aZoneIsAddedAndTakenAwayInPlace(simulator: CloudSimulator) async throws {
    try await simulator.reset()
    let environment = try await SimulatedEnvironment(simulator) { $0.network.zones = 1 }
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
    let first = environment.backbone?.status?.subnets?.first
    environment.change { $0.spec.network.zones = 2 }
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
    #expect(environment.backbone?.status?.subnets?.count == 2)
    #expect(environment.backbone?.status?.subnets?.first?.id == first?.id)
    environment.change { $0.spec.network.zones = 1 }
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.ready?.message ?? "")")
    #expect(environment.backbone?.status?.subnets?.count == 1)
    try await expectNoFindings(simulator)
  }

  /// The process dies before a request is sent, or when its answer is lost; the next one goes on from what is there.
  /// Every ninth request in turn, in the long mode every one; the clouds' own tests take every one always, against
  /// values in memory.
  @Test(arguments: CloudSimulator.all, [FaultTransport.Fault.drop(), .loseAnswer])
  func whoDiesAtAnyRequestLeavesNothingBehind(simulator: CloudSimulator, fault: FaultTransport.Fault) async throws {
    try await simulator.reset()
    let whole = try await SimulatedEnvironment(simulator)
    #expect(try await whole.reconcile { whole.isReady })
    let full = try await simulator.counts()
    whole.delete()
    #expect(try await whole.reconcile { whole.isGone })
    let requests = whole.faults.requestCount
    for number in stride(from: 1, to: requests, by: Self.step) {
      let empty = try await beginning(simulator)
      let environment = try await SimulatedEnvironment(simulator)
      // Twenty in a row: no retry of the dead process gets through.
      environment.faults.inject(fault, skipping: number, times: 1)
      environment.faults.inject(.drop(), skipping: number + 1, times: 19)
      for _ in 0..<60 where environment.faults.injected.isEmpty && !environment.isReady {
        _ = try? await environment.reconcile()
      }
      environment.faults.clear()
      environment.restart()
      #expect(try await environment.reconcile { environment.isReady }, "\(number): \(environment.ready?.message ?? "")")
      _ = try await environment.reconcile()
      #expect(try await simulator.counts() == full, "died at request \(number) of the creation")
      environment.delete()
      let left = max(0, number - environment.faults.requestCount)
      environment.faults.inject(fault, skipping: left % 7, times: 1)
      #expect(try await environment.reconcile { environment.isGone }, "\(number): \(environment.ready?.message ?? "")")
      #expect(try await simulator.counts() == empty, "died at request \(number)")
    }
  }
}
