import CloudLinkerAPI
import ControllerRuntime
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  /// A cluster is lost with its Backbones; its successor's take the networks over.
  @Suite struct TakeOverTests {
    @Test(arguments: CloudSimulator.all)
    func aNetworkOfALostClusterIsTakenOverAsItIsAndDeleted(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let lost = try await life.beginReady()
      let mark = "production/net/\(lost.backbone?.metadata.uid ?? "")"
      let objects = try await simulator.objects()
      let successor = try await SimulatedEnvironment(simulator) { $0.network.zones = 1 }
      successor.change { $0.metadata.annotations = [CloudLinker.Annotation.adopt: mark] }
      #expect(try await successor.reconcile { successor.isReady }, "\(successor.words)")
      #expect(successor.backbone?.status?.adopted == mark)
      #expect(successor.backbone?.status?.networkID == lost.backbone?.status?.networkID)
      #expect(try await simulator.differences(from: objects) == [])
      try await life.live(successor, "taken over")
    }

    @Test(arguments: CloudSimulator.all)
    func aNetworkOfALostClusterIsReported(simulator: CloudSimulator) async throws {
      let life = try await BackboneLife.of(simulator)
      let lost = try await life.beginReady()
      let successor = try await SimulatedEnvironment(simulator) { spec in
        spec.network.zones = 1
        spec.network.cidr = "10.30.0.0/16"
      }
      #expect(try await successor.reconcile { successor.isReady }, "\(successor.words)")
      try await successor.rest()
      _ = try await successor.reconcile()
      let notes = await successor.notes("NetworkWithoutBackbone")
      #expect(notes.count == 1 && notes[0].contains("production/net/\(lost.backbone?.metadata.uid ?? "")"), "\(notes)")
    }
  }
}
