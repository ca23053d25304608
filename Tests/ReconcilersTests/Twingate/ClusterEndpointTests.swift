import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

extension TwingateLifecycleTests {
  /// A PrivateCluster's endpoint becomes a resource at Twingate, through both reconcilers and against both simulators.
  @Suite(.enabled(if: SimulatedBackbone.aws != nil, "needs the simulator of AWS"))
  struct ClusterEndpointTests {
    private static let name = "main (Kubernetes)"

    /// The groups that may reach the endpoint at Twingate; nil: it has no resource.
    private static func groups(_ people: TwingateWorld) async throws -> Set<String>? {
      guard let resource = try await people.objects("NetworkResource")[name] else { return nil }
      guard case .object(let access)? = resource["access"] else { return [] }
      let groups = try await people.objects("Group").filter { access[$0.value["id"]?.text ?? ""] != nil }
      return Set(groups.keys)
    }

    /// Shows the cluster to the connection's informer, and reconciles the connection until Twingate agrees.
    private static func follow(
      _ cluster: PrivateCluster?,
      _ people: TwingateWorld,
      until holds: () async throws -> Bool
    ) async throws -> Bool {
      if let cluster { people.server.put(cluster) }
      return try await people.reconcile(atMost: 40) {
        guard people.isSettled else { return false }
        return try await holds()
      }
    }

    @Test func oneResourceComesFollowsAndGoes() async throws {
      let network = try await ClusterNetwork()
      let people = try await TwingateWorld(in: network.backbone) { spec in
        spec.connectors = .init(count: 2)
        spec.connectors?.backboneRef = LocalReference(name: SimulatedBackbone.name)
        spec.resources = []
      }
      try #require(try await people.reconcile(atMost: 100) { people.isSettled }, "\(people.words)")
      let before = try await people.counts()
      let world = PrivateClusterWorld(in: network) { cluster in
        cluster.spec.access?[0].vpn?.connectionRef = LocalReference(name: TwingateWorld.key.name)
        cluster.spec.access?[0].vpn?.group = "Developers"
      }
      _ = world.connections.put(try #require(people.connection))
      // Before the cluster has an endpoint there is nothing to reach.
      people.server.put(try #require(world.cluster))
      try await people.reconcile()
      #expect(try await Self.groups(people) == nil)

      try #require(try await world.reconcile { world.isReady }, "\(world.words)")
      #expect(world.condition(.reachable)?.status == "True", "\(world.condition(.reachable)?.message ?? "")")
      #expect(try await Self.follow(world.cluster, people) { try await Self.groups(people) == ["Developers"] })
      let resource = try #require(try await people.objects("NetworkResource")[Self.name])
      let host = try #require(world.status?.endpoint).replacing("https://", with: "").lowercased()
      #expect(resource["address"]?.text == host)
      let only443: JSONValue = ["policy": "RESTRICTED", "ports": [["start": 443, "end": 443]]]
      let none: JSONValue = ["policy": "RESTRICTED", "ports": []]
      #expect(resource["protocols"] == ["allowIcmp": false, "tcp": only443, "udp": none])
      #expect(try await people.objects("NetworkResource").count == 1)

      world.change { $0.spec.access?[0].vpn?.group = "Everyone" }
      #expect(try await Self.follow(world.cluster, people) { try await Self.groups(people) == ["Everyone"] })

      // A cluster that is made again has another endpoint.
      var moved = try #require(world.cluster)
      moved.status?.endpoint = "https://NEXT.gr7.eu-west-1.eks.amazonaws.com"
      let isMoved = try await Self.follow(moved, people) {
        let address = try await people.objects("NetworkResource")[Self.name]?["address"]?.text
        return address == "next.gr7.eu-west-1.eks.amazonaws.com"
      }
      #expect(isMoved, "\(people.words)")
      #expect(try await Self.groups(people) == ["Everyone"])
      #expect(try await people.objects("NetworkResource").count == 1)

      world.delete()
      let isShut = try await Self.follow(world.cluster, people) { try await Self.groups(people) == nil }
      #expect(isShut, "the way is closed as soon as the deletion begins")
      #expect(try await world.reconcile { world.isGone }, "\(world.words)")
      #expect(try await people.counts() == before)
      let findings = try await people.simulator.exchanges().flatMap { $0.findings ?? [] }
      #expect(findings == [])
    }
  }
}
