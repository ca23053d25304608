import AWS
import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// From nothing to a network and back, over an EC2 that is as strict as the real one.
@Suite struct AWSNetworkLifeTests {
  private static let complete = [
    "- default in 0 out 0", "- routes 0 associations 1", "address-eu-west-1a true", "address-eu-west-1b true",
    "firewall-workload cloudlinker production/main workload u-1 in 2 out 2",
    "igw internet-gateway true", "nat-eu-west-1a available",
    "nat-eu-west-1b available", "routes-eu-west-1a routes 1 associations 1",
    "routes-eu-west-1b routes 1 associations 1",
    "routes-public routes 1 associations 2", "s3 2", "subnet-private-a 10.0.0.0/20 eu-west-1a",
    "subnet-private-b 10.0.16.0/20 eu-west-1b", "subnet-public-eu-west-1a 10.0.255.240/28 eu-west-1a",
    "subnet-public-eu-west-1b 10.0.255.224/28 eu-west-1b", "vpc 10.0.0.0/16 true",
  ]

  @Test func aNetworkIsMadeStaysAsItIsAndGoesWithoutATrace() async throws {
    var bench = AWSBench()
    let (plan, _) = try await bench.settle()
    #expect(AWSBench.unready(plan) == [])
    #expect(bench.cloud.inventory == Self.complete)
    #expect(plan.report.egressAddresses.count == 2 && plan.report.firewallIDs.count == 1)
    #expect(plan.report.subnets.map(\.name) == ["private-a", "private-b"])
    #expect(plan.repairs.isEmpty && plan.problems.isEmpty)
    bench.cloud.forgetLog()
    let unchanged = try await bench.reconcile()
    #expect(unchanged.actions.isEmpty && unchanged.lookAgainAfter == nil)
    #expect(bench.cloud.log.count == 9)
    let (gone, _) = try await bench.settle(.absent)
    #expect(gone.isGone)
    #expect(bench.cloud.inventory == [])
  }

  @Test func dnsIsReadInEveryThirdLook() async throws {
    var bench = AWSBench()
    bench.time = bench.world.time
    try await bench.settle()
    let network = bench.network
    func look(after wait: Duration, _ ledger: Ledger = Ledger()) async throws -> Int {
      bench.world.time.advance(by: wait)
      bench.cloud.forgetLog()
      var desired = bench.desired
      desired.ledger = ledger
      let state = try await network.gather(desired, .present)
      #expect(state.hasDNSHostnames && state.hasDNSSupport)
      return bench.cloud.log.count
    }
    #expect(try await look(after: .zero) == 9)
    #expect(try await look(after: .seconds(720)) == 8)
    #expect(try await look(after: .seconds(720)) == 8)
    #expect(try await look(after: .seconds(480)) == 9)
    var ledger = Ledger()
    let error = CloudError(.invalid, operation: "ec2:CreateVpcEndpoint", message: "DNS is off")
    ledger.refusals["create endpoint sts"] = RefusedAction(error, after: nil, now: bench.world.time.timestamp)
    #expect(try await look(after: .seconds(480), ledger) == 9, "a refusal may have to do with DNS")
  }

  @Test func everythingIsMarkedAndNamedFromTheStart() async throws {
    var bench = AWSBench()
    try await bench.settle()
    #expect(!bench.cloud.writes.contains("CreateTags"))
    let tags = bench.cloud.read { state in
      state.vpcs.map(\.tags) + state.subnets.map(\.tags) + state.gateways.map(\.tags) + state.addresses.map(\.tags)
        + state.nats.map(\.tags) + state.tables.dropFirst().map(\.tags) + state.groups.dropFirst().map(\.tags)
        + state.endpoints.map(\.tags)
    }
    #expect(tags.count == 15)
    for tag in tags {
      #expect(tag["cloudlinker.dev/backbone"] == "production/main/u-1")
      #expect(tag["team"] == "platform")
      #expect(tag["Name"] == "production-main-\(tag["cloudlinker.dev/role"] ?? "?")")
    }
    #expect(tags.filter { $0["kubernetes.io/role/internal-elb"] == "1" }.count == 2)
  }

  @Test func aCrashBetweenAnyTwoActionsOfTheCreationChangesNothingInTheEnd() async throws {
    let steps = try await AWSBench().plan().actions.count
    #expect(steps > 20)
    for step in 0...steps {
      var bench = AWSBench()
      try await bench.reconcile(upTo: step)
      bench.recent = RecentlyMade()
      bench.desired.knownIDs = [:]
      try await bench.settle()
      #expect(bench.cloud.inventory == Self.complete, "crashed after \(step) actions")
      #expect(try await bench.settle(.absent).plan.isGone)
      #expect(bench.cloud.inventory == [], "crashed after \(step) actions")
    }
  }

  @Test func aCrashWithTheAnswerOfAnyActionChangesNothingInTheEnd() async throws {
    let steps = try await AWSBench().plan().actions.count
    for step in 0..<steps {
      var bench = AWSBench()
      bench.faults.inject(.loseAnswer, on: { Self.isWrite($0) }, skipping: step)
      await #expect(throws: (any Error).self) { try await bench.reconcile() }
      bench.recent = RecentlyMade()
      try await bench.settle()
      #expect(bench.cloud.inventory == Self.complete, "lost the answer to action \(step)")
    }
  }

