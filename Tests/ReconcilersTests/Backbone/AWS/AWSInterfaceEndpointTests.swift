import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// Interface endpoints, by which a network without a way out reaches AWS's own services.
@Suite struct AWSInterfaceEndpointTests {
  private func cut(_ zones: [String] = ["a", "b"], _ change: (inout DesiredNetwork) -> Void = { _ in }) -> AWSBench {
    AWSBench(zones: zones) { desired in
      desired.egress.addresses = .none
      desired.privateServices = ["ecr.api", "sts"]
      change(&desired)
    }
  }

  @Test func theyAreCreatedWithAGroupOfTheirOwnAndDeletedWithTheNetwork() async throws {
    var bench = cut()
    let (plan, _) = try await bench.settle()
    #expect(AWSBench.unready(plan) == [])
    let endpoints = bench.cloud.read { $0.endpoints.filter(\.isInterface) }
    #expect(
      endpoints.map(\.serviceName).sorted() == ["com.amazonaws.eu-west-1.ecr.api", "com.amazonaws.eu-west-1.sts"]
    )
    #expect(endpoints.allSatisfy { $0.subnetIDs.count == 2 && $0.hasPrivateDNS && $0.tags["team"] == "platform" })
    let group = try #require(
      bench.cloud.read { $0.groups.first { $0.tags["cloudlinker.dev/role"] == "firewall-endpoints" } }
    )
    #expect(endpoints.allSatisfy { $0.groupIDs == [group.id] })
    #expect(group.ingress.map(\.description) == ["TCP 443 10.0.0.0/16"] && group.egress.isEmpty)
    let workload = bench.cloud.read { $0.groups.first { $0.tags["cloudlinker.dev/role"] == "firewall-workload" } }
    #expect(workload?.egress.map(\.description).contains("TCP 443 10.0.0.0/16") == true, "or nothing could reach them")
    #expect(plan.report.firewallIDs.count == 2)
    bench.cloud.forgetLog()
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(bench.cloud.log.count <= 9 && !bench.cloud.log.contains("DescribeVpcEndpointServices"))
    #expect(try await bench.settle(.absent).plan.isGone)
    #expect(bench.cloud.inventory == [] && bench.cloud.read(\.interfaces) == [])
  }

  @Test func servicesAreNotReadWithoutInterfaceEndpoints() async throws {
    var bench = AWSBench()
    try await bench.settle()
    bench.cloud.forgetLog()
    try await bench.reconcile()
    #expect(bench.cloud.log.count == 9 && !bench.cloud.log.contains("DescribeVpcEndpointServices"))
  }

  /// Whatever the status knows: it may have been lost with the process that wrote it.
  @Test(arguments: [true, false]) func oneThatTheSpecDropsGoesAndTheGroupAfterTheLast(isKnown: Bool) async throws {
    var bench = cut()
    try await bench.settle()
    bench.desired.privateServices = ["sts"]
    if !isKnown { bench.desired.ledger = Ledger() }
    try await bench.settle()
    #expect(bench.cloud.read { $0.endpoints.filter(\.isInterface).count } == 1)
    bench.desired.privateServices = []
    if !isKnown { bench.desired.ledger = Ledger() }
    try await bench.settle()
    #expect(bench.cloud.read { !$0.endpoints.contains(where: \.isInterface) && $0.groups.count == 2 })
    #expect(try await bench.reconcile().actions.isEmpty)
  }

  @Test func aZoneThatGoesIsLeftBeforeItsSubnetGoes() async throws {
    var bench = cut()
    try await bench.settle()
    bench.desired.subnets.removeLast()
    try await bench.settle()
    #expect(bench.cloud.read { $0.subnets.map(\.zone) } == ["eu-west-1a"])
    #expect(bench.cloud.read { $0.endpoints.filter(\.isInterface).allSatisfy { $0.subnetIDs.count == 1 } })
  }

  @Test func zonesWithoutTheServiceAreLeftOut() async throws {
    var bench = cut()
    bench.cloud.change { $0.services["com.amazonaws.eu-west-1.sts"] = ["eu-west-1b"] }
    #expect(AWSBench.unready(try await bench.settle().plan) == [])
    let placed = bench.cloud.read { state in
      state.endpoints.filter { $0.serviceName.hasSuffix(".sts") }.flatMap(\.subnetIDs)
    }
    #expect(placed == bench.cloud.read { $0.subnets.filter { $0.zone == "eu-west-1b" }.map(\.id) })
  }

  @Test func aServiceThatTheRegionLacksIsNamedAndTheOthersAreMade() async throws {
    var bench = cut { $0.privateServices = ["ecr.apis", "sts"] }
    let plan = try await bench.settle().plan
    #expect(plan.problems.map(\.kind) == [.invalidSpec])
    #expect(plan.problems.first?.message.contains("eu-west-1 has no service com.amazonaws.eu-west-1.ecr.apis") == true)
    #expect(bench.cloud.read { $0.endpoints.filter(\.isInterface).count } == 1)
  }

  @Test func anothersPrivateNameIsNamed() async throws {
    var bench = cut { $0.privateServices = ["sts"] }
    try await bench.settle()
    bench.desired.privateServices = []
    try await bench.settle()
    bench.cloud.change { state in
      var theirs = EC2.Endpoint(
        id: "vpce-x",
        vpcID: state.vpcs[0].id,
        serviceName: "com.amazonaws.eu-west-1.sts",
        state: "available",
        routeTableIDs: [],
        tags: ["Name": "it"]
      )
      (theirs.isInterface, theirs.hasPrivateDNS) = (true, true)
      state.endpoints.append(theirs)
    }
    bench.desired.privateServices = ["sts"]
    let plan = try await bench.settle().plan
    #expect(plan.problems.map(\.kind) == [.foreignObject])
    #expect(plan.problems.first?.message.contains("vpce-x (it)") == true)
  }

  @Test func whatOthersChangedIsPutRightAndReported() async throws {
    var bench = cut()
    try await bench.settle()
    bench.cloud.change { state in
      for index in state.endpoints.indices where state.endpoints[index].serviceName.hasSuffix(".sts") {
        let left = state.endpoints[index].subnetIDs.removeLast()
        state.interfaces.removeAll { $0.subnetID == left && $0.description.contains(state.endpoints[index].id) }
        state.endpoints[index].groupIDs.append(state.groups[0].id)
        state.endpoints[index].hasPrivateDNS = false
      }
    }
    let plan = try await bench.reconcile()
    #expect(plan.repairs.count == 1 && plan.repairs[0].contains("of sts was not as the spec says: add subnet-"))
    #expect(try await bench.settle().actions == 0)
  }

  @Test func aReleaseTakesOurMarksFromAllThatStays() async throws {
    var bench = cut()
    try await bench.settle()
    bench.desired.privateServices = ["sts"]
    try await bench.reconcile()
    #expect(bench.cloud.read { $0.endpoints.contains { $0.state == "deleting" } })
    let plan = try await bench.plan(.released)
    let going = bench.cloud.read { $0.endpoints.filter { $0.state == "deleting" }.map(\.id) }
    #expect(!plan.actions.contains { action in going.contains { action.description.contains($0) } })
    #expect(try await bench.settle(.released).plan.isGone)
    let tags = bench.cloud.read { $0.endpoints.map(\.tags) + $0.groups.map(\.tags) }
    #expect(tags.allSatisfy { !$0.keys.contains { $0.hasPrefix("cloudlinker.dev") } })
  }

  @Test func aCrashBetweenAnyTwoCallsLeavesNothing() async throws {
    var first = cut(["a"])
    let steps = try await first.settle().actions
    for step in 0..<steps {
      var bench = cut(["a"])
      for _ in 0...step { try await bench.reconcile(upTo: 1) }
      bench.recent = RecentlyMade()
      bench.desired.ledger = Ledger()
      try await bench.settle()
      #expect(bench.cloud.inventory == first.cloud.inventory, "after \(step) calls")
      bench.desired.privateServices = []
      try await bench.settle(.absent)
      #expect(bench.cloud.inventory == [], "after \(step) calls")
    }
  }
}
