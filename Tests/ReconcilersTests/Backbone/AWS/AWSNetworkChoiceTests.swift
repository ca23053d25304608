import CloudLinkerAPI
import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// What the spec chooses, and what is adopted.
@Suite struct AWSNetworkChoiceTests {
  private func has(_ bench: AWSBench, _ prefix: String) -> Int {
    bench.cloud.inventory.filter { $0.hasPrefix(prefix) }.count
  }

  @Test func sharedEgressHasOneGatewayForAllZones() async throws {
    var bench = AWSBench(zones: ["a", "b", "c"]) { $0.egress.addresses = .shared }
    let (plan, _) = try await bench.settle()
    #expect(has(bench, "nat-") == 1 && has(bench, "address-") == 1 && has(bench, "subnet-public") == 1)
    #expect(has(bench, "routes-eu-west-1") == 3 && plan.report.egressAddresses.count == 1)
    #expect(bench.cloud.read { Set($0.tables.suffix(3).flatMap { $0.routes.map(\.target) }).count } == 1)
  }

  @Test func withoutEgressNothingIsPublic() async throws {
    var bench = AWSBench { $0.egress.addresses = .none }
    try await bench.settle()
    for prefix in ["nat-", "address-", "subnet-public", "igw", "routes-public"] { #expect(has(bench, prefix) == 0) }
    bench.cloud.forgetLog()
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(bench.cloud.log.count == 9)
    bench.cloud.change { state in
      state.gateways.append(.init(id: "igw-x", vpcID: state.vpcs[0].id, tags: [:]))
      state.tables[1].routes = [.init(destination: "0.0.0.0/0", target: "igw-x", state: "active")]
    }
    #expect(try await bench.reconcile().repairs.first?.contains("where the spec wants no way out") == true)
    #expect(bench.cloud.read { $0.tables[1].routes } == [])
  }

  @Test func egressCanBeTakenAwayAndGivenBack() async throws {
    var bench = AWSBench()
    try await bench.settle()
    let before = bench.cloud.inventory
    bench.desired.egress.addresses = .shared
    try await bench.settle()
    #expect(has(bench, "nat-") == 1 && has(bench, "address-") == 1)
    bench.desired.egress.addresses = .none
    try await bench.settle()
    #expect(has(bench, "nat-") + has(bench, "address-") + has(bench, "igw") + has(bench, "subnet-public") == 0)
    bench.desired.egress.addresses = .perZone
    try await bench.settle()
    #expect(bench.cloud.inventory == before)
  }

  @Test func aRenamedSubnetTakesTheRangeOfTheOldOneOnceThatIsDeleted() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.desired.subnets[0].name = "renamed"
    let plan = try await bench.plan()
    #expect(plan.problems.isEmpty)
    #expect(plan.later.contains { $0.hasPrefix("create subnet-renamed 10.0.0.0/20 in eu-west-1a once subnet-") })
    try await bench.settle()
    #expect(has(bench, "subnet-renamed 10.0.0.0/20") == 1 && has(bench, "subnet-private-a") == 0)
  }

  @Test func givenAddressesAreUsedAndNeverReleased() async throws {
    var bench = AWSBench { $0.egress.existingIDs = ["eipalloc-user1", "eipalloc-user2"] }
    bench.cloud.change { state in
      for index in 1...3 {
        state.addresses.append(
          EC2.Address(allocationID: "eipalloc-user\(index)", publicIP: "198.51.100.\(index)", tags: ["Name": "user"])
        )
      }
    }
    let (plan, _) = try await bench.settle()
    #expect(plan.report.egressAddresses == ["198.51.100.1", "198.51.100.2"])
    bench.desired.egress.existingIDs[1] = "eipalloc-user3"
    let changed = try await bench.settle()
    #expect(changed.plan.report.egressAddresses == ["198.51.100.1", "198.51.100.3"])
    #expect(changed.plan.report.remarks[.egress] == nil)
    bench.desired.egress.existingIDs.append("eipalloc-user2")
    #expect(try await bench.settle().plan.report.remarks[.egress]?.hasSuffix("not used: eipalloc-user2") == true)
    try await bench.settle(.absent)
    #expect(bench.cloud.inventory == ["- false", "- false", "- false"])
  }

  @Test func anAdoptedVPCGetsWhatIsAskedForAndIsLeftAsItWas() async throws {
    var bench = AWSBench { desired in
      desired.existingNetworkID = "vpc-theirs"
      desired.subnets.append(
        .init(
          name: "theirs",
          zone: "eu-west-1a",
          cidr: IPv4Network(containing: IPv4Address(bits: 0x0a00_4000), prefixLength: 24),
          existingID: "subnet-theirs"
        )
      )
    }
    bench.cloud.change { state in
      state.vpcs = [
        EC2.VPC(id: "vpc-theirs", cidr: "10.0.0.0/16", cidrs: ["10.0.0.0/16"], state: "available", tags: ["a": "b"])
      ]
      state.subnets = [
        EC2.Subnet(
          id: "subnet-theirs",
          vpcID: "vpc-theirs",
          zone: "eu-west-1a",
          cidr: "10.0.64.0/24",
          state: "available",
          freeAddresses: 250,
          tags: [:]
        ),
        EC2.Subnet(
          id: "subnet-last",
          vpcID: "vpc-theirs",
          zone: "eu-west-1a",
          cidr: "10.0.255.0/24",
          state: "available",
          freeAddresses: 250,
          tags: [:]
        ),
      ]
      state.gateways = [EC2.InternetGateway(id: "igw-theirs", vpcID: "vpc-theirs", tags: [:])]
      state.groups = [
        EC2.SecurityGroup(
          id: "sg-theirs",
          vpcID: "vpc-theirs",
          name: "default",
          ingress: [],
          egress: [.init(transport: "-1", peer: .ipv4("0.0.0.0/0"))],
          tags: [:]
        )
      ]
    }
    let before = bench.cloud.inventory
    let (plan, _) = try await bench.settle()
    #expect(AWSBench.unready(plan) == [] && plan.report.networkID == "vpc-theirs")
    #expect(plan.report.subnets.map(\.id).contains("subnet-theirs"))
    #expect(bench.cloud.read { $0.gateways.map(\.id) } == ["igw-theirs"])
    #expect(bench.cloud.read { $0.vpcs[0].tags } == ["a": "b"])
    #expect(bench.cloud.inventory.contains("subnet-public-eu-west-1a 10.0.254.240/28 eu-west-1a"))
    bench.cloud.forgetLog()
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(bench.cloud.log.count <= 9)
    #expect(try await bench.settle(.absent).plan.isGone)
    #expect(bench.cloud.inventory == before)
  }

  @Test func anAdoptedVPCThatIsNotThereIsReportedAndNothingMade() async throws {
    let bench = AWSBench { $0.existingNetworkID = "vpc-nowhere" }
    let plan = try await bench.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.existingNotFound])
  }

  @Test func aSubnetThatIsTakenOutOfTheSpecGoes() async throws {
    var bench = AWSBench(zones: ["a", "b"])
    try await bench.settle()
    bench.desired.subnets.removeLast()
    try await bench.settle()
    #expect(bench.cloud.inventory.filter { $0.contains("eu-west-1b") } == [])
  }
}
