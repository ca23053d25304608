import Azure
import CloudResources
import Foundations
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct AzureDriftTests {
  /// Something that somebody changed, and what is said and done about it.
  struct Drift: Sendable, CustomTestStringConvertible {
    var role: AzureRole
    var key: String
    var value: JSONValue?
    var repair: String
    var testDescription: String { repair }
  }

  static let opened: JSONValue = [
    "name": "open",
    "properties": [
      "priority": 150, "direction": "Inbound", "access": "Allow", "protocol": "*", "sourceAddressPrefix": "*",
      "destinationAddressPrefix": "*", "sourcePortRange": "*", "destinationPortRange": "*",
    ],
  ]

  static let drifts = [
    Drift(
      role: .subnet("private-a"),
      key: "defaultOutboundAccess",
      value: true,
      repair: "subnet private-a: default outbound access was on"
    ),
    Drift(
      role: .subnet("private-a"),
      key: "natGateway",
      value: nil,
      repair: "subnet private-a: NAT gateway was missing"
    ),
    Drift(
      role: .subnet("private-b"),
      key: "networkSecurityGroup",
      value: nil,
      repair: "subnet private-b: network security group was missing"
    ),
    Drift(
      role: .subnet("private-b"),
      key: "routeTable",
      value: nil,
      repair: "subnet private-b: route table was missing"
    ),
    Drift(role: .firewall("private-a"), key: "securityRules", value: [opened], repair: "rule open was added"),
    Drift(role: .routes, key: "routes", value: [], repair: "default route to Internet"),
    Drift(role: .nat("1"), key: "publicIpAddresses", value: [], repair: "had other public addresses"),
    Drift(
      role: .network,
      key: "addressSpace",
      value: ["addressPrefixes": ["10.9.0.0/16"]],
      repair: "address range 10.0.0.0/16 was missing"
    ),
  ]

  @Test(arguments: drifts)
  func whatSomebodyChangedIsRepairedAndNothingElse(drift: Drift) async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    let before = rig.fake.snapshot
    rig.fake[rig.names.id(drift.role)]?["properties", drift.key] = drift.value
    let plan = try await rig.plan()
    #expect(plan.repairs.contains { $0.contains(drift.repair) })
    #expect(plan.actions.count == 1 && plan.actions.first?.role == drift.role)
    #expect(plan.parts[drift.role.part] != .ready)
    let (after, done) = try await rig.converge()
    #expect(done.count == 1 && after.actions.isEmpty)
    guard drift.role != .network else {
      // What others added to the address space stays.
      let prefixes = rig.fake[rig.networkID]?["properties", "addressSpace", "addressPrefixes"]
      return #expect(prefixes == ["10.9.0.0/16", "10.0.0.0/16"])
    }
    #expect(rig.fake.snapshot == before)
  }

  @Test func whatOthersAddedToASubnetOrANetworkStays() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    rig.fake[rig.subnetID("private-a")]?["properties", "delegations"] = [["name": "theirs"]]
    rig.fake[rig.subnetID("private-a")]?["properties", "natGateway"] = nil
    rig.fake[rig.networkID]?["properties", "dhcpOptions"] = ["dnsServers": ["10.0.0.4"]]
    rig.fake[rig.names.id(.network).child("subnets", "theirs")] = [
      "id": .string("\(rig.networkID)/subnets/theirs"), "name": "theirs",
      "properties": ["addressPrefix": "10.0.99.0/24", "provisioningState": "Succeeded"],
    ]
    rig.fake[rig.networkID]?["properties", "addressSpace", "addressPrefixes"] = ["10.0.0.0/17"]
    let (_, done) = try await rig.converge()
    #expect(done.map { String($0.prefix(22)) } == ["update virtual network", "update subnet private-"])
    let network = VirtualNetwork(json: try #require(rig.fake[rig.networkID]))
    #expect(network.subnets.map(\.name).sorted() == ["private-a", "private-b", "theirs"])
    #expect(network.json["properties", "dhcpOptions", "dnsServers"] == ["10.0.0.4"])
    #expect(rig.fake[rig.subnetID("private-a")]?["properties", "delegations"] == [["name": "theirs"]])
  }

  @Test func routesOfOthersStayButNotAnotherWayOut() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    func route(_ name: String, _ prefix: String) -> JSONValue {
      ["name": .string(name), "properties": ["addressPrefix": .string(prefix), "nextHopType": "VirtualAppliance"]]
    }
    rig.fake[rig.names.id(.routes)]?["properties", "routes"] = [route("pods", "10.9.0.0/24"), route("x", "0.0.0.0/0")]
    _ = try await rig.converge()
    let table = RouteTable(json: try #require(rig.fake[rig.names.id(.routes)]))
    #expect(table.routes.map(\.name) == ["pods", "default"] && table.routes.last?.nextHop == "Internet")
  }

  @Test func aLostTagIsPutBackWithoutTouchingOthers() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    let id = rig.names.id(.nat("1"))
    let mark = try #require(rig.fake[id]?["tags", AzureNames.markTag])
    rig.fake[id]?["tags"] = ["theirs": "1", "CLOUDLINKER.dev-backbone": mark, AzureNames.roleTag: "nat/1"]
    let (plan, done) = try await rig.converge()
    #expect(done == ["tag NAT gateway 1 \(id.name)"] && plan.actions.isEmpty)
    #expect(rig.fake[id]?["tags", "theirs"] == "1" && rig.fake[id]?["tags", "team"] == "blue")
  }

  @Test(arguments: [AzureRole.network, .firewall("private-a"), .routes, .address("1"), .nat("1"), .subnet("private-a")])
  func aFailedChangeIsMadeAgain(role: AzureRole) async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    let before = rig.fake.snapshot
    rig.fake[rig.names.id(role)]?["properties", "provisioningState"] = "Failed"
    let plan = try await rig.plan()
    #expect(plan.actions.map(\.role) == [role] && plan.repairs.isEmpty)
    #expect(plan.actions.first?.description.hasSuffix("its last change failed") == true)
    _ = try await rig.converge()
    #expect(rig.fake.snapshot == before)
  }

  @Test(arguments: [AzureRole.network, .firewall("private-a"), .routes, .address("1"), .nat("1"), .subnet("private-a")])
  func aChangeUnderWayIsWaitedFor(role: AzureRole) async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    rig.fake[rig.names.id(role)]?["properties", "provisioningState"] = "Updating"
    rig.fake[rig.names.id(.subnet("private-b"))]?["properties", "defaultOutboundAccess"] = true
    let plan = try await rig.plan()
    #expect(plan.waiting == ["\(role.summary) is being provisioned"] && plan.lookAgainAfter != nil)
    #expect(plan.parts[role.part] != .ready)
    // The other subnet is repaired meanwhile, unless that would be refused.
    let isInTheWay = [.network, .subnet("private-a"), .routes].contains(role)
    #expect(plan.actions.isEmpty == isInTheWay)
  }

  @Test func whatWasDeletedBySomeoneElseIsMadeAgain() async throws {
    for role in [AzureRole.subnet("private-a"), .routes, .firewall("private-b"), .nat("2"), .address("2"), .network] {
      let rig = AzureRig()
      _ = try await rig.converge()
      let before = rig.fake.snapshot
      rig.fake[rig.names.id(role)] = nil
      let (plan, done) = try await rig.converge()
      #expect(plan.problems.isEmpty && done.first?.hasPrefix("create \(role.summary)") == true, "\(role)")
      #expect(rig.fake.snapshot == before, "\(role)")
    }
  }

  @Test func aDeletedGroupIsMadeAgainWithAll() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    let before = rig.fake.snapshot
    rig.fake.state.withLock { $0.resources = [:] }
    let (_, done) = try await rig.converge()
    #expect(done.count == 11 && rig.fake.snapshot == before)
  }
}
