import Cloud
import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudNetworks
@testable import Reconcilers

/// Flow logs to a bucket of the user's.
@Suite struct AWSFlowLogTests {
  private static let bucket = "arn:aws:s3:::flow-logs/production"
  private static let line = "flow-log \(bucket)"

  private func logged(_ change: (inout DesiredNetwork) -> Void = { _ in }) -> AWSBench {
    AWSBench(zones: ["a"]) { desired in
      desired.hasFlowLogs = true
      desired.flowLogsBucketARN = Self.bucket
      change(&desired)
    }
  }

  @Test func theyAreCreatedWithTheMarkAndReadWithinTenReads() async throws {
    var bench = logged()
    let (plan, _) = try await bench.settle()
    #expect(AWSBench.unready(plan) == [])
    let log = try #require(bench.cloud.read(\.flowLogs).first)
    #expect(log.traffic == "ALL" && log.tags["cloudlinker.dev/backbone"] == "production/main/u-1")
    #expect(log.tags["team"] == "platform" && plan.report.ids["flow-log"] == log.id)
    bench.cloud.forgetLog()
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(bench.cloud.log.count == 10 && bench.cloud.writes == [])
    #expect(try await bench.settle(.absent).plan.isGone)
    #expect(bench.cloud.inventory == [])
  }

  @Test func aNetworkWithoutThemPaysNoReadForThem() async throws {
    var bench = AWSBench(zones: ["a"])
    try await bench.settle()
    #expect(!bench.cloud.log.contains("DescribeFlowLogs"))
  }

  @Test func oneThatWasDeletedIsMadeAgainAndReported() async throws {
    var bench = logged()
    try await bench.settle()
    bench.cloud.change { $0.flowLogs = [] }
    let plan = try await bench.reconcile()
    #expect(plan.repairs.count == 1 && plan.repairs.first?.hasPrefix("flow-log fl-") == true)
    #expect(bench.cloud.inventory.contains(Self.line))
    #expect(try await bench.settle().actions == 0)
  }

  @Test func anotherBucketReplacesItWithoutAGap() async throws {
    var bench = logged()
    try await bench.settle()
    bench.desired.flowLogsBucketARN = "arn:aws:s3:::others"
    let plan = try await bench.reconcile()
    #expect(
      plan.actions.map(\.description) == [
        "create flow log of vpc-0001 to arn:aws:s3:::others",
        "delete flow log fl-0015",
      ]
    )
    #expect(bench.cloud.read { $0.flowLogs.map(\.destination) } == ["arn:aws:s3:::others"])
    #expect(try await bench.settle().actions == 0)
  }

  /// Whatever the status knows: it may have been lost with the process that wrote it.
  @Test(arguments: [true, false]) func turnedOffOursGoesAndAnothersStays(isKnown: Bool) async throws {
    var bench = logged()
    try await bench.settle()
    bench.cloud.change { state in
      state.flowLogs.append(
        .init(id: "fl-x", resourceID: state.vpcs[0].id, destination: "arn:aws:s3:::x", traffic: "ALL", tags: [:])
      )
    }
    bench.desired.hasFlowLogs = false
    if !isKnown { bench.desired.knownIDs = [:] }
    try await bench.settle()
    #expect(bench.cloud.read { $0.flowLogs.map(\.id) } == ["fl-x"])
    bench.cloud.forgetLog()
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(bench.cloud.log.count == 9 && !bench.cloud.log.contains("DescribeFlowLogs"))
  }

  @Test func aCrashBetweenTheCreationAndTheStatusLeavesNone() async throws {
    var bench = logged()
    let steps = try await bench.plan().actions.count
    try await bench.reconcile(upTo: steps)
    #expect(bench.cloud.inventory.contains(Self.line))
    bench.recent = RecentlyMade()
    bench.desired.knownIDs = [:]
    bench.desired.hasFlowLogs = false
    try await bench.settle()
    #expect(!bench.cloud.inventory.contains(Self.line))
    #expect(try await bench.settle(.absent).plan.isGone)
  }

  @Test func whatIsNotDeliveredIsAProblem() async throws {
    var bench = logged()
    try await bench.settle()
    bench.cloud.change { state in
      state.flowLogs[0].deliveryStatus = "FAILED"
      state.flowLogs[0].deliveryError = "Access error"
    }
    let plan = try await bench.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.permissionMissing])
    #expect(plan.problems.first?.message.contains("\(Self.bucket) (Access error): let delivery.logs") == true)
    bench.cloud.change { $0.flowLogs[0].deliveryError = "Rate limited" }
    #expect(try await bench.plan().problems.map(\.kind) == [.cloudFailure])
    bench.cloud.change { $0.flowLogs[0].deliveryStatus = "SUCCESS" }
    #expect(try await bench.plan().problems.isEmpty)
  }

  @Test func aBucketThatIsNotThereIsReportedInEC2sWords() async throws {
    var bench = logged { $0.flowLogsBucketARN = "arn:aws:s3:::nowhere" }
    let error = await #expect(throws: CloudError.self) { try await bench.settle() }
    #expect(error?.description == "ec2:CreateFlowLogs: 400: LogDestination: does not exist.")
    #expect(error?.isTransient == false)
  }

  @Test func anothersToTheSameBucketIsNamed() async throws {
    var bench = logged { $0.existingNetworkID = "vpc-theirs" }
    bench.cloud.change { state in
      state.vpcs = [
        EC2.VPC(id: "vpc-theirs", cidr: "10.0.0.0/16", cidrs: ["10.0.0.0/16"], state: "available", tags: [:])
      ]
      state.flowLogs = [
        .init(
          id: "fl-x",
          resourceID: "vpc-theirs",
          destination: Self.bucket + "/",
          traffic: "ALL",
          tags: ["Name": "it"]
        )
      ]
    }
    for _ in 0..<4 {
      try await bench.reconcile()
      bench.cloud.settle()
    }
    let plan = try await bench.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.foreignObject])
    #expect(plan.problems.first?.message.hasPrefix("flow log fl-x (it), which is not this Backbone's") == true)
    try await bench.settle(.absent)
    #expect(bench.cloud.read { $0.flowLogs.map(\.id) } == ["fl-x"])
  }

  @Test func aReleaseTakesOurMarksFromIt() async throws {
    var bench = logged()
    try await bench.settle()
    #expect(try await bench.settle(.released).plan.isGone)
    let tags = bench.cloud.read { $0.flowLogs.map(\.tags) + $0.groups.map(\.tags) }
    #expect(tags.count == 3 && tags.allSatisfy { !$0.keys.contains { $0.hasPrefix("cloudlinker.dev") } })
  }

  /// A process that crashed before EC2 showed the first one left a second one, which no route leads to.
  @Test func aSecondInternetGatewayIsFoundAndDeleted() async throws {
    var bench = logged()
    try await bench.reconcile()
    let tags = bench.desired.tags(role: AWSRole.internetGateway)
    bench.cloud.change { $0.gateways.append(.init(id: "igw-second", vpcID: nil, tags: tags)) }
    try await bench.settle()
    #expect(bench.cloud.read { $0.gateways.map(\.id) }.contains("igw-second") == false)
    bench.cloud.forgetLog()
    #expect(try await bench.reconcile().actions.isEmpty)
    #expect(bench.cloud.log.count == 10, "\(bench.cloud.log)")
  }
}
