import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

extension BackboneLifecycleTests {
  /// A PrivateCluster in Google Cloud and in Azure through its reconciler. What each cloud asks for is tested in
  /// `GoogleCloudClusterLifecycleTests` and `AzureClusterLifecycleTests`.
  @Suite(.serialized) struct ProviderClusterTests {
    @Test(arguments: CloudSimulator.all.filter { $0.provider != .aws })
    func aClusterIsMadeLeftAloneAndDeleted(simulator: CloudSimulator) async throws {
      let network = try await ClusterNetwork(on: simulator.provider)
      let world = PrivateClusterWorld(in: network) { $0.fit(simulator.provider) }
      #expect(try await world.reconcile { world.isReady }, "\(world.words)")
      let status = try #require(world.status)
      #expect(status.version == "1.33" && status.poolsReady == "1/1" && status.exposures == nil)
      #expect(world.condition(.private)?.status == "True")
      #expect(world.server.object(Secret.self, PrivateClusterWorld.kubeconfig) != nil)
      if simulator.provider == .gcp {
        #expect(status.location?.subnets?.count == 1, "a GKE cluster has one subnetwork")
      }

      try await world.rest()
      let (sent, written) = (try await world.simulator.exchanges().count, world.server.calls.count)
      _ = try await world.reconcile()
      let operations = try await world.simulator.operations(after: sent)
      #expect(operations.count { !world.simulator.isCredential($0) } <= 4, "\(operations)")
      #expect(world.server.calls.count == written, "\(world.server.calls.dropFirst(written))")

      world.delete()
      #expect(try await world.reconcile { world.isGone }, "\(world.words)")
      #expect(try await world.simulator.counts() == network.empty)
      #expect(try await world.simulator.exchanges().flatMap { $0.findings ?? [] } == [])
    }

    /// The network is in a group where the operator may have no rights but those on the network.
    @Test(.enabled(if: SimulatedBackbone.on(.azure) != nil, "needs the simulator of Azure"))
    func aClusterInAnAdoptedNetworkIsInTheGroupOfItsBackbone() async throws {
      var given: HandMade?
      let backbone = try await SimulatedBackbone(on: .azure) { simulator in
        given = try await simulator.outsider().makeNetwork()
      } _: { spec in
        guard let given else { return }
        spec.network.zones = nil
        spec.network.existing = .init(id: given.network)
        spec.network.subnets = [given.subnet, .init(name: "ours", zone: "2", cidr: "10.10.0.0/24")]
        spec.egress?.addresses = .shared
        spec.egress?.existingAddressIDs = [given.address]
      }
      let network = ClusterNetwork(backbone)
      let world = PrivateClusterWorld(in: network) { cluster in
        cluster.fit(.azure)
        cluster.spec.subnets = ["ours"]
      }
      #expect(try await world.reconcile { world.isReady }, "\(world.words)")
      let group = try #require(backbone.backbone.status?.objects?["group"])
      #expect(group.contains("/resourceGroups/cl-production-net"))
      #expect(world.status?.id?.hasPrefix("\(group)/providers/Microsoft.ContainerService") == true)
      #expect(world.status?.objects?["identity"]?.hasPrefix("\(group)/") == true)
      world.delete()
      #expect(try await world.reconcile { world.isGone }, "\(world.words)")
      #expect(try await world.simulator.counts() == network.empty)
      #expect(try await world.simulator.exchanges().flatMap { $0.findings ?? [] } == [])
    }
  }
}

extension PrivateCluster {
  /// Gives the spec what is a cloud's own.
  mutating func fit(_ provider: CloudProvider) {
    guard provider != .aws else { return }
    var principal = PrivateClusterSpec.Principal()
    if provider == .gcp {
      spec.gcp = .init(nodeServiceAccount: "nodes@cloudlinker-test.iam.gserviceaccount.com")
      spec.gcp?.fleetProject = "cloudlinker-test"
      spec.nodePools[0].machineType = "e2-standard-4"
      principal.user = "ann@example.com"
    } else {
      spec.nodePools[0].machineType = "Standard_D4s_v5"
      (principal.objectID, principal.type) = ("aaaaaaaa-0000-0000-0000-000000000001", .user)
    }
    spec.access?[0].principal = principal
  }
}
