import Cloud
import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// What is not ours is never touched, and named where it is in the way.
@Suite struct AWSNetworkForeignTests {
  @Test func theUserOfASubnetIsNamed() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.cloud.change { state in
      state.interfaces = [
        EC2.NetworkInterface(
          id: "eni-1",
          subnetID: state.subnets[0].id,
          description: "ELB app/shop",
          kind: "network_load_balancer",
          instanceID: nil,
          groupIDs: [],
          tags: [:]
        )
      ]
    }
    let subnet = bench.cloud.read { $0.subnets[0].id }
    let message = await #expect(throws: CloudError.self) {
      for _ in 0..<5 {
        try await bench.reconcile(.absent)
        bench.cloud.settle()
      }
    }
    #expect(message?.kind == .inUse)
    #expect(
      message?.message
        == "subnet \(subnet) is in use by network interface eni-1 (network_load_balancer, ELB app/shop): remove them"
    )
    bench.cloud.change { $0.interfaces = [] }
    #expect(try await bench.settle(.absent).plan.isGone)
  }

  @Test func aForeignUserOfOurRouteTableIsNamedAndLeftAlone() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    bench.cloud.change { state in
      state.subnets.append(
        EC2.Subnet(
          id: "subnet-x",
          vpcID: state.vpcs[0].id,
          zone: "z",
          cidr: "10.0.64.0/24",
          state: "available",
          freeAddresses: 1,
          tags: [:]
        )
      )
      state.tables[1].associations.append(.init(id: "rtbassoc-x", subnetID: "subnet-x", isMain: false))
    }
    var plan = try await bench.plan(.absent)
    for _ in 0..<6 {
      plan = try await bench.reconcile(.absent)
      bench.cloud.settle()
    }
    #expect(plan.problems.contains { $0.part == .routes && $0.message.contains("while subnet subnet-x uses it") })
    #expect(bench.cloud.read { $0.tables.contains { $0.associations.contains { $0.id == "rtbassoc-x" } } })
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
      let open = EC2.Rule(transport: "tcp", from: 22, to: 22, peer: .ipv4("0.0.0.0/0"))
      state.groups.append(
        EC2.SecurityGroup(id: "sg-x", vpcID: vpc, name: "web", ingress: [open], egress: [.allOut], tags: [:])
      )
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

  @Test func aForeignUserOfOurInternetGatewayInAnAdoptedVPCIsNamed() async throws {
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
    #expect(plan.problems.map(\.kind) == [.inUse] && !plan.isGone)
    #expect(plan.problems.first?.message.contains("nat-theirs") == true)
    #expect(bench.cloud.inventory == ["- available", "igw internet-gateway true", "vpc 10.0.0.0/16 false"])
  }
}
