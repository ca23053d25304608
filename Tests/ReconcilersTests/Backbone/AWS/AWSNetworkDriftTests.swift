import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// What others change in a network that was as it should be, what is done about it, and that it is told.
@Suite struct AWSNetworkDriftTests {
  struct Drift: Sendable, CustomTestStringConvertible {
    var name: String
    /// Words of the events.
    var repairs: [String]
    var change: @Sendable (inout FakeEC2.State) -> Void
    var testDescription: String { name }
  }

  static let drifts: [Drift] = [
    Drift(name: "a way in was opened", repairs: ["had rules into it that the spec does not have: TCP 22 0.0.0.0/0"]) {
      state in
      state.groups[1].ingress.insert(.init(transport: "tcp", from: 22, to: 22, peer: .ipv4("0.0.0.0/0")))
    },
    Drift(name: "a way out was closed", repairs: ["lacked rules out of it: TCP 443 0.0.0.0/0"]) { state in
      state.groups[1].egress.remove(.init(transport: "tcp", from: 443, to: 443, peer: .ipv4("0.0.0.0/0")))
    },
    Drift(
      name: "the default group was opened",
      repairs: ["had rules out of it that the spec does not have: all 0.0.0.0/0"]
    ) {
      $0.groups[0].egress.insert(.init(transport: "-1", peer: .ipv4("0.0.0.0/0")))
    },
    Drift(name: "a private route is missing", repairs: ["was missing: set to nat-"]) { $0.tables[2].routes = [] },
    Drift(name: "the public route is missing", repairs: ["was missing: set to igw-"]) { $0.tables[1].routes = [] },
    Drift(name: "a private route leads elsewhere", repairs: ["led to igw-"]) { state in
      state.tables[2].routes[0].target = state.gateways[0].id
    },
    Drift(name: "a subnet is in another table", repairs: ["was associated with route table"]) { state in
      state.tables[1].associations.append(state.tables[2].associations.removeLast())
    },
    Drift(name: "a subnet is in no table", repairs: []) { $0.tables[2].associations = [] },
    Drift(name: "a table is deleted", repairs: ["routes-eu-west-1a rtb-", "was missing: set to nat-"]) { state in
      let id = state.tables.remove(at: 2).id
      state.endpoints[0].routeTableIDs.removeAll { $0 == id }
    },
    Drift(name: "the endpoint is deleted", repairs: ["s3-endpoint vpce-"]) { $0.endpoints = [] },
    Drift(name: "the endpoint lost a table", repairs: []) { $0.endpoints[0].routeTableIDs.removeLast() },
    Drift(name: "DNS host names are off", repairs: ["DNS host names were off in vpc-"]) { $0.dns = [] },
    Drift(
      name: "tags were changed",
      repairs: ["subnet-", "had other tags than the spec says: set cloudlinker.dev/role, team"]
    ) { state in
      state.subnets[2].tags["team"] = "others"
      state.subnets[2].tags["cloudlinker.dev/role"] = nil
    },
    Drift(name: "the group is deleted", repairs: ["firewall-workload sg-"]) { $0.groups.remove(at: 1) },
    Drift(name: "a private subnet is deleted", repairs: ["subnet-private-a subnet-"]) { state in
      let id = state.subnets.remove(at: 2).id
      for index in state.tables.indices { state.tables[index].associations.removeAll { $0.subnetID == id } }
    },
    Drift(name: "a NAT gateway is deleted", repairs: ["nat-eu-west-1a nat-", "led to nat-"]) { state in
      state.nats[0].state = "deleted"
      state.addresses[0].associationID = nil
    },
    Drift(name: "the internet gateway is detached", repairs: ["was not attached to vpc-"]) {
      $0.gateways[0].vpcID = nil
    },
    Drift(name: "a second address was allocated for a zone", repairs: []) { state in
      state.addresses.append(
        .init(allocationID: "eipalloc-0000", publicIP: "203.0.113.250", tags: state.addresses[0].tags)
      )
    },
    Drift(name: "a second internet gateway is ours", repairs: []) { state in
      state.gateways.append(.init(id: "igw-9999", vpcID: nil, tags: state.gateways[0].tags))
    },
    Drift(name: "a second NAT gateway of a zone", repairs: []) { state in
      var other = state.nats[0]
      other.id = "nat-0000"
      state.nats.append(other)
    },
    Drift(name: "a second table of a role", repairs: []) { state in
      state.tables.append(
        .init(id: "rtb-0000", vpcID: state.vpcs[0].id, routes: [], associations: [], tags: state.tables[2].tags)
      )
    },
  ]

  @Test(arguments: drifts) func driftIsRepairedAndReported(drift: Drift) async throws {
    var bench = AWSBench()
    try await bench.settle()
    let before = bench.cloud.inventory
    bench.cloud.change { drift.change(&$0) }
    var told: [String] = []
    for _ in 0..<5 {
      told += try await bench.reconcile().repairs
      bench.cloud.settle()
    }
    #expect(bench.cloud.inventory == before)
    for words in drift.repairs { #expect(told.contains { $0.contains(words) }, "\(words) not in \(told)") }
    if drift.repairs.isEmpty { #expect(told == []) }
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(try await bench.settle(.absent).plan.isGone)
    #expect(bench.cloud.inventory == [])
  }

  @Test func whatOthersAddedWithoutHarmStays() async throws {
    var bench = AWSBench()
    try await bench.settle()
    bench.cloud.change { state in
      state.tables[2].routes.append(.init(destination: "172.16.0.0/12", target: "igw-1", state: "active"))
      state.vpcs[0].tags["cost-center"] = "17"
    }
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(bench.cloud.read { $0.vpcs[0].tags["cost-center"] } == "17")
  }

  @Test func aNetworkThatWasDeletedBySomeoneElseIsMadeAgain() async throws {
    var bench = AWSBench()
    try await bench.settle()
    let before = bench.cloud.inventory
    bench.cloud.change { state in
      let tokens = state.tokens
      state = FakeEC2.State()
      state.tokens = tokens
      state.count = 500
    }
    let plan = try await bench.reconcile()
    #expect(plan.repairs.contains { $0.hasPrefix("vpc vpc-0001 was deleted by someone else") })
    bench.cloud.settle()
    try await bench.settle()
    #expect(bench.cloud.inventory == before)
  }

  @Test func aNetworkThatLostItsMarkIsNotMadeASecondTime() async throws {
    var bench = AWSBench()
    try await bench.settle()
    bench.cloud.change { $0.vpcs[0].tags["cloudlinker.dev/backbone"] = nil }
    let plan = try await bench.reconcile()
    #expect(plan.actions.isEmpty)
    #expect(plan.problems.map(\.kind) == [.foreignObject])
    #expect(plan.problems.first?.message.contains("cloudlinker.dev/backbone=production/main/u-1") == true)
    #expect(AWSBench.unready(plan).count == NetworkPart.allCases.count)
  }
}
