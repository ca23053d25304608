import Cloud
import CloudLinkerAPI
import CloudResources
import Foundations
import GoogleCloud
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct GoogleCloudPlanTests {
  private let states: GoogleCloudStates
  private let base: String

  init() throws {
    states = try GoogleCloudStates()
    base = states.names.base
  }

  @Test func nothingThereYetBeginsWithTheNetworkAndNamesTheRest() {
    let plan = states.plan(GoogleCloudObserved(project: "demo"))
    #expect(plan.words == ["create network \(base)"])
    #expect(
      plan.later == [
        "create firewalls that deny everything but what is allowed",
        "create subnetwork \(base)-net-a of 10.20.0.0/20", "create subnetwork \(base)-net-b of 10.20.16.0/20",
        "create router \(base)-router with Cloud NAT",
      ]
    )
    #expect(plan.repairs.isEmpty && plan.lookAgainAfter == .seconds(5))
    #expect(plan.parts.values.allSatisfy { $0 != .ready }, "nothing was looked at but the network")
  }

  @Test func whatIsAsWantedIsLeftAlone() {
    let plan = states.plan(states.complete())
    #expect(plan.actions.isEmpty && plan.later.isEmpty && plan.problems.isEmpty && plan.lookAgainAfter == nil)
    #expect(plan.parts.count == NetworkPart.allCases.count && plan.parts.values.allSatisfy { $0 == .ready })
    #expect(plan.report.networkID == "projects/demo/global/networks/\(base)")
    #expect(plan.report.egressAddresses == ["203.0.113.1", "203.0.113.2"])
    #expect(plan.report.subnets.map(\.zone) == ["europe-west1-b", "europe-west1-c"])
    #expect(plan.report.ids.count == 12 && plan.report.ids["subnetwork/a"] == "20")
  }

  @Test func theSameRequestHasTheSameIDUntilItsWindowEnds() {
    let empty = GoogleCloudObserved(project: "demo")
    func id(_ seconds: Int64, known: String? = nil) -> String? {
      var desired = states.desired
      desired.knownIDs["network"] = known
      let now = GoogleCloudStates.now.advanced(by: .seconds(seconds))
      return GoogleCloudNetwork.plan(desired, goal: .present, empty, now: now).actions.first?.requestID.description
    }
    #expect(id(0) == id(119))
    #expect(id(0) != id(120))
    #expect(id(0) != id(0, known: "7"))
  }

  @Test func aNetworkWithoutSubnetworksGetsFirewallsFirst() {
    var observed = states.complete()
    (observed.subnetworks, observed.firewalls, observed.router, observed.addresses) = ([], [], nil, [])
    let plan = states.plan(observed)
    #expect(plan.words.prefix(6).allSatisfy { $0.hasPrefix("create firewall \(base)-fw-") })
    #expect(plan.words.dropFirst(6).prefix(2).allSatisfy { $0.hasPrefix("create subnetwork") })
    #expect(plan.words.suffix(2) == ["reserve address \(base)-nat-1", "reserve address \(base)-nat-2"])
    #expect(plan.later == ["create router \(base)-router with Cloud NAT"])
  }

  @Test func anOperationUnderWayIsWaitedForAndHoldsUpOnlyWhatNeedsIt() {
    var observed = states.complete()
    observed.subnetworks.removeLast()
    observed.router = nil
    observed.firewalls.removeLast()
    observed.operations = ["subnetwork/b": states.operation("insert")]
    let plan = states.plan(observed)
    #expect(plan.words == ["create firewall \(base)-fw-deny-egress"])
    #expect(plan.waiting == ["insert of subnetwork/b is under way (operation-1)"])
    #expect(plan.later == ["create router \(base)-router with Cloud NAT"])
    #expect(plan.report.ledger.operations["subnetwork/b"] == "regions/europe-west1/operations/operation-1")
  }

  @Test func anOperationThatDoesNotEndHasAnAgeAndBecomesAProblem() throws {
    var observed = states.complete()
    observed.router = nil
    observed.operations = ["router": states.operation("insert")]
    observed.operations["router"]?.requestedAt = GoogleCloudStates.now.advanced(by: .seconds(-60))
    let words = "insert of router is under way (operation-1, requested at"
    let young = states.plan(observed)
    #expect(young.waiting == ["\(words) 2025-12-31T23:59:00Z)"] && young.problems.isEmpty)
    observed.operations["router"]?.requestedAt = GoogleCloudStates.now.advanced(by: .seconds(-901))
    let old = states.plan(observed)
    #expect(old.problems.map(\.kind) == [.cloudFailure] && old.actions.isEmpty && old.waiting.count == 1)
    let message = try #require(old.problems.first?.message)
    #expect(message.hasPrefix("\(words) 2025-12-31T23:44:59Z): it takes longer than any should"), "\(message)")
    #expect(old.report.ledger.operations["router"] != nil && old.lookAgainAfter == .seconds(60))
  }

  @Test func aFailedOperationIsReportedAndTriedAgainAfterAMinute() {
    let quota = CloudError(.quota, operation: "x", code: "QUOTA_EXCEEDED", message: "Quota 'SUBNETWORKS' exceeded")
    var observed = states.complete()
    observed.subnetworks.removeLast()
    observed.operations = ["subnetwork/b": states.operation("insert", error: quota, age: .seconds(20))]
    let early = states.plan(observed)
    #expect(early.problems.map(\.kind) == [.quotaExceeded])
    #expect(early.problems.first?.message == "insert of subnetwork/b failed: Quota 'SUBNETWORKS' exceeded")
    #expect(early.actions.isEmpty && early.lookAgainAfter == .seconds(40))
    observed.operations = ["subnetwork/b": states.operation("insert", error: quota, age: .seconds(60))]
    let late = states.plan(observed)
    #expect(late.words == ["create subnetwork \(base)-net-b of 10.20.16.0/20"] && late.problems.isEmpty)
    #expect(late.report.ledger.operations["subnetwork/b"] == nil)
  }

  @Test func aConflictIsNoProblemAndIsTriedAgainSoon() {
    let conflict = CloudError(.conflict, operation: "x", code: "RESOURCE_NOT_READY", message: "not ready")
    var observed = states.complete()
    observed.operations = ["router": states.operation("patch", error: conflict)]
    let plan = states.plan(observed)
    #expect(plan.problems.isEmpty && plan.lookAgainAfter == .seconds(5) && plan.parts[.egress] != .ready)
  }

  @Test func withoutADefaultRouteAPersonIsNeeded() {
    var observed = states.complete()
    observed.routes = []
    #expect(states.plan(observed).problems.map(\.part) == [.routes])
  }

  @Test func addressesOfTheUsersAreUsedAndNotLabelledOrReleased() throws {
    var states = self.states
    var observed = states.complete()
    states.desired.egress.existingIDs = ["office-nat"]
    let missing = states.plan(observed)
    #expect(missing.problems.map(\.kind) == [.existingNotFound] && missing.actions.isEmpty)
    var given = Address(name: "office-nat")
    given.address = "198.51.100.7"
    observed.addresses.append(given)
    let plan = states.plan(observed)
    #expect(plan.report.egressAddresses == ["198.51.100.7", "203.0.113.2"])
    #expect(plan.words == ["restore Cloud NAT of router \(base)-router"])
    #expect(plan.later == ["release address \(base)-nat-1"])
    let gone = states.plan(observed, .absent)
    #expect(!(gone.words + gone.later).contains { $0.contains("office-nat") })
  }

  @Test func noEgressIsNoRouterAndNoAddress() {
    var states = self.states
    let observed = states.complete()
    states.desired.egress.addresses = .none
    let plan = states.plan(observed)
    #expect(plan.words == ["delete router \(base)-router"])
    #expect(plan.later == ["release address \(base)-nat-1", "release address \(base)-nat-2"])
  }

  @Test func aSubnetThatIsWantedNoMoreLeavesTheNATFirst() {
    var states = self.states
    let observed = states.complete()
    states.desired.subnets.removeLast()
    states.desired.knownIDs = ["subnetwork/a": "20"]
    let plan = states.plan(observed)
    #expect(plan.words.contains("restore Cloud NAT of router \(base)-router"))
    #expect(plan.later.contains("delete subnetwork \(base)-net-b"))
    #expect(plan.repairs.isEmpty)
  }
}
