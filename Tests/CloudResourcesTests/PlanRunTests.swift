import Cloud
import CloudResources
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
