import Cloud
import CloudResources
import Foundations
import HTTPTransportTesting
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// What only a person, or time, can resolve.
@Suite struct AWSNetworkTroubleTests {
  @Test func aFailedNATGatewayIsReplacedAndItsCauseReported() async throws {
    var bench = AWSBench(zones: ["a"])
    bench.cloud.change { $0.natFailures = ["InternalError"] }
    try await bench.reconcile()
    bench.cloud.settle()
    let plan = try await bench.reconcile()
    #expect(
      plan.repairs
        == ["NAT gateway nat-0010 in eu-west-1a failed (InternalError: because of InternalError): another is made"]
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
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.cloudFailure])
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
    #expect(plan.waiting == ["NAT gateway nat-0010 in eu-west-1a is pending"])
    #expect(plan.later.first?.contains("0.0.0.0/0") == true && plan.lookAgainAfter == .seconds(15))
    #expect(plan.parts[.egress] == .pending("NAT gateway nat-0010 in eu-west-1a is pending"))
    #expect(plan.parts[.network] == .ready && plan.parts[.subnets] == .ready)
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

  @Test func whatCannotChangeIsNotMadeAgain() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.desired.subnets[0].cidr = IPv4Network(containing: IPv4Address(bits: 0x0a00_8000), prefixLength: 20)
    var plan = try await bench.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.invalidSpec])
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

  @Test func aMissingPermissionIsReportedByItsName() async throws {
    let bench = AWSBench(zones: ["a"])
    bench.faults.inject(.answer(status: 403))
    let error = await #expect(throws: CloudError.self) { try await bench.plan() }
    #expect(error?.kind == .forbidden && error?.operation == "ec2:DescribeVpcs")
  }
}
