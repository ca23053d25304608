import Cloud
import CloudResources
import Foundations
import Testing

enum TestRole: String, ResourceRole {
  case network, subnet, gateway
  var part: TestPart { self == .gateway ? .egress : .network }
  var summary: String { rawValue }
  var lane: String? { self == .gateway ? nil : "network" }
  var description: String { rawValue }
}

struct TestReport: ResourceReport {
  var ledger = Ledger()
}

enum TestCatalogue: ResourceCatalogue {
  typealias Report = TestReport

  static func action(_ write: ResourceWrite<String>, _ role: TestRole, _ id: String, _ detail: String) -> TestAction {
    switch write {
    case .create(let content): TestAction(description: "create \(id) as \(content)")
    case .update(let content, let tags):
      TestAction(description: "update \(id) to \(content): \(detail)\(tags == nil ? "" : " and tags")")
    case .tag: TestAction(description: "tag \(id)")
    case .delete: TestAction(description: "delete \(id)")
    }
  }
}

typealias TestPlanner = ResourcePlanner<TestCatalogue>

/// The truth table of `ResourcePlanner`, row by row.
@Suite struct ResourcePlannerTests {
  /// What a plan comes to, in one line each.
  struct Outcome: Equatable, CustomStringConvertible {
    var actions: [String] = []
    var later: [String] = []
    var waiting: [String] = []
    var problems: [ProblemKind] = []
    var repairs: [String] = []
    var description: String { "\(actions) later \(later) waiting \(waiting) problems \(problems) repairs \(repairs)" }

    init(
      actions: [String] = [],
      later: [String] = [],
      waiting: [String] = [],
      problems: [ProblemKind] = [],
      repairs: [String] = []
    ) {
      (self.actions, self.later, self.waiting) = (actions, later, waiting)
      (self.problems, self.repairs) = (problems, repairs)
    }

    init(_ plan: TestPlanner.Plan) {
      actions = plan.actions.map(\.description)
      (later, waiting, problems, repairs) = (plan.later, plan.waiting, plan.problems.map(\.kind), plan.repairs)
    }
  }

  private static func planner(known: [String: String] = [:]) -> TestPlanner {
    var ledger = Ledger()
    ledger.ids = known
    return TestPlanner(TestPlanner.Plan(report: TestReport(), obstacle: "the network"), ledger: ledger)
  }

  private static func seen(_ id: String, _ state: Sighting<String>.State = .ready, _ write: UnfinishedWrite? = nil)
    -> Sighting<String>
  {
    Sighting(id: id, label: id, state: state, write: write)
  }

  /// A write that failed.
  private static func failed(isDeletion: Bool? = nil, mayRetry: Bool = false) -> UnfinishedWrite {
    UnfinishedWrite(error: failure, isDeletion: isDeletion, isUnderWay: false, mayRetry: mayRetry)
  }

  private static func row(_ role: TestRole, _ change: (inout TestPlanner.Row) -> Void = { _ in }) -> TestPlanner.Row {
    var row = TestPlanner.Row(role, id: "\(role)-1")
    row.content = "wanted"
    change(&row)
    return row
  }

  private static func finish(_ planner: consuming TestPlanner) -> TestPlanner.Plan {
    planner.finished(busy: .seconds(5), blocked: .seconds(60))
  }

  private func expect(_ row: TestPlanner.Row, known: [String: String] = [:], _ outcome: Outcome) {
    var planner = Self.planner(known: known)
    planner.plan(row)
    #expect(Outcome(Self.finish(planner)) == outcome)
  }

  private static let failure = CloudError(.quota, operation: "test", message: "no more")

  // MARK: Wanted objects

  @Test func whatIsMissingIsCreated() {
    expect(Self.row(.gateway), Outcome(actions: ["create gateway-1 as wanted"]))
    expect(
      Self.row(.gateway),
      known: ["gateway": "gateway-1"],
      Outcome(
        actions: ["create gateway-1 as wanted"],
        repairs: ["gateway was deleted by someone else: created again"]
      )
    )
    expect(Self.row(.gateway) { $0.needs = [.subnet] }, Outcome(later: ["create gateway"]))
    expect(Self.row(.gateway) { $0.isBlocked = true }, Outcome(later: ["create gateway"]))
  }

  @Test func whatCannotBeCreatedIsAProblem() {
    expect(Self.row(.gateway) { $0.foreign = "someone else's" }, Outcome(problems: [.foreignObject]))
    expect(Self.row(.gateway) { $0.refusal = (.invalidSpec, "no") }, Outcome(problems: [.invalidSpec]))
    expect(
      Self.row(.gateway) { ($0.content, $0.missing) = (nil, "not there") },
      Outcome(problems: [.existingNotFound])
    )
  }

  @Test func whatDiffersIsChangedAndOnlyThenNamed() {
    let change = TestPlanner.Row.Change("right", details: ["zone was b"], repairs: ["gateway-7: zone was b"])
    expect(
      Self.row(.gateway) { ($0.found, $0.change) = (Self.seen("gateway-7"), change) },
      Outcome(actions: ["update gateway-7 to right: zone was b"], repairs: ["gateway-7: zone was b"])
    )
    expect(
      Self.row(.gateway) { ($0.found, $0.change, $0.tags) = (Self.seen("gateway-7"), change, ["a": "b"]) },
      Outcome(actions: ["update gateway-7 to right: zone was b and tags"], repairs: ["gateway-7: zone was b"])
    )
    let naming = TestPlanner.Row.Change("right", details: ["zone was b"], names: [.subnet])
    expect(
      Self.row(.gateway) { ($0.found, $0.change) = (Self.seen("gateway-7"), naming) },
      Outcome(later: ["update gateway-7: zone was b"])
    )
    expect(
      Self.row(.gateway) { ($0.found, $0.change) = (Self.seen("gateway-7", .failed), .init("right", details: [])) },
      Outcome(actions: ["update gateway-7 to right: its last change failed"])
    )
  }

