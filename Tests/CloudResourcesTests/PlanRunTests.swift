import Cloud
import CloudResources
import Foundations
import Testing

enum TestPart: CaseIterable { case network, egress }

struct TestAction: PlanAction {
  var description: String
  var provides: Set<String> = []
  var needs: Set<String> = []
}

typealias TestPlan = ResourcePlan<TestPart, TestAction, Int>

@Suite struct PlanRunTests {
  /// vpc → subnet → gateway, and a firewall that needs the vpc only.
  private static let plan: TestPlan = {
    var plan = TestPlan(report: 0, obstacle: "the network")
    plan.act(.network, TestAction(description: "vpc", provides: ["vpc"]))
    plan.act(.network, TestAction(description: "subnet", provides: ["subnet"], needs: ["vpc"]))
    plan.act(.egress, TestAction(description: "gateway", provides: ["gateway"], needs: ["subnet"]))
    plan.act(.egress, TestAction(description: "route", needs: ["gateway"]))
    plan.act(.network, TestAction(description: "firewall", needs: ["vpc"]))
    return plan
  }()

  private func run(failing: [String: CloudError.Kind]) -> PlanRun<TestPart, TestAction, Int> {
    var run = PlanRun(Self.plan)
    while let step = run.next() {
      if let kind = failing[step.action.description] {
        run.failed(CloudError(kind, operation: "test", message: "refused"))
      } else {
        run.succeeded()
      }
    }
    return run
  }

  @Test(arguments: [
    (["vpc": CloudError.Kind.quota], [], ["subnet", "gateway", "route", "firewall"]),
    (["subnet": .quota], ["vpc", "firewall"], ["gateway", "route"]),
    (["gateway": .forbidden], ["vpc", "subnet", "firewall"], ["route"]),
    (["route": .conflict], ["vpc", "subnet", "gateway", "firewall"], []),
    (["subnet": .throttled], ["vpc"], ["gateway", "route", "firewall"]),
    (["subnet": .unauthenticated], ["vpc"], ["gateway", "route", "firewall"]),
    ([:], ["vpc", "subnet", "gateway", "route", "firewall"], []),
  ])
  func whatNeedsAFailedActionIsSkippedAndTheRestIsDone(
    failing: [String: CloudError.Kind],
    performed: [String],
    skipped: [String]
  ) {
    let run = run(failing: failing)
    #expect(run.performed.map(\.action.description) == performed)
    #expect(run.skipped.map(\.action.description) == skipped)
    #expect(run.failures.count == failing.count)
  }

  @Test func onlyTroubleWithTheCloudItselfEndsARun() {
    #expect(run(failing: ["subnet": .throttled]).end?.kind == .throttled)
    #expect(run(failing: ["subnet": .quota]).end == nil)
  }
}

@Suite struct ResourcePlanTests {
  @Test func aPartThatNobodyComparedIsNotReady() {
    var plan = TestPlan(report: 0, obstacle: "the network")
    #expect(plan.parts == [.network: .pending("the network"), .egress: .pending("the network")])
    plan.judge(.network)
    #expect(plan.parts[.network] == .ready && !plan.isReady)
    plan.judge()
    #expect(plan.isReady)
  }

  @Test func theFirstCauseOfAPartCountsAndTagsAreNone() {
    var plan = TestPlan(report: 0, obstacle: "the network")
    plan.judge()
    plan.act(.network, TestAction(description: "tag"), isCosmetic: true)
    #expect(plan.isReady)
    plan.wait(.network, "a gateway", for: .seconds(15))
    plan.wait(.network, "another gateway", for: .seconds(5))
    #expect(plan.parts[.network] == .pending("a gateway") && plan.lookAgainAfter == .seconds(5))
    plan.problem(.egress, .inUse, "an address is in use")
    #expect(plan.parts[.egress] == .pending("an address is in use") && !plan.isReady)
  }
}

