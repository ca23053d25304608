import CloudLinkerAPI
import Foundations
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

extension BackboneLifecycleTests {
  /// Networks, subnets and addresses that were there before, and what `deletionPolicy: Retain` leaves.
  @Suite struct AdoptionTests {
    /// As docs/backbone.md has it: what is added to an adopted network with a subnet of its own and one of ours.
    private func added(_ provider: CloudProvider) -> [String: Int] {
      switch provider {
      case .gcp: ["subnetworks": 1, "firewalls": 6, "routers": 1]
      case .azure:
        ["resourceGroups": 1, "subnets": 1, "networkSecurityGroups": 1, "routeTables": 1, "natGateways": 1]
      default:
        [
          "subnet": 2, "route-table": 2, "internet-gateway": 1, "nat-gateway": 1, "network-interface": 1,
          "security-group": 1, "vpc-endpoint": 1,
        ]
      }
    }

    private func adopt(_ given: HandMade, _ spec: inout BackboneSpec) {
      let zones: [CloudProvider: String] = [.aws: "eu-west-1b", .gcp: "europe-west1-c", .azure: "2"]
      spec.network.existing = .init(id: given.network)
      spec.network.subnets = [
        given.subnet, .init(name: "ours", zone: zones[spec.provider] ?? "", cidr: "10.10.0.0/24"),
      ]
      spec.egress?.addresses = .shared
      spec.egress?.existingAddressIDs = [given.address]
    }

    /// What can bear a mark.
    private static func tags(_ object: JSONValue) -> [JSONValue?] {
      guard case .object(let fields) = object else { return [] }
      return ["tagSet", "tags", "labels", "description"].map { fields[$0] }
    }

    @Test(arguments: CloudSimulator.all)
    func whatIsThereIsUsedAndLeftAsItWas(simulator: CloudSimulator) async throws {
      _ = try await simulator.beginning()
      let given = try await simulator.outsider().makeNetwork()
      let (objects, counts) = (try await simulator.objects(), try await simulator.counts())
      try await simulator.grantLeastRights()
      let environment = try await SimulatedEnvironment(simulator) { adopt(given, &$0) }
      #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
      let status = environment.backbone?.status
      #expect(status?.networkID?.hasSuffix(given.network) == true)
      #expect(status?.subnets?.map(\.name).sorted() == ["ours", "theirs"])
      #expect(status?.egressAddresses?.count == 1)
      let more = try await simulator.counts().merging(counts) { $0 - $1 }.filter { $0.value != 0 }
      #expect(more == added(simulator.provider))
      for (id, object) in try await simulator.objects() where objects[id] != nil {
        #expect(!"\(Self.tags(object))".contains("cloudlinker.dev"), "\(id) bears a mark")
      }
      environment.delete()
      #expect(try await environment.reconcile { environment.isGone }, "\(environment.words)")
      #expect(try await simulator.differences(from: objects) == [])
    }

    @Test(arguments: CloudSimulator.all)
    func anExistingNetworkThatIsNotThereIsNamedAndNothingIsMade(simulator: CloudSimulator) async throws {
      _ = try await simulator.beginning()
      let objects = try await simulator.objects()
      let environment = try await SimulatedEnvironment(simulator) { $0.network.existing = .init(id: simulator.nowhere) }
      for _ in 0..<3 { _ = try await environment.reconcile() }
      #expect(environment.ready?.reason == "ExistingNotFound", "\(environment.words)")
      #expect(environment.ready?.message.contains(simulator.nowhere) == true, "\(environment.words)")
      #expect(try await simulator.operations().filter { !simulator.isRead($0) } == [])
      #expect(try await simulator.differences(from: objects) == [])
      environment.delete()
      #expect(try await environment.reconcile { environment.isGone }, "\(environment.words)")
    }

    /// A network is there, the subnet or the address is not.
    @Test(arguments: CloudSimulator.all, ["subnet", "address"])
    func anExistingPartThatIsNotThereIsNamed(simulator: CloudSimulator, part: String) async throws {
      _ = try await simulator.beginning()
      let given = try await simulator.outsider().makeNetwork()
      let objects = try await simulator.objects()
      let environment = try await SimulatedEnvironment(simulator) { spec in
        adopt(given, &spec)
        if part == "subnet" { spec.network.subnets?[0].existingID? += "0" }
        if part == "address" { spec.egress?.existingAddressIDs = [given.address + "0"] }
      }
      #expect(
        try await environment.reconcile { environment.ready?.reason == "ExistingNotFound" },
        "\(environment.words)"
      )
      let id = part == "subnet" ? given.subnet.existingID ?? "" : given.address
      #expect(environment.ready?.message.contains(id + "0") == true, "\(environment.words)")
      environment.delete()
      #expect(try await environment.reconcile { environment.isGone }, "\(environment.words)")
      #expect(try await simulator.differences(from: objects) == [])
    }

    /// Google Cloud cannot change these objects' descriptions: there the mark stays, and is nobody's.
    private static let indelible = ["/networks/", "/subnetworks/", "/addresses/"]

    @Test(arguments: CloudSimulator.all)
    func whatIsRetainedIsNobodys(simulator: CloudSimulator) async throws {
      _ = try await simulator.beginning()
      try await simulator.grantLeastRights()
      let first = try await SimulatedEnvironment(simulator) { spec in
        spec.network.zones = 1
        spec.deletionPolicy = .retain
      }
      #expect(try await first.reconcile { first.isReady }, "\(first.words)")
      let objects = try await simulator.objects()
      first.delete()
      #expect(try await first.reconcile { first.isGone }, "\(first.words)")
      let retained = try await simulator.objects()
      #expect(Set(retained.keys) == Set(objects.keys))
      let marked = retained.filter { "\($0.value)".contains("cloudlinker.dev") }.keys
      let wrong = marked.filter { id in simulator.provider != .gcp || !Self.indelible.contains { id.contains($0) } }
      #expect(wrong == [], "the marks are gone")

      let second = try await SimulatedEnvironment(simulator) { $0.network.zones = 1 }
      #expect(try await second.reconcile { second.isReady }, "\(second.words)")
      #expect(second.backbone?.status?.networkID != first.backbone?.status?.networkID)
      second.delete()
      #expect(try await second.reconcile { second.isGone }, "\(second.words)")
      #expect(try await simulator.differences(from: retained) == [])
    }
  }
}
