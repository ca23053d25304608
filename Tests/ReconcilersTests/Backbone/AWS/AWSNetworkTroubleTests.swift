import Cloud
import Foundations
import HTTPTransportTesting
import Testing

@testable import AWS
@testable import Reconcilers

/// What only a person, or time, can resolve.
@Suite struct AWSNetworkTroubleTests {
  @Test func aFailedNATGatewayIsReplacedAndItsCauseTold() async throws {
    var bench = AWSBench(zones: ["a"])
    bench.cloud.change { $0.natFailures = ["InternalError"] }
    try await bench.reconcile()
    bench.cloud.settle()
    let plan = try await bench.reconcile()
    #expect(
      plan.repairs
        == ["NAT gateway nat-0009 in eu-west-1a failed (InternalError: because of InternalError): another is made"]
    )
    try await bench.settle()
    #expect(bench.cloud.inventory.contains("nat-eu-west-1a available"))
    #expect(bench.cloud.read { $0.addresses.count } == 1)
  }

  @Test func aNATGatewayThatKeepsFailingIsNotTriedForEver() async throws {
    var bench = AWSBench(zones: ["a"])
    bench.cloud.change { $0.natFailures = Array(repeating: "InsufficientFreeAddressesInSubnet", count: 20) }
    for _ in 0..<8 { try await bench.reconcile() }
    let plan = try await bench.reconcile()
    #expect(bench.cloud.read { $0.nats.count } == 3)
    #expect(plan.actions.isEmpty && plan.problems.map(\.reason) == ["CloudFailure"])
    #expect(plan.problems.first?.message.contains("InsufficientFreeAddressesInSubnet") == true)
    #expect(plan.lookAgainAfter == .seconds(600))
    bench.cloud.change { state in
      state.nats = []
      state.natFailures = []
    }
    try await bench.settle()
    #expect(bench.cloud.inventory.contains("nat-eu-west-1a available"))
  }

  @Test func whileANATGatewayIsPendingItsRouteWaits() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.reconcile()
    let plan = try await bench.plan()
    #expect(plan.waiting == ["NAT gateway nat-0009 in eu-west-1a is pending"])
    #expect(plan.later.first?.contains("0.0.0.0/0") == true && plan.lookAgainAfter == .seconds(15))
    #expect(plan.parts[.egress] == .pending("NAT gateway nat-0009 in eu-west-1a is pending"))
    #expect(plan.parts[.network] == .ready && plan.parts[.subnets] == .ready)
  }

  @Test func whoHoldsASubnetIsNamed() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.cloud.change { state in
      state.interfaces = [
        EC2.NetworkInterface(
          id: "eni-1",
          subnetID: state.subnets[1].id,
          description: "ELB app/shop",
          kind: "network_load_balancer",
          instanceID: nil,
          groupIDs: [],
          tags: [:]
        )
      ]
    }
    try await bench.reconcile(.absent, upTo: 3)
    bench.cloud.settle()
    let message = await #expect(throws: CloudError.self) { for _ in 0..<5 { try await bench.reconcile(.absent) } }
    #expect(message?.kind == .inUse)
    #expect(
      message?.message
        == "subnet subnet-0010 is in use by network interface eni-1 (network_load_balancer, ELB app/shop): remove them"
    )
    bench.cloud.change { $0.interfaces = [] }
    #expect(try await bench.settle(.absent).plan.isGone)
  }

  @Test func whatOthersMadeInTheVPCIsNamedAndLeft() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.cloud.change { state in
      let vpc = state.vpcs[0].id
      state.subnets.append(
        EC2.Subnet(
          id: "subnet-x",
          vpcID: vpc,
          zone: "z",
          cidr: "10.0.64.0/24",
          state: "available",
          freeAddresses: 1,
          tags: ["Name": "legacy"]
        )
      )
      state.groups.append(EC2.SecurityGroup(id: "sg-x", vpcID: vpc, name: "web", ingress: [], egress: [], tags: [:]))
    }
    var plan = try await bench.plan()
    #expect(plan.actions.isEmpty, "they are in nobody's way while the network is wanted")
    for _ in 0..<6 {
      plan = try await bench.reconcile(.absent)
      bench.cloud.settle()
    }
    #expect(plan.actions.isEmpty && !plan.isGone)
    #expect(
      plan.problems.map(\.message) == [
        "VPC vpc-0001 cannot be deleted while these are in it, which are not this Backbone's: subnet subnet-x (legacy), "
          + "security group sg-x (web)"
      ]
    )
    #expect(bench.cloud.inventory.contains("- 10.0.64.0/24 z"))
  }

  @Test func whoUsesOurInternetGatewayInAnAdoptedVPCIsNamed() async throws {
    var bench = AWSBench(zones: ["a"]) { $0.existingNetworkID = "vpc-theirs" }
    bench.cloud.change { state in
      state.vpcs = [
        EC2.VPC(id: "vpc-theirs", cidr: "10.0.0.0/16", cidrs: ["10.0.0.0/16"], state: "available", tags: [:])
      ]
    }
    try await bench.settle()
    bench.cloud.change { state in
      var theirs = state.nats[0]
      theirs.id = "nat-theirs"
      theirs.subnetID = "subnet-theirs"
      theirs.allocationIDs = []
      theirs.tags = [:]
      state.nats.append(theirs)
    }
    var plan = try await bench.plan(.absent)
    for _ in 0..<6 {
      plan = try await bench.reconcile(.absent)
      bench.cloud.settle()
    }
    #expect(plan.problems.map(\.reason) == ["InUse"] && !plan.isGone)
    #expect(plan.problems.first?.message.contains("nat-theirs") == true)
    #expect(bench.cloud.inventory == ["- available", "igw internet-gateway true", "vpc 10.0.0.0/16 false"])
  }

  @Test func aSubnetOfSomebodyElseWhereOursShouldBeIsAProblem() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.reconcile(upTo: 2)
    bench.cloud.change { state in
      state.subnets.append(
        EC2.Subnet(
          id: "subnet-x",
          vpcID: state.vpcs[0].id,
          zone: "z",
          cidr: "10.0.8.0/24",
          state: "available",
          freeAddresses: 1,
          tags: [:]
        )
      )
    }
    let plan = try await bench.plan()
    #expect(
      plan.problems.map(\.part) == [.subnets]
        && plan.problems.first?.message.contains("subnet-x has 10.0.8.0/24") == true
    )
  }

  @Test func whatCannotChangeIsNotMadeAnew() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.desired.subnets[0].cidr = IPv4Network(containing: IPv4Address(bits: 0x0a00_8000), prefixLength: 20)
    var plan = try await bench.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.reason) == ["InvalidSpec"])
    bench.desired.cidr = IPv4Network(containing: IPv4Address(bits: 0x0a00_0000), prefixLength: 15)
    plan = try await bench.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.part) == [.network])
  }

  @Test func aVPCFullOfPrivateSubnetsHasNoRoomForEgress() async throws {
    let bench = AWSBench(zones: ["a"]) { desired in
      desired.subnets[0].cidr = desired.cidr
    }
    let plan = try await bench.plan()
    #expect(plan.problems.map(\.part) == [.egress] && plan.problems.first?.message.contains("/28") == true)
  }

  @Test func aMissingPermissionIsToldByItsName() async throws {
    let bench = AWSBench(zones: ["a"])
    bench.faults.inject(.answer(status: 403))
    let error = await #expect(throws: CloudError.self) { try await bench.plan() }
    #expect(error?.kind == .forbidden && error?.operation == "ec2:DescribeVpcs")
  }
}