  @Test func aCrashBetweenAnyTwoActionsOfTheDeletionLeavesNothing() async throws {
    for step in 0..<30 {
      var bench = AWSBench()
      try await bench.settle()
      var left = step
      while left > 0 {
        let count = try await bench.plan(.absent).actions.count
        try await bench.reconcile(.absent, upTo: left)
        bench.cloud.settle()
        left -= max(1, count)
      }
      bench.faults.inject(.loseAnswer, on: { Self.isWrite($0) })
      _ = try? await bench.reconcile(.absent)
      bench.faults.clear()
      #expect(try await bench.settle(.absent).plan.isGone)
      #expect(bench.cloud.inventory == [], "crashed after \(step) actions")
    }
  }

  /// History 192: EC2 refuses to delete a subnet with a NAT gateway in it, and the NAT gateway waits for private subnets.
  @Test func aPublicSubnetWithoutItsRoleTagIsDeletedAfterItsNATGateway() async throws {
    var bench = AWSBench()
    try await bench.settle()
    bench.cloud.change { state in
      for index in state.subnets.indices { state.subnets[index].tags["cloudlinker.dev/role"] = nil }
    }
    bench.desired.ledger = Ledger()
    #expect(try await bench.settle(.absent).plan.isGone)
    #expect(bench.cloud.inventory == [])
  }

  @Test func aDescribeThatLagsCausesNoSecondNetwork() async throws {
    var bench = AWSBench()
    bench.cloud.change { $0.isSlow = true }
    try await bench.reconcile()
    let waiting = try await bench.plan()
    #expect(waiting.actions.isEmpty && waiting.lookAgainAfter == .seconds(5))
    #expect(waiting.waiting.first?.contains("does not show it yet") == true)
    try await bench.settle()
    #expect(bench.cloud.inventory == Self.complete)
  }

  @Test func aDescribeThatLagsCausesNoSecondNetworkInTheNextProcessEither() async throws {
    var bench = AWSBench()
    bench.cloud.change { $0.isSlow = true }
    try await bench.reconcile()
    bench.recent = RecentlyMade()
    let waiting = try await bench.plan()
    #expect(waiting.actions.isEmpty && waiting.waiting.first?.contains("does not show it yet") == true)
    try await bench.settle()
    #expect(bench.cloud.inventory == Self.complete)
    #expect(bench.world.status?.ledger?.fresh == nil, "what is shown is not remembered as fresh")
  }

  @Test func aSecondNetworkOfACrashDuringTheLagIsRemoved() async throws {
    var bench = AWSBench()
    bench.cloud.change { $0.isSlow = true }
    try await bench.reconcile(upTo: 12)
    bench.recent = RecentlyMade()
    try await bench.reconcile(upTo: 8)
    bench.cloud.settle()
    bench.recent = RecentlyMade()
    #expect(bench.cloud.read { $0.vpcs.count } == 2)
    try await bench.settle()
    #expect(bench.cloud.inventory == Self.complete)
  }

  /// What stands then proves its endpoint, which is not asked for any more; the second network's might be there.
  @Test func aSecondNetworkThatIsListedAfterTheFirstIsCompleteIsRemoved() async throws {
    var bench = AWSBench()
    try await bench.settle()
    let first = bench.cloud.read { $0.vpcs[0].id }
    var twin = bench
    twin.desired.knownIDs = [:]
    bench.cloud.change { $0.hidden = [first] }
    try await twin.reconcile(upTo: 2)
    bench.cloud.change { $0.hidden = [] }
    #expect(bench.cloud.read { $0.vpcs.count } == 2)
    try await bench.settle()
    #expect(bench.cloud.inventory == Self.complete)
    #expect(bench.cloud.read { $0.vpcs[0].id } == first)
  }

  /// The one with more subnets stays, and what is in the other is none of its: the NAT gateway there routes nothing here.
  @Test func whatIsInTheNetworkThatGoesIsNotUsed() async throws {
    var bench = AWSBench()
    try await bench.settle()
    var twin = bench
    twin.desired.knownIDs = [:]
    bench.cloud.change { $0.hidden = [$0.vpcs[0].id] }
    try await twin.reconcile(upTo: 2)
    bench.cloud.change { state in
      state.hidden = []
      let more = state.subnets.map { subnet in
        var copy = subnet
        copy.id += "-copy"
        copy.vpcID = state.vpcs[1].id
        return copy
      }
      var extra = more[0]
      extra.id += "-2"
      state.subnets += more + [extra]
    }
    try await bench.settle()
    #expect(bench.cloud.inventory == Self.complete)
  }

  @Test func aReleaseLeavesEverythingButTheMarks() async throws {
    var bench = AWSBench()
    try await bench.settle()
    let (plan, _) = try await bench.settle(.released)
    #expect(plan.isGone)
    #expect(bench.cloud.read { $0.vpcs.count + $0.subnets.count + $0.nats.count } == 7)
    #expect(bench.cloud.read { $0.subnets.allSatisfy { $0.tags["cloudlinker.dev/backbone"] == nil } })
    #expect(bench.cloud.read { $0.vpcs.first?.tags["team"] } == "platform")
  }

  private static func isWrite(_ request: HTTPRequest) -> Bool {
    !String(decoding: request.body ?? [], as: UTF8.self).contains("Action=Describe")
  }
}
