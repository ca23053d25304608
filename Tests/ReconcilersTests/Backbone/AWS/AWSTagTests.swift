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

  @Test func deathBetweenAnyTwoCallsLeavesNoTag() async throws {
    var bench = logged()
    try await bench.settle()
    bench.desired.tags = ["team": "network", "new": "1"]
    let steps = try await bench.plan().actions.count
    #expect(steps > 15)
    for step in 0..<steps {
      var bench = logged()
      try await bench.settle()
      bench.desired.tags = ["team": "network", "new": "1"]
      try await bench.reconcile(upTo: step)
      try await bench.settle()
      #expect(tags(bench).allSatisfy { $0 == ["team": "network", "new": "1"] }, "died after \(step) calls")
    }
  }
}
