import Azure
import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct AzureForeignTests {
  private static let adopted =
    "/subscriptions/\(AzureRig.subscription)/resourceGroups/theirs/providers/"
    + "Microsoft.Network/virtualNetworks/theirs"

  /// Their group, network and subnet.
  private func theirs(_ rig: AzureRig) throws -> ResourceID {
    let network = try #require(ResourceID(Self.adopted))
    rig.place(try #require(network.groupID))
    rig.place(network, ["addressSpace": ["addressPrefixes": ["10.0.0.0/16"]], "subnets": .array([])])
    rig.place(network.child("subnets", "old"), ["addressPrefix": "10.0.200.0/24"])
    return network
  }

  @Test(arguments: [AzureRole.network, .firewall("private-a"), .routes, .address("1"), .nat("1")])
  func somebodyElsesObjectOfOurNameIsNamedAndLeftAlone(role: AzureRole) async throws {
    let rig = AzureRig(group: "rg")
    rig.place(rig.names.groupID)
    rig.place(rig.names.id(role), ["theirs": true])
    let before = rig.fake[rig.names.id(role)]
    let (plan, _) = try await rig.converge()
    #expect(plan.problems.map(\.kind) == [.foreignObject] && plan.problems.first?.part == role.part)
    #expect(plan.problems.first?.message.contains(rig.names.id(role).description) == true)
    #expect(rig.fake[rig.names.id(role)] == before)
    let (gone, _) = try await rig.converge(.absent)
    #expect(gone.isGone && rig.fake[rig.names.id(role)] == before)
  }

  @Test func somebodyElsesGroupOfOurNameStopsEverything() async throws {
    let rig = AzureRig()
    rig.place(rig.names.groupID)
    let plan = try await rig.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.foreignObject])
    #expect(try await rig.plan(.absent).isGone)
  }

  @Test func whatComesUpBetweenLookingAndMakingIsNotOverwritten() async throws {
    let rig = AzureRig()
    let plan = try await rig.plan()
    rig.place(rig.names.groupID)
    rig.place(rig.networkID, ["subnets": [["name": "theirs", "properties": .object([:])]]])
    let action = try #require(plan.actions.first { $0.role == .network })
    var ledger = Ledger()
    let error = await #expect(throws: CloudError.self) {
      try await rig.network.perform(action, rig.desired, &ledger)
    }
    #expect(error?.kind == .alreadyExists && ledger == Ledger())
    #expect(rig.fake[rig.networkID]?["properties", "subnets"]?.array.count == 1)
  }

  @Test func anotherBackboneInTheSameGroupIsNotTouched() async throws {
    let rig = AzureRig(group: "rg")
    rig.place(rig.names.groupID)
    let other = AzureRig(group: "rg", sharing: rig.fake) {
      $0.mark = OwnershipMark(namespace: "staging", name: "main", uid: "u-2")
    }
    _ = try await rig.converge()
    let first = rig.fake.snapshot
    _ = try await other.converge()
    #expect(rig.fake.snapshot.count == 1 + 2 * (first.count - 1))
    let (plan, _) = try await other.converge(.absent)
    #expect(plan.isGone && rig.fake.snapshot == first)
    _ = try await rig.converge(.absent)
    #expect(rig.fake.snapshot.keys.sorted() == [rig.names.groupID.description.lowercased()])
  }

  @Test func aGivenGroupMustBeThereAndStays() async throws {
    let rig = AzureRig(group: "rg")
    let plan = try await rig.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.existingNotFound])
  }

  @Test func anAdoptedNetworkGetsSubnetsAndLosesNothing() async throws {
    let rig = AzureRig { $0.existingNetworkID = Self.adopted }
    let network = try theirs(rig)
    let before = rig.fake.snapshot
    let (plan, done) = try await rig.converge()
    #expect(plan.problems.isEmpty && plan.report.networkID == Self.adopted)
    #expect(
      !done.contains { $0.contains("virtual network") } && done.filter { $0.contains("create subnet") }.count == 2
    )
    let names = VirtualNetwork(json: try #require(rig.fake[network])).subnets.map(\.name)
    #expect(names.sorted() == ["old", "private-a", "private-b"])
    #expect(rig.fake[network]?["tags"] == .object([:]))
    let (gone, _) = try await rig.converge(.absent)
    #expect(gone.isGone && rig.fake.snapshot == before)
  }

  @Test func anAdoptedNetworkThatIsMissingOrElsewhereIsReported() async throws {
    let rig = AzureRig { $0.existingNetworkID = Self.adopted }
    #expect(try await rig.plan().problems.map(\.kind) == [.existingNotFound])
    let network = try theirs(rig)
    rig.fake[network]?["location"] = "eastus"
    let plan = try await rig.plan()
    #expect(plan.problems.map(\.kind) == [.invalidSpec] && plan.problems[0].message.contains("eastus"))
    rig.fake[network]?["location"] = "westeurope"
    rig.fake[network]?["properties", "addressSpace", "addressPrefixes"] = ["172.16.0.0/16"]
    #expect(try await rig.plan().problems.allSatisfy { $0.part == .subnets && $0.kind == .invalidSpec })
  }

  @Test func theirSubnetOfOurNameStaysTheirs() async throws {
    let rig = AzureRig { $0.existingNetworkID = Self.adopted }
    let network = try theirs(rig)
    rig.place(network.child("subnets", "private-a"), ["addressPrefix": "10.0.0.0/20"])
    let before = rig.fake[network.child("subnets", "private-a")]
    let (plan, _) = try await rig.converge()
    #expect(plan.problems.map(\.kind) == [.foreignObject] && plan.problems[0].part == .subnets)
    let (gone, _) = try await rig.converge(.absent)
    #expect(gone.isGone && rig.fake[network.child("subnets", "private-a")] == before)
  }

  @Test func anAdoptedSubnetIsUsedAsItIs() async throws {
    let rig = AzureRig {
      $0.existingNetworkID = Self.adopted
      $0.subnets[0].existingID = Self.adopted + "/subnets/old"
    }
    let network = try theirs(rig)
    let before = rig.fake[network.child("subnets", "old")]
    let (plan, _) = try await rig.converge()
    #expect(plan.problems.isEmpty && plan.report.subnets.first?.id == Self.adopted + "/subnets/old")
    _ = try await rig.converge(.absent)
    #expect(rig.fake[network.child("subnets", "old")] == before)
  }
}
