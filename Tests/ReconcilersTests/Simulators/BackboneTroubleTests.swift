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

    /// Whoever is told that the cloud is unavailable looks in the wrong place.
    @Test(arguments: CloudSimulator.all)
    func aConflictIsNotTheCloudsFault(simulator: CloudSimulator) async throws {
      let environment = try await BackboneLife.of(simulator).beginReady()
      for conflict in simulator.conflicts { try await simulator.meet(conflict, simulator.firewallWrites) }
      environment.change { $0.spec.egress?.allow?.append(.init(cidr: "192.0.2.0/24", protocol: .udp, ports: [53])) }
      var reasons: Set<String> = []
      for _ in 0..<50 where !environment.isReady {
        _ = try await environment.reconcile()
        reasons.insert(environment.ready?.reason ?? "")
        try await environment.time.sleep(for: .seconds(5))
      }
      #expect(environment.isReady && reasons == ["Progressing", "AsExpected"], "\(reasons), \(environment.words)")
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
