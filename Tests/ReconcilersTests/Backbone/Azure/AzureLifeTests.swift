import Azure
import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct AzureLifeTests {
  @Test func aNetworkIsMadeInOrderAndThenLeftAlone() async throws {
    let rig = AzureRig()
    let (plan, done) = try await rig.converge()
    let group = rig.names.groupID.name
    #expect(
      done == [
        "create resource group \(group)", "create virtual network \(group)",
        "create network security group of subnet private-a \(group)-private-a",
        "create network security group of subnet private-b \(group)-private-b", "create route table \(group)-routes",
        "create public address 1 \(group)-address-1", "create public address 2 \(group)-address-2",
        "create NAT gateway 1 \(group)-nat-1", "create NAT gateway 2 \(group)-nat-2",
        "create subnet private-a: 10.0.0.0/20", "create subnet private-b: 10.0.16.0/20",
      ]
    )
    #expect(plan.problems.isEmpty && plan.later.isEmpty && plan.repairs.isEmpty && plan.lookAgainAfter == nil)
    #expect(plan.parts.values.allSatisfy { $0 == .ready } && plan.parts.count == NetworkPart.allCases.count)
    #expect(plan.report.networkID == rig.networkID.description)
    #expect(plan.report.subnets.map(\.name) == ["private-a", "private-b"])
    #expect(plan.report.subnets.first?.freeAddresses == 4091)
    #expect(plan.report.egressAddresses.count == 2 && plan.report.firewallIDs.count == 2)
    #expect(plan.report.ids["nat/1"] == rig.names.id(.nat("1")).description)
  }

  @Test func anUnchangedNetworkTakesAtMostEightReadsAndNoWrite() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    rig.fake.state.withLock { state in
      state.reads = 0
      state.writes = []
    }
    let plan = try await rig.plan()
    #expect(plan.actions.isEmpty)
    #expect(rig.fake.state.withLock { $0.reads } <= 8)
    #expect(rig.fake.state.withLock { $0.writes }.isEmpty)
  }

  @Test func everySubnetIsClosedButForItsGateway() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    for (name, zone) in [("private-a", "1"), ("private-b", "2")] {
      let subnet = Subnet(json: try #require(rig.fake[rig.subnetID(name)]))
      #expect(!subnet.defaultOutboundAccess && subnet.natGateway == rig.names.id(.nat(zone)))
      #expect(subnet.networkSecurityGroup == rig.names.id(.firewall(name)))
      #expect(subnet.routeTable == rig.names.id(.routes))
    }
    #expect(rig.fake[rig.names.id(.nat("1"))]?["zones"] == ["1"])
  }

  @Test func aNetworkGoesInOrder() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    let (plan, done) = try await rig.converge(.absent)
    #expect(plan.isGone && plan.problems.isEmpty && rig.fake.snapshot.isEmpty)
    func index(_ start: String) -> Int { done.firstIndex { $0.hasPrefix(start) } ?? -1 }
    #expect(done.count == 11)
    #expect(index("delete subnet private-b") == 1)
    #expect(index("delete NAT gateway 1") > 1 && index("delete virtual network") > 1)
    #expect(index("delete public address 1") > index("delete NAT gateway 1"))
    #expect(index("delete resource group") == 10)
  }

  @Test(arguments: [false, true])
  func aCrashAnywhereWhileMakingChangesNothing(isAfter: Bool) async throws {
    let calm = AzureRig()
    let (_, all) = try await calm.converge()
    for number in all.indices {
      let rig = AzureRig()
      let (plan, done) = try await rig.converge(crash: .init(number: number, isAfter: isAfter))
      #expect(plan.problems.isEmpty && done.sorted() == all.sorted())
      #expect(rig.fake.snapshot == calm.fake.snapshot)
    }
  }

  @Test(arguments: [false, true])
  func aCrashAnywhereWhileDeletingChangesNothing(isAfter: Bool) async throws {
    for number in 0..<11 {
      let rig = AzureRig()
      _ = try await rig.converge()
      let (plan, done) = try await rig.converge(.absent, crash: .init(number: number, isAfter: isAfter))
      #expect(plan.isGone && rig.fake.snapshot.isEmpty && done.count == 11)
    }
  }

  @Test func deletionAtEveryStepOfMakingLeavesNothing() async throws {
    for steps in 0..<12 {
      let rig = AzureRig()
      var left = steps
      rounds: for _ in 0..<20 {
        var ledger = Ledger()
        for action in try await rig.plan().actions {
          guard left > 0 else { break rounds }
          try await rig.network.perform(action, rig.desired, &ledger)
          left -= 1
        }
        rig.fake.settle()
      }
      let (plan, _) = try await rig.converge(.absent)
      #expect(plan.isGone && rig.fake.snapshot.isEmpty)
    }
  }

  @Test(arguments: [false, true])
  func aCrashAnywhereWhileRepairingChangesNothing(isAfter: Bool) async throws {
    let calm = AzureRig()
    _ = try await calm.converge()
    let whole = calm.fake.snapshot
    for number in 0..<4 {
      let rig = AzureRig()
      _ = try await rig.converge()
      rig.fake[rig.subnetID("private-a")]?["properties", "natGateway"] = nil
      rig.fake[rig.subnetID("private-b")]?["properties", "defaultOutboundAccess"] = true
      rig.fake[rig.names.id(.firewall("private-a"))]?["properties", "securityRules"] = []
      rig.fake[rig.names.id(.routes)]?["properties", "routes"] = []
      let (plan, done) = try await rig.converge(crash: .init(number: number, isAfter: isAfter))
      #expect(plan.problems.isEmpty && done.count == 4)
      #expect(rig.fake.snapshot == whole)
    }
  }

  @Test func whatIsRetainedLosesItsMarkAndNothingElse() async throws {
    let rig = AzureRig()
    _ = try await rig.converge()
    let (plan, done) = try await rig.converge(.released)
    #expect(plan.isGone && done.count == 9 && done.allSatisfy { $0.hasPrefix("tag ") })
    #expect(rig.fake[rig.networkID]?["tags"] == ["team": "blue"])
    #expect(rig.fake[rig.subnetID("private-a")] != nil)
    #expect(try await rig.plan(.absent).isGone)
  }
}
