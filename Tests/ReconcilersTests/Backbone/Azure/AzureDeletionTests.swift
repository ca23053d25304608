import Azure
import CloudResources
import Foundations
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct AzureDeletionTests {
  @Test func whatHoldsASubnetIsNamedAndNothingGoes() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    rig.occupy("private-a", by: "vm-nic")
    let before = rig.fake.snapshot
    let (plan, done) = try await rig.converge(.absent)
    #expect(!plan.isGone && plan.lookAgainAfter != nil && done.isEmpty)
    let problem = try #require(plan.problems.first)
    #expect(problem.kind == .inUse && problem.part == .subnets)
    #expect(problem.message.contains("network interface vm-nic (/subscriptions/"))
    #expect(rig.fake.snapshot == before)
    rig.fake[rig.subnetID("private-a")]?["properties", "ipConfigurations"] = nil
    let (gone, _) = try await rig.converge(.absent)
    #expect(gone.isGone && rig.fake.snapshot.isEmpty)
  }

  @Test func manyInterfacesAreCounted() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    let base = "\(rig.names.groupID)/providers/Microsoft.Network/networkInterfaces/nic"
    rig.fake[rig.subnetID("private-a")]?["properties", "ipConfigurations"] = .array(
      (0..<9).map { ["id": .string("\(base)\($0)/ipConfigurations/a")] }
    )
    let plan = try await rig.plan(.absent)
    #expect(plan.problems.first?.message.contains("nic4") == true)
    #expect(plan.problems.first?.message.contains("and 4 more") == true)
  }

  @Test func somebodyElsesSubnetInOurNetworkKeepsIt() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    rig.place(rig.networkID.child("subnets", "theirs"), ["addressPrefix": "10.0.99.0/24"])
    let (plan, _) = try await rig.converge(.absent)
    #expect(!plan.isGone && plan.problems.map(\.kind) == [.inUse])
    #expect(plan.problems.first?.message.contains("subnets/theirs") == true)
    #expect(rig.fake[rig.networkID.child("subnets", "theirs")] != nil)
  }

  @Test func somebodyElsesSubnetOnOurGatewayKeepsIt() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    rig.place(
      rig.networkID.child("subnets", "theirs"),
      ["addressPrefix": "10.0.99.0/24", "natGateway": ["id": .string(rig.names.id(.nat("1")).description)]]
    )
    #expect(try await rig.plan().actions.isEmpty)
    let (plan, _) = try await rig.converge(.absent)
    #expect(plan.problems.contains { $0.part == .egress && $0.message.contains("NAT gateway 1") })
    #expect(rig.fake[rig.names.id(.nat("1"))] != nil && rig.fake[rig.names.id(.address("1"))] != nil)
  }

  @Test func whatIsNotOursInOurGroupKeepsIt() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    let disk = rig.names.groupID.resource("Microsoft.Compute", "disks", "data")
    rig.place(disk)
    let (plan, _) = try await rig.converge(.absent)
    #expect(!plan.isGone && plan.problems.map(\.part) == [.network])
    #expect(plan.problems.first?.message.contains("disks/data") == true)
    #expect(rig.fake[disk] != nil && rig.fake[rig.networkID] == nil)
  }

  @Test func whatComesIntoOurGroupAtTheLastMomentKeepsIt() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    for _ in 0..<20 {
      let plan = try await rig.plan(.absent)
      var ledger = Ledger()
      if let last = plan.actions.first(where: { $0.role == .group }) {
        rig.place(rig.names.groupID.resource("Microsoft.Compute", "disks", "data"))
        await #expect(throws: (any Error).self) { try await rig.network.perform(last, rig.desired, &ledger) }
        return #expect(rig.fake[rig.names.groupID]?["deleting"] == nil)
      }
      for action in plan.actions { try await rig.network.perform(action, rig.desired, &ledger) }
      rig.fake.settle()
    }
    Issue.record("the group was never to be deleted")
  }

  @Test func aSubnetThatTheSpecHasNoMoreGoesWithItsParts() async throws {
    var rig = AzureRig()
    _ = try await rig.converge()
    rig.desired.subnets.removeLast()
    let (plan, done) = try await rig.converge()
    #expect(plan.problems.isEmpty && plan.parts.values.allSatisfy { $0 == .ready })
    #expect(
      done.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }.sorted() == [
        "delete NAT", "delete network", "delete public", "delete subnet",
      ]
    )
    let small = AzureRig { $0.subnets.removeLast() }
    _ = try await small.converge()
    #expect(rig.fake.snapshot == small.fake.snapshot)
  }

  @Test(arguments: [DesiredNetwork.Egress.Addresses.shared, .none])
  func anotherWayOutTakesThePlaceOfTheOld(addresses: DesiredNetwork.Egress.Addresses) async throws {
    var rig = AzureRig()
    _ = try await rig.converge()
    rig.desired.egress.addresses = addresses
    let (plan, _) = try await rig.converge()
    let fresh = AzureRig { $0.egress.addresses = addresses }
    _ = try await fresh.converge()
    #expect(plan.problems.isEmpty && rig.fake.snapshot == fresh.fake.snapshot)
  }

  @Test func givenAddressesAreUsedAndNeverReleased() async throws {
    let group = ResourceID(subscription: AzureRig.subscription, group: "addresses")
    let ids = ["one", "two"].map { group.network("publicIPAddresses", $0) }
    let rig = AzureRig { $0.egress.existingIDs = ids.map(\.description) }
    rig.place(group)
    for id in ids { rig.place(id, ["ipAddress": "198.51.100.7"]) }
    let before = rig.fake.snapshot
    let (plan, done) = try await rig.converge()
    #expect(plan.problems.isEmpty && !done.contains { $0.contains("public address") })
    #expect(NATGateway(json: try #require(rig.fake[rig.names.id(.nat("2"))])).addresses == [ids[1]])
    rig.fake.state.withLock { $0.reads = 0 }
    _ = try await rig.observe()
    #expect(rig.fake.state.withLock { $0.reads } == 8)
    let (gone, _) = try await rig.converge(.absent)
    #expect(gone.isGone && rig.fake.snapshot == before)
  }

  @Test func aGivenAddressThatIsTakenOrMissingIsNamed() async throws {
    let group = ResourceID(subscription: AzureRig.subscription, group: "addresses")
    let id = group.network("publicIPAddresses", "one")
    let rig = AzureRig { $0.egress = .init(addresses: .shared, existingIDs: [id.description]) }
    #expect(try await rig.converge().0.problems.map(\.kind) == [.existingNotFound])
    rig.place(group)
    rig.place(id, ["ipConfiguration": ["id": .string("\(group)/providers/Microsoft.Network/loadBalancers/lb")]])
    let plan = try await rig.plan()
    #expect(plan.problems.map(\.kind) == [.inUse] && plan.problems[0].message.contains("loadBalancers/lb"))
    #expect(plan.later.contains("create NAT gateway shared"))
  }
}
