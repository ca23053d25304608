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
  /// there. At every ninth request of each part of a life, in the long mode at every one; the clouds' own tests take
  /// every one always, against values in memory.
  @Suite struct CrashTests {
    @Test(arguments: CloudSimulator.all, [FaultTransport.Fault.drop(), .loseAnswer])
    func aCrashAtAnyRequestLeavesNothingBehind(simulator: CloudSimulator, fault: FaultTransport.Fault) async throws {
      let life = try await BackboneLife.of(simulator)
      // The two faults take different ninths.
      let first = fault == .loseAnswer ? 5 : 1
      let step = BackboneLifecycleTests.isLong ? 1 : 9
      for number in stride(from: step == 1 ? 1 : first, through: life.parts.max() ?? 0, by: step) {
        let environment = try await life.begin()
        try await life.live(environment, "crashed at request \(number) of \(life.parts)", crash: (fault, number))
        #expect(environment.faults.injected.first == fault)
      }
    }
  }
}
