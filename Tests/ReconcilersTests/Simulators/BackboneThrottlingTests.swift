import CloudLinkerAPI
import ControllerRuntime
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  @Suite struct ThrottlingTests {
    /// Longer than any client repeats one request.
    private static let storm = 13

    @Test(arguments: CloudSimulator.all)
    func stormsAreWaitedOut(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      for (number, throttle) in simulator.throttles.enumerated() {
        let environment = try await life.begin()
        for place in [0, 7, 23, 61] {
          try await simulator.meet(throttle, skip: place + number, times: Self.storm)
        }
        #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
        #expect(try await simulator.operations().filter(simulator.isDeletion) == [], "of what was being made")
        try await life.live(environment, "\(throttle)")
        #expect(try await simulator.waitingFaults() == 0)
      }
    }

    /// Nothing is known to have changed.
    @Test(arguments: CloudSimulator.all)
    func whatIsReadyStaysReady(simulator: CloudSimulator) async throws {
      let environment = try await BackboneLife.of(simulator).beginReady()
      let (written, objects) = (environment.server.calls.count, try await simulator.objects())
      for throttle in simulator.throttles {
        try await simulator.meet(throttle, times: 1000)
        for _ in 0..<3 { #expect(try await environment.reconcile() != .done) }
        try await simulator.calm()
      }
      #expect(environment.isReady)
      _ = try await environment.reconcile()
      #expect(environment.isReady && environment.server.calls.count == written, "nor is the status written anew")
      #expect(try await simulator.differences(from: objects) == [])
    }

    /// Who has nothing yet is told.
    @Test(arguments: CloudSimulator.all)
    func whatIsNotReadySaysWhy(simulator: CloudSimulator) async throws {
      let environment = try await BackboneLife.of(simulator).begin()
      let throttle = try #require(simulator.throttles.first)
      guard case .string(let code)? = throttle["code"] else { return }
      try await simulator.meet(throttle, times: 1000)
      _ = try await environment.reconcile()
      #expect(environment.ready?.reason == "CloudUnavailable")
      #expect(environment.ready?.message.contains(code) == true, "\(environment.words)")
    }
  }
}
