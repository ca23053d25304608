import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import Testing

@testable import Azure
@testable import CloudConnectors
@testable import Reconcilers

extension TwingateLifecycleTests {
  /// Tests that only container groups in Azure need.
  @Suite(.enabled(if: SimulatedBackbone.azure != nil, "needs the simulator of Azure"))
  struct AzureMachineTests {
    private func backbone(_ change: (inout BackboneSpec) -> Void = { _ in }) async throws -> SimulatedBackbone {
      try await SimulatedBackbone(on: .azure, change)
    }

    /// Subnets by name, as Azure shows them.
    private func subnets(_ simulator: CloudSimulator) async throws -> [String: Subnet] {
      let type = "Microsoft.Network/virtualNetworks"
      let network = try await simulator.objects().first { $0.value["type"]?.text == type }
      let subnets = VirtualNetwork(json: try #require(network?.value)).subnets
      return Dictionary(subnets.map { ($0.name, $0) }) { first, _ in first }
    }

    @Test func connectorsLeaveByTheNATGatewayOfTheirZoneAndNobodyComesIn() async throws {
      let backbone = try await backbone()
      let world = try await MachineRig.settled(backbone)
      let subnets = try await subnets(backbone.simulator)
      let eighth = try #require(IPv4Network("10.10.224.0/19"))
      for zone in ["1", "2"] {
        let own = try #require(subnets.first { $0.key.hasSuffix("-connectors-\(zone)") }?.value)
        let model = try #require(subnets[zone])
        #expect(own.natGateway == model.natGateway && own.natGateway != nil && own.routeTable == model.routeTable)
        #expect(own.networkSecurityGroup != model.networkSecurityGroup && !own.defaultOutboundAccess)
        #expect(own.delegation == "Microsoft.ContainerInstance/containerGroups")
        #expect(own.cidr.map { eighth.contains($0) && $0.prefixLength == 28 } == true)
      }
      for machine in try await world.machines().values {
        #expect(machine["properties"]?["ipAddress"]?["type"]?.text == "Private")
        #expect(machine["zones"] == nil, "Azure takes no zones in a network")
      }
    }

    @Test func theBackboneLeavesWhatItsConnectorsHaveAlone() async throws {
      let backbone = try await backbone()
      let world = try await MachineRig.settled(backbone)
      let before = try await backbone.simulator.counts()
      let environment = backbone.environment
      environment.restart()
      for _ in 0..<3 { _ = try await environment.reconcile() }
      #expect(environment.isReady, "\(environment.words)")
      #expect(try await backbone.simulator.counts() == before)
      #expect(world.isSettled)
    }

    @Test func aSubnetThatSomebodyChangedComesBack() async throws {
      let backbone = try await backbone()
      let world = try await MachineRig.settled(backbone)
      let rig = try await Door(backbone)
      let all = try await subnets(backbone.simulator)
      let id = try #require(all.values.first { $0.name.hasSuffix("-connectors-1") }?.id)
      var subnet = Subnet(json: try #require(try await rig.client.get(id)))
      let gateway = subnet.natGateway
      subnet.natGateway = nil
      _ = try await rig.client.put(id, subnet.writable)
      world.time.advance(by: .seconds(700))
      try await world.beat()
      let isBack = try await world.reconcile {
        let subnet = try await subnets(backbone.simulator)[id.name]
        return world.isSettled && subnet?.natGateway == gateway
      }
      #expect(isBack, "\(world.words)")
      #expect(try await world.machines().count == 2)
    }

    @Test func theImageIsPulledWithTheLoginOfTheSecret() async throws {
      let backbone = try await backbone()
      let world = try await MachineRig.world(backbone) { spec in
        spec.connectors?.azure = .init(registrySecretRef: .init(name: "hub"))
      }
      try await world.reconcile()
      #expect(world.ready?.reason == "SecretNotFound", "\(world.words)")
      let field = "spec.twingate.connectors.azure.registrySecretRef: Secret \"hub\""
      #expect(world.ready?.message.contains("\(field) is not in this namespace: create it") == true, "\(world.words)")

      var secret = Secret(metadata: ObjectMeta(name: "hub", namespace: "production"), type: "Opaque")
      secret.data = ["username": Data("us\n".utf8).base64EncodedString()]
      world.server.put(secret)
      #expect(try await world.reconcile { world.ready?.reason == "SecretInvalid" }, "\(world.words)")
      #expect(world.ready?.message.contains("\(field) has no text under key \"password\"") == true, "\(world.words)")

      secret.data?["password"] = Data("hub-password\n".utf8).base64EncodedString()
      world.server.put(secret)
      #expect(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
      let logins = try await world.machines().values.compactMap { $0["properties"]?["imageRegistryCredentials"] }
      let login: JSONValue = ["server": "index.docker.io", "username": "us"]
      #expect(logins == [JSONValue.array([login]), JSONValue.array([login])])
      let published = try await world.published()
      #expect(!published.contains("hub-password"))

      // Another password affects only machines that are made later.
      let before = Set(try await world.machines().keys)
      secret.data?["password"] = Data("other-password".utf8).base64EncodedString()
      world.server.put(secret)
      world.time.advance(by: .seconds(700))
      try await world.beat()
      _ = try await world.reconcile(atMost: 5) { false }
      #expect(Set(try await world.machines().keys) == before && world.isSettled)
    }

    @Test func aPullThatTheRegistryThrottlesSaysWhatHelps() async throws {
      let backbone = try await backbone()
      let world = try await MachineRig.world(backbone)
      let failure: [String: JSONValue] = [
        "status": 409, "code": "RegistryErrorResponse",
        "message": "An error response is received from the docker registry 'index.docker.io'. Please retry later.",
      ]
      try await backbone.simulator.meet(failure, "Microsoft.ContainerInstance/containerGroups/write", times: 1000)
      let words = "name a Secret in spec.twingate.connectors.azure.registrySecretRef"
      #expect(try await world.reconcile(atMost: 40) { world.ready?.message.contains(words) == true }, "\(world.words)")
      try await backbone.simulator.calm()
      world.time.advance(by: .seconds(90))
      #expect(try await world.reconcile(atMost: 100) { world.isSettled }, "\(world.words)")
    }

    @Test func aBackboneWhoseWayOutIsNoNATGatewayIsRefused() async throws {
      let backbone = try await backbone { spec in
        spec.egress?.existingNextHops = ["10.10.250.4"]
      }
      let world = try await MachineRig.world(backbone)
      let words = "has no NAT gateway, and Azure supports no other way out for connectors"
      #expect(try await world.reconcile { world.ready?.message.contains(words) == true }, "\(world.words)")
      #expect(try await world.machines().isEmpty)
      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      #expect(try await backbone.simulator.counts() == backbone.empty)
    }

    /// The role in `manifests/permissions` has exactly the rights that connectors need besides the Backbone's.
    @Test func theShippedRightsAreWhatIsUsed() async throws {
      let backbone = try await backbone()
      let sent = try await backbone.simulator.exchanges().count
      let world = try await MachineRig.settled(backbone)
      world.changeSpec(MachineRig.azure.change)
      #expect(try await world.isReplaced(Set(try await world.machines().keys)), "\(world.words)")
      world.delete()
      #expect(try await world.reconcile(atMost: 100) { world.isGone }, "\(world.words)")
      let called = Set(try await backbone.simulator.operations(after: sent).filter { !$0.hasPrefix("tokens:") })
      let (own, network) = (try Self.granted("azure-connectors-role.json"), try Self.granted("azure-role.json"))
      // `*/read` in the Backbone's role covers the state of operations.
      let progress: Set = ["Microsoft.Network/locations/operations/read"]
      #expect(called.subtracting(own).subtracting(network).subtracting(progress).sorted() == [])
      #expect(own.subtracting(called).sorted() == [])
      #expect(own.isDisjoint(with: network), "a Backbone alone needs none of them")
    }

    private static func granted(_ file: String) throws -> Set<String> {
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "manifests/permissions")
      let role = JSONValue(parsing: Array(try Data(contentsOf: folder.appending(path: file))))
      return Set((role?["Actions"]?.array ?? []).compactMap(\.string))
    }

    /// Somebody else's client in the same subscription.
    private struct Door {
      let client: AzureClient

      init(_ backbone: SimulatedBackbone) async throws {
        var values = try await backbone.simulator.secret()
        values["subscriptionId"] = backbone.backbone.spec.azure?.subscriptionID ?? values["subscriptionId"]
        let source = try AzureCredentialSource(secretData: values.mapValues { Array($0.utf8) })
        let url = backbone.simulator.url
        let endpoints = AzureEndpoints(region: "westeurope", resourceManager: url, authority: url)
        client = AzureClient(source, endpoints: endpoints, transport: CurlTransport(.init(proxy: .none)))
      }
    }
  }
}
