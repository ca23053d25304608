import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import Kubernetes
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// Whatever runs in a private subnet keeps its way out, its address and its firewall.
@Suite struct AWSNetworkWorkloadTests {
  private func occupy(_ bench: AWSBench, _ role: String) throws {
    let subnet = try #require(bench.cloud.read { $0.subnets.first { $0.tags["cloudlinker.dev/role"] == role }?.id })
    bench.cloud.change {
      $0.interfaces.append(
        EC2.NetworkInterface(
          id: "eni-1",
          subnetID: subnet,
          description: "web server",
          kind: "interface",
          instanceID: nil,
          groupIDs: [],
          tags: [:]
        )
      )
    }
  }

  @Test func aZoneThatIsTakenAwayKeepsServingTheMachinesInIt() async throws {
    var bench = AWSBench(zones: ["a", "b"])
    try await bench.settle()
    try occupy(bench, "subnet-private-b")
    let before = bench.cloud.inventory
    bench.desired.subnets.removeLast()
    for _ in 0..<4 {
      let error = await #expect(throws: CloudError.self) { try await bench.reconcile() }
      #expect(error?.kind == .inUse && error?.message.contains("eni-1 (web server)") == true)
      bench.cloud.settle()
    }
    #expect(bench.cloud.inventory == before)
    #expect(bench.world.condition(.ready)?.reason == "InUse")
    bench.cloud.change { $0.interfaces = [] }
    try await bench.settle()
    #expect(bench.cloud.inventory.filter { $0.contains("eu-west-1b") } == [])
  }

  @Test func aDeletionTakesNothingWhileAMachineIsInside() async throws {
    var bench = AWSBench(zones: ["a", "b"])
    try await bench.settle()
    try occupy(bench, "subnet-private-b")
    let before = bench.cloud.inventory
    let plan = try await bench.reconcile(.absent)
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.inUse])
    #expect(plan.problems.first?.message.contains("network interface eni-1 (web server)") == true)
    #expect(bench.cloud.inventory == before)
    #expect(bench.world.status?.networkID != nil, "the status goes on saying what is there")
    bench.cloud.change { $0.interfaces = [] }
    #expect(try await bench.settle(.absent).plan.isGone)
    #expect(bench.cloud.inventory == [])
  }

  @Test func sharedEgressMovesToAnotherZoneWithoutAGap() async throws {
    var bench = AWSBench(zones: ["a", "b"]) { $0.egress.addresses = .shared }
    try await bench.settle()
    bench.desired.subnets.swapAt(0, 1)
    for _ in 0..<8 {
      try await bench.reconcile()
      let (live, targets) = bench.cloud.read { state in
        (
          state.nats.filter { $0.state == "available" }.map(\.id),
          state.tables.flatMap(\.routes).map(\.target).filter { $0.hasPrefix("nat") }
        )
      }
      #expect(targets.count == 2 && targets.allSatisfy(live.contains), "\(targets) of \(live)")
      bench.cloud.settle()
    }
    #expect(bench.cloud.inventory.filter { $0.hasPrefix("nat-") } == ["nat-eu-west-1b available"])
  }

  @Test func aQuotaForAddressesKeepsNoFirewallOpenAndNoSubnetFromBeingMade() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.cloud.change { state in
      state.refusals["AllocateAddress"] = "AddressLimitExceeded"
      guard let group = state.groups.firstIndex(where: { !$0.isDefault }) else { return }
      state.groups[group].ingress.insert(.init(transport: "tcp", from: 22, to: 22, peer: .ipv4("0.0.0.0/0")))
    }
    bench.desired.subnets.append(
      .init(name: "private-b", zone: "eu-west-1b", cidr: try IPv4Network(parsing: "10.0.16.0/20"))
    )
    await #expect(throws: CloudError.self) { try await bench.reconcile() }
    #expect(!bench.cloud.read { $0.groups.contains { $0.ingress.contains { $0.from == 22 } } })
    #expect(bench.cloud.inventory.contains { $0.hasPrefix("subnet-private-b") })
    #expect(bench.cloud.inventory.contains { $0.hasPrefix("routes-eu-west-1b") })
    #expect(bench.world.condition(.ready)?.reason == "QuotaExceeded")
    #expect(bench.world.condition(.egressReady)?.reason == "QuotaExceeded")
    #expect(bench.world.condition(.firewallReady)?.status == "False", "it was repaired in this pass")
  }

  @Test func aZoneWithoutNATGatewaysStillGetsItsFirewallsAndSubnets() async throws {
    var bench = AWSBench(zones: ["a", "b"])
    bench.cloud.change { $0.refusals["CreateNatGateway"] = "NotAvailableInZone" }
    for _ in 0..<3 {
      _ = try? await bench.reconcile()
      bench.cloud.settle()
    }
    let inventory = bench.cloud.inventory
    #expect(inventory.contains("- default in 0 out 0"))
    #expect(inventory.filter { $0.hasPrefix("subnet-private") }.count == 2)
    #expect(bench.world.condition(.firewallReady)?.status == "True")
    #expect(bench.world.condition(.egressReady)?.status == "False")
  }

  @Test func aSubnetThatIsNamedAsThePublicOneIsRefused() async throws {
    let bench = AWSBench(zones: ["a"]) { $0.subnets[0].name = "public-eu-west-1a" }
    let plan = try await bench.plan()
    #expect(plan.problems.map(\.kind) == [.invalidSpec])
    #expect(plan.problems.first?.message.contains("choose another") == true)
  }

  @Test func anAddressThatADeletedGatewayStillHoldsIsNoMatterOfCredentials() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.desired.egress.addresses = .none
    bench.cloud.change { $0.refusals["ReleaseAddress"] = "AuthFailure" }
    var kinds: [CloudError.Kind] = []
    for _ in 0..<5 {
      do { try await bench.reconcile() } catch let error as CloudError { kinds.append(error.kind) }
      bench.cloud.settle()
    }
    #expect(!kinds.isEmpty && kinds.allSatisfy { $0 == .inUse })
    #expect(bench.world.condition(.ready)?.reason == "InUse")
  }
}
