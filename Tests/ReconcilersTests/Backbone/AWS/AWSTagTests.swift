import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// Tags that come into the spec, change there and leave it.
@Suite struct AWSTagTests {
  private func logged() -> AWSBench {
    AWSBench(zones: ["a"]) { desired in
      desired.hasFlowLogs = true
      desired.flowLogsBucketARN = "arn:aws:s3:::logs"
      desired.tags = ["team": "platform", "cost": "7"]
    }
  }

  /// Of everything of ours, what is not.
  private func tags(_ bench: AWSBench) -> [[String: String]] {
    bench.cloud.read { state in
      var all = state.vpcs.map(\.tags) + state.subnets.map(\.tags) + state.gateways.map(\.tags)
      all += state.addresses.map(\.tags) + state.nats.map(\.tags) + state.tables.map(\.tags)
      all += state.groups.map(\.tags) + state.endpoints.map(\.tags) + state.flowLogs.map(\.tags)
      return all.filter { $0["cloudlinker.dev/backbone"] != nil }.map { tags in
        tags.filter { !$0.key.hasPrefix("cloudlinker.dev") && !$0.key.hasPrefix("kubernetes.io") && $0.key != "Name" }
      }
    }
  }

  @Test(arguments: [true, false]) func aTagTakenOutOfTheSpecGoesFromEverythingOfOurs(isStatusKept: Bool) async throws {
    var bench = logged()
    try await bench.settle()
    bench.cloud.change { $0.subnets[0].tags["kubernetes.io/cluster/shop"] = "owned" }
    bench.desired.tags = ["team": "network"]
    if !isStatusKept { bench.desired.knownIDs = [:] }
    let plan = try await bench.reconcile()
    #expect(plan.repairs.isEmpty, "the spec changed it, nobody else")
    let left = tags(bench)
    #expect(left.count == 11 && left.allSatisfy { $0 == ["team": "network"] }, "\(left)")
    #expect(bench.cloud.read { $0.subnets[0].tags["kubernetes.io/cluster/shop"] } == "owned")
    #expect(try await bench.settle().actions == 0)
    bench.desired.tags = [:]
    try await bench.settle()
    #expect(tags(bench).allSatisfy { $0.isEmpty })
    #expect(bench.cloud.read { !$0.vpcs[0].tags.keys.contains(TagRecord.key) })
  }

  @Test func whatOthersSetOrChangedStays() async throws {
    var bench = logged()
    try await bench.settle()
    bench.cloud.change { state in
      state.vpcs[0].tags["owner"] = "finance"
      state.vpcs[0].tags["cost"] = "8"
    }
    bench.desired.tags = ["owner": "finance"]
    try await bench.settle()
    bench.desired.tags = [:]
    try await bench.settle()
    let left = try #require(tags(bench).first)
    #expect(left == ["owner": "finance", "cost": "8"], "one was there before us, the other was changed after us")
  }

  @Test func aCrashBetweenAnyTwoCallsLeavesNoTag() async throws {
    var bench = logged()
    try await bench.settle()
    bench.desired.tags = ["team": "network", "new": "1"]
    let steps = try await bench.plan().actions.count
    #expect(steps >= 2)
    for step in 0..<steps {
      var bench = logged()
      try await bench.settle()
      bench.desired.tags = ["team": "network", "new": "1"]
      try await bench.reconcile(upTo: step)
      try await bench.settle()
      #expect(tags(bench).allSatisfy { $0 == ["team": "network", "new": "1"] }, "crashed after \(step) calls")
    }
  }

  @Test func oneCallTagsEverythingThatLacksTheSame() async throws {
    var bench = AWSBench()
    try await bench.settle()
    bench.cloud.forgetLog()
    bench.desired.tags["cost"] = "7"
    let plan = try await bench.reconcile()
    #expect(bench.cloud.writes == ["CreateTags"])
    #expect(plan.actions.map(\.description).first?.contains(" more: cloudlinker.dev/tags, cost") == true)
    #expect(tags(bench).allSatisfy { $0 == ["team": "platform", "cost": "7"] })
    bench.cloud.change { state in
      state.vpcs[0].tags["team"] = "someone"
      state.subnets[0].tags["team"] = nil
    }
    let repairs = try await bench.reconcile().repairs
    #expect(repairs.count == 2 && repairs.contains { $0.hasSuffix("set team; team was \"someone\"") })
    #expect(repairs.contains { $0.hasSuffix("had other tags than the spec says: set team") })
  }

  /// Histories 434 and 608.
  @Test func tagsOfTheS3EndpointAndTheInternetGatewayAreSetAgain() async throws {
    var bench = logged()
    try await bench.settle()
    bench.cloud.change { state in
      state.endpoints[0].tags["team"] = "someone"
      state.gateways[0].tags["team"] = nil
    }
    let repairs = try await bench.reconcile().repairs
    #expect(repairs.contains { $0.hasPrefix("vpce-") && $0.hasSuffix("set team; team was \"someone\"") })
    #expect(repairs.contains { $0.hasPrefix("igw-") && $0.hasSuffix("set team") })
    #expect(tags(bench).allSatisfy { $0 == ["team": "platform", "cost": "7"] })
  }

  @Test func tagsOfASubnetComeGoAndAreOnNothingElse() async throws {
    var bench = AWSBench(zones: ["a", "b"]) { desired in
      desired.tags = [:]
      for index in desired.subnets.indices { desired.subnets[index].tags = ["karpenter.sh/discovery": "shop"] }
      desired.subnets[1].tags["tier"] = "db"
    }
    try await bench.settle()
    #expect(
      Set(tags(bench)) == [[:], ["karpenter.sh/discovery": "shop"], ["karpenter.sh/discovery": "shop", "tier": "db"]]
    )
    bench.cloud.change { state in
      for index in state.subnets.indices where state.subnets[index].tags["tier"] == "db" {
        state.subnets[index].tags["tier"] = "web"
      }
    }
    #expect(try await bench.settle().actions == 1)
    bench.desired.subnets[1].tags = [:]
    try await bench.settle()
    #expect(tags(bench).filter { $0 == ["karpenter.sh/discovery": "shop"] }.count == 1)
    #expect(tags(bench).allSatisfy { $0["tier"] == nil })
    #expect(try await bench.settle().actions == 0)
  }
}