  @Test func whatIsRightIsLeftAloneButForTags() {
    let same = TestPlanner.Row.Change("right", details: [])
    expect(Self.row(.gateway) { ($0.found, $0.change) = (Self.seen("gateway-7"), same) }, Outcome())
    expect(
      Self.row(.gateway) { ($0.found, $0.change, $0.tags) = (Self.seen("gateway-7"), same, [:]) },
      Outcome(actions: ["tag gateway-7"])
    )
    expect(
      Self.row(.gateway) { ($0.content, $0.found) = (nil, Self.seen("gateway-7")) },
      Outcome()
    )
  }

  @Test func whatIsUnderWayIsWaitedForAndWhatFailedIsReported() {
    let change = TestPlanner.Row.Change("right", details: ["zone was b"])
    func row(_ state: Sighting<String>.State, _ write: UnfinishedWrite? = nil) -> TestPlanner.Row {
      Self.row(.gateway) { ($0.found, $0.change) = (Self.seen("gateway-7", state, write), change) }
    }
    expect(row(.busy("being provisioned")), Outcome(waiting: ["gateway is being provisioned"]))
    expect(row(.ready, .init(isUnderWay: true)), Outcome(waiting: ["gateway is being changed"]))
    expect(
      row(.failed, Self.failed()),
      Outcome(problems: [.quotaExceeded])
    )
    expect(
      row(.failed, Self.failed(mayRetry: true)),
      Outcome(actions: ["update gateway-7 to right: zone was b"], problems: [.quotaExceeded])
    )
  }

  /// It was surplus, its deletion failed, and then the spec wanted it again; or the other way round.
  @Test func aFailureOfWhatIsNoLongerWantedIsForgotten() {
    func expect(_ isDeletion: Bool, _ isRemembered: Bool, _ plan: (inout TestPlanner, Sighting<String>) -> Void) {
      let refusal = RefusedAction(Self.failure, after: nil, now: Timestamp(seconds: 0))
      let failures = ["gateway-7": FailedWrite(refusal, isDeletion: isDeletion)]
      var planner = Self.planner()
      planner.plan.report.ledger.failures = failures
      plan(&planner, Self.seen("gateway-7", .ready, Self.failed(isDeletion: isDeletion)))
      let finished = Self.finish(planner)
      #expect(finished.problems.isEmpty != isRemembered)
      #expect(finished.report.ledger.failures == (isRemembered ? failures : [:]))
    }
    func want(_ planner: inout TestPlanner, _ seen: Sighting<String>) {
      planner.plan(Self.row(.gateway) { $0.found = seen })
    }
    func remove(_ planner: inout TestPlanner, _ seen: Sighting<String>) {
      planner.removeAll([.init(.gateway, seen)])
    }
    expect(true, false, want)
    expect(false, true, want)
    expect(false, false, remove)
    expect(true, true, remove)
  }

  @Test func othersFollowOnceAnObjectIsReady() {
    for (state, follows) in [(Sighting<String>.State.ready, true), (.failed, false), (.busy("slow"), false)] {
      var planner = Self.planner()
      planner.plan(Self.row(.subnet) { $0.found = Self.seen("subnet-1", state) })
      planner.plan(Self.row(.gateway) { $0.needs = [.subnet] })
      #expect(Self.finish(planner).actions.map(\.description) == (follows ? ["create gateway-1 as wanted"] : []))
    }
  }

  @Test func aLaneTakesOneWrite() {
    var planner = Self.planner()
    planner.plan(Self.row(.network))
    planner.plan(Self.row(.subnet))
    planner.plan(Self.row(.gateway))
    let plan = Self.finish(planner)
    #expect(
      Outcome(plan)
        == Outcome(actions: ["create network-1 as wanted", "create gateway-1 as wanted"], later: ["create subnet"])
    )
    #expect(plan.lookAgainAfter == .seconds(5))
  }

  // MARK: Owned objects

  @Test func whatNobodyWantsIsDeletedOnceNobodyUsesIt() {
    func expect(_ owned: TestPlanner.Owned, _ outcome: Outcome) {
      var planner = Self.planner()
      planner.removeAll([owned])
      let plan = Self.finish(planner)
      #expect(Outcome(plan) == outcome && !plan.isGone)
    }
    expect(.init(.gateway, Self.seen("x")), Outcome(actions: ["delete x"]))
    expect(.init(.gateway, Self.seen("x"), isInUse: true), Outcome(later: ["delete x"]))
    expect(.init(.gateway, Self.seen("x"), strangers: ["vm"], isInUse: true), Outcome(problems: [.inUse]))
    expect(
      .init(.gateway, Self.seen("x", .busy("being deleted")), strangers: ["vm"]),
      Outcome(waiting: ["gateway is being deleted"])
    )
    expect(.init(.gateway, Self.seen("x", .ready, Self.failed(isDeletion: true))), Outcome(problems: [.quotaExceeded]))
    var planner = Self.planner()
    planner.removeAll([])
    #expect(Self.finish(planner).isGone)
  }

  @Test func surplusIsWhatNoRowStandsFor() {
    var planner = Self.planner()
    planner.plan(Self.row(.gateway) { $0.found = Self.seen("gateway-1") })
    planner.removeSurplus([.init(.gateway, Self.seen("gateway-1")), .init(.gateway, Self.seen("gateway-2"))])
    let plan = Self.finish(planner)
    #expect(plan.actions.map(\.description) == ["delete gateway-2"] && !plan.isGone)
    #expect(plan.report.ledger.ids == ["gateway": "gateway-1"])
  }
}
