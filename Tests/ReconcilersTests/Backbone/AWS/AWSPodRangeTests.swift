import Cloud
import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// Ranges of pods: secondary ranges of the VPC, and a subnet of each in every zone.
@Suite struct AWSPodRangeTests {
  private func podded(_ ranges: [String] = ["100.64.0.0/16"]) -> AWSBench {
    AWSBench { desired in
      desired.podRanges = ranges.compactMap { IPv4Network($0) }
      desired.hasGivenPodRanges = true
    }
  }
  private func podSubnets(_ bench: AWSBench) -> [String] {
    bench.cloud.read { $0.subnets.filter { $0.cidr.hasPrefix("100.") }.map { "\($0.zone) \($0.cidr)" }.sorted() }
  }

  @Test func eachZoneGetsAnEighthThatIsRoutedAndInside() async throws {
    var bench = podded()
    let plan = try await bench.settle().plan
    #expect(AWSBench.unready(plan) == [])
    #expect(podSubnets(bench) == ["eu-west-1a 100.64.0.0/19", "eu-west-1b 100.64.32.0/19"])
    #expect(
      plan.report.podRanges == ["100.64.0.0/16"] && plan.report.podSubnets.map(\.zone) == ["eu-west-1a", "eu-west-1b"]
    )
    #expect(plan.report.subnets.count == 2)
    let group = try #require(bench.cloud.read { $0.groups.first { !$0.isDefault } })
    #expect(group.ingress.contains(EC2.Rule(transport: "-1", peer: .ipv4("100.64.0.0/16"))))
    #expect(group.egress.contains(EC2.Rule(transport: "-1", peer: .ipv4("100.64.0.0/16"))))
    #expect(
      bench.cloud.read { state in
        state.subnets.filter { $0.cidr.hasPrefix("100.") }.allSatisfy { subnet in
          subnet.tags["kubernetes.io/role/internal-elb"] == nil
            && state.tables.contains { table in
              table.tags["cloudlinker.dev/role"] == "routes-\(subnet.zone)"
                && table.associations.contains { $0.subnetID == subnet.id }
            }
        }
      }
    )
    bench.cloud.forgetLog()
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(bench.cloud.log.count == 9)
    #expect(try await bench.settle(.absent).plan.isGone)
    #expect(bench.cloud.inventory == [])
  }

  @Test func aDefaultRangeCostsNothing() async throws {
    var bench = AWSBench { $0.podRanges = [IPv4Network("100.64.0.0/16")].compactMap { $0 } }
    try await bench.settle()
    #expect(podSubnets(bench) == [] && !bench.cloud.writes.contains("AssociateVpcCidrBlock"))
  }

  @Test func aRangeThatGoesTakesItsSubnetsAlongAndAnothersStays() async throws {
    var bench = podded(["100.64.0.0/16", "100.70.0.0/24"])
    try await bench.settle()
    #expect(podSubnets(bench).count == 4)
    bench.cloud.change { state in
      state.vpcs[0].cidrs.append("100.90.0.0/16")
      state.vpcs[0].associations["100.90.0.0/16"] = "vpc-cidr-assoc-theirs"
    }
    bench.desired.podRanges = [IPv4Network("100.70.0.0/24")].compactMap { $0 }
    try await bench.settle()
    #expect(podSubnets(bench) == ["eu-west-1a 100.70.0.0/27", "eu-west-1b 100.70.0.32/27"])
    #expect(bench.cloud.read { Set($0.vpcs[0].associations.keys) } == ["100.70.0.0/24", "100.90.0.0/16"])
  }

  /// An endpoint leaves the zone first, and the range is remembered meanwhile.
  @Test func aRangeGoesTogetherWithAZoneThatEndpointsAreIn() async throws {
    var bench = podded()
    bench.desired.privateServices = ["sts"]
    try await bench.settle()
    bench.desired.subnets.removeLast()
    bench.desired.podRanges = []
    bench.desired.hasGivenPodRanges = false
    try await bench.settle()
    #expect(podSubnets(bench) == [] && bench.cloud.read { $0.vpcs[0].associations.isEmpty })
  }

  @Test func podsInASubnetKeepItsRange() async throws {
    var bench = podded()
    try await bench.settle()
    let subnet = try #require(bench.cloud.read { $0.subnets.first { $0.cidr.hasPrefix("100.") }?.id })
    bench.cloud.change { state in
      state.interfaces = [
        EC2.NetworkInterface(
          id: "eni-pod",
          subnetID: subnet,
          description: "",
          kind: "interface",
          groupIDs: [],
          tags: [:]
        )
      ]
    }
    bench.desired.hasGivenPodRanges = false
    let error = await #expect(throws: CloudError.self) { try await bench.settle() }
    #expect(error?.message.contains("eni-pod") == true)
    #expect(bench.cloud.read { $0.vpcs[0].associations["100.64.0.0/16"] } != nil)
  }

  @Test func aRangeThatOthersTookIsAddedAgainAndReported() async throws {
    var bench = podded()
    try await bench.settle()
    bench.cloud.change { state in
      state.subnets.removeAll { $0.cidr.hasPrefix("100.") }
      state.vpcs[0].associations = [:]
      state.vpcs[0].cidrs = ["10.0.0.0/16"]
    }
    // The first pass remembers that the range is to be added.
    #expect(try await bench.reconcile().later.contains { $0.hasPrefix("add range 100.64.0.0/16") })
    let plan = try await bench.reconcile()
    #expect(plan.repairs.contains { $0.hasPrefix("pod-range-100.64.0.0/16 vpc-cidr-assoc-") })
    try await bench.settle()
    #expect(podSubnets(bench).count == 2)
  }

  @Test func anAdoptedVPCMustHaveTheRange() async throws {
    var bench = podded()
    bench.desired.existingNetworkID = "vpc-theirs"
    bench.cloud.change { state in
      state.vpcs = [
        EC2.VPC(id: "vpc-theirs", cidr: "10.0.0.0/16", cidrs: ["10.0.0.0/16"], state: "available", tags: [:])
      ]
    }
    let plan = try await bench.plan()
    #expect(plan.problems.map(\.kind) == [.existingNotFound])
    #expect(plan.problems.first?.message.contains("100.64.0.0/16 of spec.network.podRanges") == true)
    bench.cloud.change { state in
      state.vpcs[0].cidrs.append("100.64.0.0/10")
      state.vpcs[0].associations["100.64.0.0/10"] = "vpc-cidr-assoc-theirs"
    }
    try await bench.settle()
    #expect(podSubnets(bench).count == 2)
    try await bench.settle(.absent)
    #expect(podSubnets(bench) == [] && bench.cloud.read { $0.vpcs[0].associations.count } == 1)
  }

  /// Histories 385 and 776: EC2 keeps no tags with a range, so the ledger must hold the intention before the request.
  @Test(arguments: [true, false])
  func aRangeThatIsAddedInACrashIsRemovedWhenTheSpecDropsIt(isShownLate: Bool) async throws {
    var bench = AWSBench()
    try await bench.settle()
    bench.desired.podRanges = podded().desired.podRanges
    bench.desired.hasGivenPodRanges = true
    try await bench.reconcile()
    let actions = try await bench.plan().actions
    let adding = try #require(actions.firstIndex { if case .addRange = $0 { true } else { false } })
    try await bench.reconcile(upTo: adding + 1)
    bench.recent = RecentlyMade()
    bench.desired.hasGivenPodRanges = false
    let added = try #require(bench.cloud.read { $0.vpcs[0].associations["100.64.0.0/16"] })
    if isShownLate {
      bench.cloud.change { $0.vpcs[0].associations = [:] }
      try await bench.reconcile()
      bench.cloud.change { $0.vpcs[0].associations["100.64.0.0/16"] = added }
    }
    try await bench.settle()
    #expect(bench.cloud.read { $0.vpcs[0].associations.isEmpty })
    #expect(!bench.desired.ledger.settled.keys.contains { $0.hasPrefix("pod-range-") })
  }

  @Test func aCrashBetweenAnyTwoCallsLeavesNothing() async throws {
    var first = podded()
    let steps = try await first.settle().actions
    for step in stride(from: 0, to: steps, by: 3) {
      var bench = podded()
      for _ in 0...step { try await bench.reconcile(upTo: 1) }
      bench.cloud.settle()
      bench.recent = RecentlyMade()
      bench.desired.ledger = Ledger()
      try await bench.settle()
      #expect(bench.cloud.inventory == first.cloud.inventory, "after \(step) calls")
      try await bench.settle(.absent)
      #expect(bench.cloud.inventory == [], "after \(step) calls")
    }
  }
}
