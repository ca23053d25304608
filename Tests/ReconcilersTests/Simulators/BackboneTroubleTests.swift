import CloudLinkerAPI
import ControllerRuntime
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  @Suite struct TroubleTests {
    private static let troubles: [[String: JSONValue]] = [
      ["status": 500], ["status": 503, "code": "ServiceUnavailable"], ["reset": true], ["drop-after": true],
    ]

    /// Of the vendor, or on the way: before the request is heard, and after it was carried out.
    @Test(arguments: CloudSimulator.all)
    func everyOperationFailsInEveryWay(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin()
      let kinds = Set(life.operations).sorted()
      #expect(kinds.contains(where: simulator.isRead) && kinds.contains(where: simulator.isDeletion))
      for operation in kinds {
        for trouble in Self.troubles { try await simulator.meet(trouble, .string(operation)) }
      }
      environment.useSessions()
      for trouble in Self.troubles { try await simulator.meet(trouble, simulator.credentials) }
      try await life.live(environment, "every operation fails \(Self.troubles.count) times")
      #expect(try await simulator.waitingFaults() == 0)
    }

    /// Every third request, whatever it is.
    @Test(arguments: CloudSimulator.all)
    func aConnectionThatKeepsBreakingIsEnough(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let environment = try await life.begin()
      for number in 0..<60 {
        try await simulator.meet(number % 2 == 0 ? ["reset": true] : ["drop-after": true], skip: number * 2)
      }
      try await life.live(environment, "every third request")
    }
  }
}
