import Azure
import Cloud
import CloudResources
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct AzureRulesTests {
  private func range(_ text: String) throws -> IPv4Network { try #require(IPv4Network(text)) }

  @Test func nothingPassesButWhatIsAllowed() throws {
    var desired = AzureRig.desired()
    desired.egressRules = [
      .init(cidr: try range("0.0.0.0/0"), transport: .tcp, ports: [80...80, 8000...8080]),
      .init(cidr: try range("1.1.1.1/32"), transport: .icmp, ports: [7...7]),
    ]
    desired.ingressRules = [.init(cidr: try range("192.168.0.0/16"), transport: .all)]
    let inside: Set = ["10.0.0.0/16"]
    let expected = [
      SecurityRule("inside-in", 100, .inbound, .allow, from: inside, to: inside),
      SecurityRule("health-probes", 110, .inbound, .allow, from: ["AzureLoadBalancer"]),
      SecurityRule("inside-out", 100, .outbound, .allow, from: inside, to: inside),
      SecurityRule("ingress-1", 200, .inbound, .allow, from: ["192.168.0.0/16"], to: inside),
      SecurityRule("egress-1", 200, .outbound, .allow, transport: "Tcp", from: inside, ports: ["80", "8000-8080"]),
      SecurityRule("egress-2", 201, .outbound, .allow, transport: "Icmp", from: inside, to: ["1.1.1.1/32"]),
      SecurityRule("deny-in", 4096, .inbound, .deny),
      SecurityRule("deny-out", 4096, .outbound, .deny),
    ]
    #expect(AzureRules.rules(desired) == expected)
  }

  @Test func podsAreInsideAndDescriptionsStandBesideTheRules() throws {
    var desired = AzureRig.desired()
    desired.podRanges = [try range("100.64.0.0/16"), try range("10.1.0.0/16")]
    desired.egressRules = [
      .init(cidr: try range("1.1.1.1/32"), transport: .udp, ports: [30000...32767], description: "a resolver")
    ]
    let rules = AzureRules.rules(desired)
    let inside: Set = ["10.0.0.0/15", "100.64.0.0/16"]
    #expect(rules[0] == SecurityRule("inside-in", 100, .inbound, .allow, from: inside, to: inside))
    #expect(rules[2] == SecurityRule("inside-out", 100, .outbound, .allow, from: inside, to: inside))
    #expect(rules[3].sources == inside && rules[3].ports == ["30000-32767"] && rules[3].description == "a resolver")
  }

  @Test func rulesOfAnEarlierVersionAreWidenedWithoutBlame() async throws {
    var rig = AzureRig()
    _ = try await rig.converge()
    rig.desired.podRanges = [try range("100.64.0.0/16")]
    rig.desired.egressRules[0].description = "the web"
    let plan = try await rig.plan()
    #expect(plan.actions.count == 2 && plan.repairs.isEmpty)
    let id = rig.names.id(.firewall("private-a"))
    var firewall = NetworkSecurityGroup(json: try #require(rig.fake[id]))
    firewall.rules.removeLast()
    rig.fake[id] = firewall.json
    #expect(try await rig.plan().repairs == ["network security group \(id.name): rule deny-out was missing"])
    let (rest, _) = try await rig.converge()
    #expect(rest.parts.values.allSatisfy { $0 == .ready } && rest.report.podRanges == ["100.64.0.0/16"])
  }

  @Test func differencesAreNamed() {
    let one = SecurityRule("one", 200, .inbound, .allow, ports: ["1"])
    let changed = SecurityRule("one", 200, .inbound, .allow)
    let two = SecurityRule("two", 201, .inbound, .deny)
    #expect(AzureRules.difference([one, two], [two, one]).isEmpty)
    #expect(AzureRules.difference([changed], [one]) == ["rule one was changed"])
    #expect(AzureRules.difference([two], [one]) == ["rule one was missing", "rule two was added"])
  }

  @Test func namesAndMarksFitIntoWhatAzureTakes() throws {
    let long = OwnershipMark(
      namespace: String(repeating: "n", count: 63),
      name: String(repeating: "m", count: 253),
      uid: "0b0b0b0b-0000-0000-0000-000000000001"
    )
    let names = AzureNames(long, subscriptionID: "s", givenGroup: nil)
    #expect(names.value.utf8.count == 256 && names.value.hasSuffix("/" + long.uid))
    #expect(names.id(.network).name.utf8.count <= 64 && names.groupID.name.utf8.count <= 90)
    #expect(names.id(.firewall(String(repeating: "s", count: 80))).name.utf8.count == 80)
    let forbidden = Set("<>%&\\?/")
    #expect(AzureNames.markTag.allSatisfy { !forbidden.contains($0) })
    let other = AzureNames(.init(namespace: "a-b", name: "c", uid: "u"), subscriptionID: "s", givenGroup: nil)
    let third = AzureNames(.init(namespace: "a", name: "b-c", uid: "u"), subscriptionID: "s", givenGroup: nil)
    #expect(other.groupID != third.groupID)
  }

  @Test(arguments: ["a/b", "a<b", "100%", ""])
  func aTagThatAzureRefusesIsReportedBeforehand(name: String) async throws {
    let rig = AzureRig { $0.tags = [name: "x"] }
    let plan = try await rig.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.invalidSpec])
  }

  @Test func flowLogsAreRefusedAndTheRestIsMade() async throws {
    let rig = AzureRig { $0.hasFlowLogs = true }
    let (plan, done) = try await rig.converge()
    #expect(done.count == 11 && plan.problems.map(\.kind) == [.invalidSpec])
  }

  @Test func withoutAWayOutTheDefaultRouteEndsNowhere() async throws {
    let rig = AzureRig { $0.egress.addresses = .none }
    let (plan, done) = try await rig.converge()
    #expect(plan.parts.values.allSatisfy { $0 == .ready } && !done.contains { $0.contains("NAT") })
    let table = RouteTable(json: try #require(rig.fake[rig.names.id(.routes)]))
    #expect(table.routes == [.init(name: "default", prefix: "0.0.0.0/0", nextHop: "None")])
  }

  @Test func anApplianceIsTheDefaultRouteInsteadOfNATGateways() async throws {
    var rig = AzureRig { $0.egress.existingNextHops = ["10.0.255.4"] }
    let (plan, done) = try await rig.converge()
    #expect(plan.parts.values.allSatisfy { $0 == .ready } && !done.contains { $0.contains("NAT") })
    let id = rig.names.id(.routes)
    let wanted = RouteTable.Route(
      name: "default",
      prefix: "0.0.0.0/0",
      nextHop: "VirtualAppliance",
      address: "10.0.255.4"
    )
    #expect(RouteTable(json: try #require(rig.fake[id])).routes == [wanted])
    rig.desired.egress.existingNextHops = ["10.0.255.5"]
    let (_, changes) = try await rig.converge()
    #expect(changes == ["update route table \(id.name): default route to 10.0.255.5"])
    rig.desired.egress.existingNextHops = []
    let (back, _) = try await rig.converge()
    #expect(back.parts.values.allSatisfy { $0 == .ready } && back.report.egressAddresses.count == 2)
    #expect(RouteTable(json: try #require(rig.fake[id])).routes.map(\.nextHop) == ["Internet"])
  }

  @Test func givenNATGatewaysAreUsedAndNeverTouched() async throws {
    let group = ResourceID(subscription: AzureRig.subscription, group: "shared")
    let (one, two) = (group.network("natGateways", "one"), group.network("natGateways", "two"))
    var rig = AzureRig { $0.egress.existingNATGatewayIDs = [one.description, two.description] }
    let missing = try await rig.converge().0
    #expect(missing.problems.map(\.kind) == [.existingNotFound, .existingNotFound])
    for id in [group, one, two] { rig.place(id) }
    let before = rig.fake[one]
    let (plan, _) = try await rig.converge()
    #expect(plan.problems.isEmpty && plan.parts.values.allSatisfy { $0 == .ready })
    for (name, id) in [("private-a", one), ("private-b", two)] {
      #expect(Subnet(json: try #require(rig.fake[rig.subnetID(name)])).natGateway == id)
    }
    #expect(rig.fake[rig.names.id(.nat("1"))] == nil && rig.fake[one] == before)
    rig.desired.egress.existingNATGatewayIDs = [one.description, two.description, one.description + "x"]
    let refused = try await rig.plan()
    #expect(refused.actions.isEmpty && refused.problems.first?.message.contains("3 ids for 2 zones") == true)
    rig.desired.egress.existingNATGatewayIDs = [one.description]
    _ = try await rig.converge()
    #expect(Subnet(json: try #require(rig.fake[rig.subnetID("private-b")])).natGateway == one)
    #expect(try await rig.converge(.absent).0.isGone)
    #expect(rig.fake[one] == before && rig.fake[two] != nil)
  }

  @Test func aSubnetOfAnotherRangeIsNotMoved() async throws {
    var rig = AzureRig()
    _ = try await rig.converge()
    rig.desired.subnets[0].cidr = try range("10.0.64.0/20")
    let plan = try await rig.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.invalidSpec])
    #expect(
      plan.problems.first?.message
        == "subnet private-a is 10.0.0.0/20 but the spec says 10.0.64.0/20: ranges cannot change, so restore the spec or "
        + "give the new subnet another name"
    )
  }

  @Test func aRangeThatIsTakenIsNamed() async throws {
    let rig = AzureRig { $0.subnets.removeLast() }
    _ = try await rig.converge()
    rig.fake[rig.subnetID("private-a")] = nil
    rig.place(rig.networkID.child("subnets", "theirs"), ["addressPrefix": "10.0.1.0/24"])
    let plan = try await rig.plan()
    #expect(plan.actions.isEmpty && plan.problems.first?.message.contains("overlaps subnet theirs") == true)
  }

  @Test func zonesAreThoseOfTheRegion() async throws {
    let transport = InMemoryTransport { request in
      guard !request.url.contains("/token") else { return .whole(.json(#"{"access_token":"t","expires_in":60}"#)) }
      return .whole(
        .json(
          #"""
          {"value":[{"name":"westus"},
            {"name":"westeurope","availabilityZoneMappings":[{"logicalZone":"2"},{"logicalZone":"1"}]}]}
          """#
        )
      )
    }
    let source = AzureCredentialSource(credential: .managedIdentity(clientID: nil), subscriptionID: "s")
    let client = AzureClient(source, transport: transport, time: VirtualTimeSource())
    func zones(_ region: String) async throws -> [String] {
      try await AzureNetwork(client: client, region: region, resourceGroup: nil).zones()
    }
    #expect(try await zones("West Europe") == ["1", "2"])
    #expect(try await zones("westus") == [AzureNetwork.noZone])
    let error = await #expect(throws: CloudError.self) { try await zones("atlantis") }
    #expect(error?.kind == .invalid && error?.message.contains("atlantis") == true)
  }

  @Test func aRegionWithoutZonesHasAGatewayInNone() async throws {
    let rig = AzureRig {
      $0.subnets.removeLast()
      $0.subnets[0].zone = AzureNetwork.noZone
    }
    let (plan, _) = try await rig.converge()
    #expect(plan.parts.values.allSatisfy { $0 == .ready })
    #expect(rig.fake[rig.names.id(.nat(AzureNetwork.noZone))]?["zones"] == nil)
    #expect(rig.fake[rig.names.id(.address(AzureNetwork.noZone))]?["zones"] == nil)
  }
}
