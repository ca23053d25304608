import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// Ways out that exist: NAT gateways, appliances and transit gateways of the user's.
@Suite struct AWSWayOutTests {
  private func routes(_ bench: AWSBench) -> [String] {
    bench.cloud.read { state in
      state.tables.compactMap { table in
        guard let role = table.tags["cloudlinker.dev/role"] else { return nil }
        return "\(role) \(table.routes.map(\.target).joined(separator: ","))"
      }.sorted()
    }
  }

  @Test func oneNextHopServesAllZonesAndNoNATGatewayIsMade() async throws {
    var bench = AWSBench { $0.egress.existingNextHops = ["tgw-1"] }
    bench.cloud.change { $0.nextHops = ["tgw-1"] }
    let plan = try await bench.settle().plan
    #expect(AWSBench.unready(plan) == [])
    #expect(routes(bench) == ["routes-eu-west-1a tgw-1", "routes-eu-west-1b tgw-1"])
    #expect(bench.cloud.read { $0.nats.isEmpty && $0.addresses.isEmpty && $0.gateways.isEmpty })
    #expect(plan.report.egressAddresses == [])
    bench.cloud.forgetLog()
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(bench.cloud.log.count == 9)
    try await bench.settle(.absent)
    #expect(bench.cloud.inventory == [])
  }

  @Test func eachZoneHasItsOwnAppliance() async throws {
    var bench = AWSBench { $0.egress.existingNextHops = ["vpce-a", "eni-b"] }
    bench.cloud.change { $0.nextHops = ["vpce-a", "eni-b"] }
    try await bench.settle()
    #expect(routes(bench) == ["routes-eu-west-1a vpce-a", "routes-eu-west-1b eni-b"])
  }

  @Test func anApplianceThatIsNotThereIsNamed() async throws {
    var bench = AWSBench { $0.egress.existingNextHops = ["eni-gone"] }
    bench.cloud.change { $0.nextHops = ["eni-gone"] }
    try await bench.settle()
    bench.cloud.change { $0.nextHops = [] }
    let plan = try await bench.plan()
    #expect(plan.actions.isEmpty && Set(plan.problems.map(\.kind)) == [.existingNotFound])
    #expect(plan.problems.first?.message.contains("eni-gone, which is not there or forwards nothing") == true)
  }

  @Test func fromNATGatewaysToAnApplianceTheRoutesMoveFirst() async throws {
    var bench = AWSBench()
    try await bench.settle()
    bench.cloud.change { $0.nextHops = ["tgw-1"] }
    bench.desired.egress.existingNextHops = ["tgw-1"]
    let actions = try await bench.plan().actions.map(\.description)
    let moved = try #require(actions.lastIndex { $0.hasPrefix("route 0.0.0.0/0") })
    let deleted = try #require(actions.firstIndex { $0.hasPrefix("delete NAT gateway") })
    #expect(moved < deleted)
    try await bench.settle()
    #expect(bench.cloud.read { $0.addresses.isEmpty && $0.gateways.isEmpty })
    #expect(bench.cloud.read { $0.nats.allSatisfy { $0.state == "deleted" } })
  }

  @Test func aNATGatewayOfTheUsersIsUsedAndLeftAlone() async throws {
    var bench = AWSBench { desired in
      desired.existingNetworkID = "vpc-theirs"
      desired.egress.existingNATGatewayIDs = ["nat-theirs"]
    }
    bench.cloud.change { state in
      state.vpcs = [
        EC2.VPC(id: "vpc-theirs", cidr: "10.0.0.0/16", cidrs: ["10.0.0.0/16"], state: "available", tags: [:])
      ]
      state.nats = [
        EC2.NATGateway(
          id: "nat-theirs",
          vpcID: "vpc-theirs",
          subnetID: "subnet-theirs",
          state: "available",
          allocationIDs: ["eipalloc-theirs"],
          publicIPs: ["198.51.100.1"],
          tags: [:]
        )
      ]
    }
    let plan = try await bench.settle().plan
    #expect(AWSBench.unready(plan) == [] && plan.report.egressAddresses == ["198.51.100.1"])
    #expect(routes(bench) == ["routes-eu-west-1a nat-theirs", "routes-eu-west-1b nat-theirs"])
    bench.cloud.change { $0.nats[0].state = "deleting" }
    let broken = try await bench.plan()
    #expect(broken.problems.map(\.kind) == [.existingNotFound])
    #expect(broken.problems.first?.message.contains("NAT gateway nat-theirs is deleting") == true)
    bench.cloud.change { $0.nats[0].state = "available" }
    try await bench.settle(.absent)
    #expect(bench.cloud.read { $0.nats.count == 1 && $0.nats[0].state == "available" && $0.tables.isEmpty })
  }
}
