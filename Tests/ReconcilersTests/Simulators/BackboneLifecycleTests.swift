import CloudLinkerAPI
import ControllerRuntime
import FoundationEssentials
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import Testing

@testable import Reconcilers

/// The whole life of a Backbone against each cloud's simulator, which refuses what the vendor would refuse. What may
/// befall it is in suites of their own inside this one, because all share the simulators.
@Suite(
  .enabled(if: !CloudSimulator.all.isEmpty, "needs the URLs of hack/clouds"),
  .serialized,
  .timeLimit(.minutes(20))
)
struct BackboneLifecycleTests {
  static let isLong = ProcessInfo.processInfo.environment["CLOUDLINKER_LONG"] != nil

  /// What README promises for three zones.
  private static let requests: [CloudProvider: (creation: Int, deletion: Int)] = [
    .aws: (67, 57), .gcp: (73, 63), .azure: (80, 59),
  ]

  /// Nothing that was sent is what the vendor's description does not know.
  private func expectNoFindings(_ simulator: CloudSimulator) async throws {
    let findings = try await simulator.exchanges().flatMap { $0.findings ?? [] }
    #expect(findings == [])
  }

  @Test(arguments: CloudSimulator.all)
  func aNetworkIsMadeLeftAloneAndDeleted(simulator: CloudSimulator) async throws {
    let empty = try await simulator.beginning()
    let environment = try await SimulatedEnvironment(simulator)
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
    #expect(environment.backbone?.status?.egressAddresses?.isEmpty == false)
    #expect(environment.backbone?.status?.subnets?.count == 3)
    #expect(environment.backbone?.status?.networkID != nil)

    let budget = try #require(Self.requests[simulator.provider])
    #expect(environment.faults.requestCount <= budget.creation)
    try await environment.rest()
    let (sent, written) = (environment.faults.requestCount, environment.server.calls.count)
    _ = try await environment.reconcile()
    let reads = environment.faults.requestCount - sent
    #expect(reads <= (simulator.provider == .aws ? 9 : 8), "an unchanged reconcile reads \(reads) times")
    #expect(environment.server.calls.count == written, "and writes nothing")
    #expect(environment.isReady)

    let before = environment.faults.requestCount
    environment.delete()
    #expect(try await environment.reconcile { environment.isGone }, "\(environment.words)")
    #expect(try await simulator.counts() == empty)
    let deletion = environment.faults.requestCount - before
    #expect(deletion <= budget.deletion, "deleting takes \(deletion) requests")
    try await expectNoFindings(simulator)
  }

  @Test(arguments: CloudSimulator.all)
  func planModeSendsNothingThatWrites(simulator: CloudSimulator) async throws {
    let empty = try await simulator.beginning()
    let environment = try await SimulatedEnvironment.planned(simulator)
    #expect((environment.backbone?.status?.plan ?? []).count > 5)
    #expect(environment.ready?.reason == "PlanOnly")
    #expect(try await simulator.counts() == empty)
  }

  @Test(arguments: CloudSimulator.all)
  func aZoneIsAddedAndTakenAwayInPlace(simulator: CloudSimulator) async throws {
    try await simulator.reset()
    let environment = try await SimulatedEnvironment(simulator) { $0.network.zones = 1 }
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
    let first = environment.backbone?.status?.subnets?.first
    environment.change { $0.spec.network.zones = 2 }
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
    #expect(environment.backbone?.status?.subnets?.count == 2)
    #expect(environment.backbone?.status?.subnets?.first?.id == first?.id)
    environment.change { $0.spec.network.zones = 1 }
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
    #expect(environment.backbone?.status?.subnets?.count == 1)
    try await expectNoFindings(simulator)
  }
}
