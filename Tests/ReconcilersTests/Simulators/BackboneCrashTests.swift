import CloudLinkerAPI
import ControllerRuntime
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  /// The process crashes before it sends a request, or when the answer is lost, and the next one goes on from what is
  /// there. At every ninth request of the whole life, in the long mode at every one; the clouds' own tests take every
  /// one always, against values in memory.
  @Suite struct CrashTests {
    @Test(arguments: CloudSimulator.all, [FaultTransport.Fault.drop(), .loseAnswer])
    func aCrashAtAnyRequestLeavesNothingBehind(simulator: CloudSimulator, fault: FaultTransport.Fault) async throws {
      let life = try await BackboneLife.of(simulator)
      // The two faults take different ninths.
      let first = fault == .loseAnswer ? 5 : 1
      for number in stride(
        from: BackboneLifecycleTests.isLong ? 1 : first,
        through: life.requests,
        by: BackboneLifecycleTests.isLong ? 1 : 9
      ) {
        let environment = try await life.begin()
        environment.crash(with: fault, at: number)
        try await life.live(environment, "crashed at request \(number) of \(life.requests)")
        #expect(environment.faults.injected.first == fault)
      }
    }
  }
}