@Suite struct RepeatedActionsTests {
  @Test func aContestedActionIsSlowedUntilAPassFindsNothingToDo() {
    var history = RepeatedActions()
    var pauses: [Duration] = []
    for _ in 1...12 {
      history.note(["tag a"], isSettled: false)
      pauses.append(history.pause(after: ["tag a"], shortest: .seconds(2), longest: .seconds(600)))
    }
    #expect(pauses == [2, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600].map { .seconds($0) })
    #expect(history.contested(among: ["tag a", "tag b"])?.count == 12)
    history.note([], isSettled: false)
    #expect(history.contested(among: ["tag a"]) != nil, "waiting is not settled")
    history.note([], isSettled: true)
    #expect(history.contested(among: ["tag a"]) == nil)
  }
}

/// The pace of actions that are refused.
@Suite struct RefusedActionTests {
  private static let plan: TestPlan = {
    var plan = TestPlan(report: 0, obstacle: "the network")
    plan.act(.network, TestAction(description: "address", provides: ["address"]))
    plan.act(.egress, TestAction(description: "gateway", needs: ["address"]))
    plan.act(.network, TestAction(description: "firewall"))
    return plan
  }()

  private static let quota = CloudError(.quota, operation: "test", message: "no more")

  /// One run in which the address is refused.
  private func run(
    _ refused: inout [String: RefusedAction],
    at seconds: Int64,
    with error: CloudError = quota,
    plan: TestPlan = plan
  ) -> PlanRun<TestPart, TestAction, Int> {
    var run = PlanRun(plan, refused: refused, now: Timestamp(seconds: seconds))
    while let step = run.next() { step.action.description == "address" ? run.failed(error) : run.succeeded() }
    refused = run.refusals()
    return run
  }

  @Test func aRefusedActionIsTriedLessAndLessOftenWhileTheRestGoesOn() {
    var refused: [String: RefusedAction] = [:]
    var attempts: [Int64] = []
    for second in stride(from: Int64(0), to: 3600, by: 10) {
      let run = run(&refused, at: second)
      if run.failures.contains(where: { $0.postponedTo == nil }) { attempts.append(second) }
      #expect(run.performed.map(\.action.description) == ["firewall"])
      #expect(run.skipped.map(\.action.description) == ["gateway"])
      #expect(run.failures.map(\.error) == [Self.quota], "reported all the time")
      #expect(run.end == nil)
    }
    #expect(attempts == [0, 60, 180, 420, 900, 1500, 2100, 2700, 3300])
  }

  @Test func whatSucceedsOrIsNotWantedAnyMoreIsForgotten() {
    var refused: [String: RefusedAction] = [:]
    _ = run(&refused, at: 0)
    #expect(refused["address"]?.count == 1)
    var other = TestPlan(report: 0, obstacle: "the network")
    other.act(.network, TestAction(description: "firewall"))
    _ = run(&refused, at: 10, plan: other)
    #expect(refused.isEmpty)
  }

  @Test(arguments: [CloudError.Kind.throttled, .conflict, .unauthenticated])
  func whatIsNotAboutTheActionHasNoPaceOfItsOwn(kind: CloudError.Kind) {
    var refused: [String: RefusedAction] = [:]
    _ = run(&refused, at: 0, with: CloudError(kind, operation: "test", message: "later"))
    #expect(refused.isEmpty)
  }

  @Test func aRunThatEndsEarlyForgetsNoRefusal() {
    var plan = TestPlan(report: 0, obstacle: "the network")
    plan.act(.network, TestAction(description: "first"))
    plan.act(.network, TestAction(description: "address"))
    let known = RefusedAction(error: Self.quota, count: 4, retryAt: Timestamp(seconds: 100))
    var run = PlanRun(plan, refused: ["address": known], now: Timestamp(seconds: 0))
    _ = run.next()
    run.failed(CloudError(.throttled, operation: "test", message: "slow down"))
    #expect(run.next() == nil && run.refusals() == ["address": known])
  }
}
