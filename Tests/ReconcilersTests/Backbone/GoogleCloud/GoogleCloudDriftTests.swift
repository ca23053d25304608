import CloudResources
import Foundations
import GoogleCloud
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct GoogleCloudDriftTests {
  private let states: GoogleCloudStates
  private let base: String

  init() throws {
    var states = try GoogleCloudStates()
    states.desired.knownIDs = [
      "subnetwork/a": "20", "subnetwork/b": "21", "network": "1", "firewall/deny-egress": "55",
    ]
    self.states = states
    base = states.names.base
  }

  enum Change: String, CaseIterable, Sendable {
    case disabled, widened, reprioritised, tagged, allowing, missing
    case privateAccess, secondaryRanges, natRemoved, natAutomatic, natWithoutSubnet, anotherNAT
  }

  private func apply(_ change: Change, _ observed: inout GoogleCloudObserved) {
    let deny = observed.firewalls.count - 1
    switch change {
    case .disabled: observed.firewalls[deny].disabled = true
    case .widened: observed.firewalls[2].destinationRanges = ["0.0.0.0/0"]
    case .reprioritised: observed.firewalls[deny].priority = 65_535
    case .tagged: observed.firewalls[deny].targetTags = ["quarantine"]
    case .allowing: observed.firewalls[2].allowed = [Firewall.Traffic(IPProtocol: "all")]
    case .missing: observed.firewalls.removeLast()
    case .privateAccess: observed.subnetworks[0].privateIpGoogleAccess = nil
    case .secondaryRanges: observed.subnetworks[0].secondaryIpRanges?.removeLast()
    case .natRemoved: observed.router?.nats = nil
    case .natAutomatic: observed.router?.nats?[0].natIpAllocateOption = "AUTO_ONLY"
    case .natWithoutSubnet: observed.router?.nats?[0].subnetworks?.removeLast()
    case .anotherNAT: observed.router?.nats?.append(Router.NAT(name: "theirs"))
    }
  }

  private static let words: [Change: (action: String, repair: String)] = [
    .disabled: (
      "restore disabled of firewall B-fw-deny-egress", "disabled of firewall B-fw-deny-egress had been changed"
    ),
    .widened: (
      "restore destinationRanges of firewall B-fw-allow-google-egress",
      "destinationRanges of firewall B-fw-allow-google-egress had been changed"
    ),
    .reprioritised: (
      "restore priority of firewall B-fw-deny-egress", "priority of firewall B-fw-deny-egress had been changed"
    ),
    .tagged: ("restore tags of firewall B-fw-deny-egress", "tags of firewall B-fw-deny-egress had been changed"),
    .allowing: (
      "restore allowed of firewall B-fw-allow-google-egress",
      "allowed of firewall B-fw-allow-google-egress had been changed"
    ),
    .missing: (
      "create firewall B-fw-deny-egress", "firewall B-fw-deny-egress (55) was deleted by someone else: created again"
    ),
    .privateAccess: (
      "turn on Private Google Access of subnetwork B-net-a",
      "Private Google Access of subnetwork B-net-a had been turned off"
    ),
    .secondaryRanges: (
      "add the secondary ranges of subnetwork B-net-a", "secondary ranges of subnetwork B-net-a had been removed"
    ),
    .natRemoved: ("restore Cloud NAT of router B-router", "Cloud NAT of router B-router had been changed"),
    .natAutomatic: ("restore Cloud NAT of router B-router", "Cloud NAT of router B-router had been changed"),
    .natWithoutSubnet: ("restore Cloud NAT of router B-router", "Cloud NAT of router B-router had been changed"),
    .anotherNAT: ("restore Cloud NAT of router B-router", "Cloud NAT of router B-router had been changed"),
  ]

  @Test(arguments: Change.allCases) func whatSomebodyChangedIsRestoredAndReported(change: Change) throws {
    var observed = states.complete()
    apply(change, &observed)
    let plan = states.plan(observed)
    let words = try #require(Self.words[change])
    // Firewalls that are confined to ranges follow when ranges change; only the first action is the restoration.
    #expect(plan.words.contains(words.action.replacing("B-", with: base + "-")), "\(plan.words)")
    #expect(plan.repairs == [words.repair.replacing("B-", with: base + "-")])
    #expect(plan.problems.isEmpty)
  }

  @Test func whatAServerFillsInOrSpellsDifferentlyIsNoDrift() {
    var observed = states.complete()
    for index in observed.firewalls.indices {
      observed.firewalls[index].sourceRanges?.reverse()
      observed.firewalls[index].destinationRanges?.reverse()
      if observed.firewalls[index].disabled == false { observed.firewalls[index].disabled = nil }
      observed.firewalls[index].targetTags = []
      observed.firewalls[index].logConfig = nil
    }
    observed.router?.nats?[0].minPortsPerVm = 64
    observed.router?.nats?[0].subnetworks?.reverse()
    observed.router?.nats?[0].natIps?.reverse()
    observed.router?.nats?[0].enableEndpointIndependentMapping = false
    observed.addresses[0].labels?["cost-center"] = "7"
    #expect(states.plan(observed).words == [])
  }

  @Test func flowLogsFollowTheSpecAndAreNoRepair() {
    var states = self.states
    let observed = states.complete()
    states.desired.hasFlowLogs = true
    let plan = states.plan(observed)
    #expect(plan.words.contains("turn flow logs of subnetwork \(base)-net-a on"))
    #expect(plan.words.filter { $0.hasPrefix("restore logConfig of firewall") }.count == 2)
    #expect(plan.repairs.isEmpty)
  }

  @Test func aDescriptionIsPutOnTheRuleAndFollowsTheSpec() {
    var states = self.states
    let observed = states.complete()
    states.desired.egressRules[0].description = "Office in Berlin"
    let plan = states.plan(observed)
    #expect(plan.words.count == 1 && plan.words[0].hasPrefix("restore description of firewall \(base)-fw-egress-"))
    #expect(plan.repairs.isEmpty)
    guard case .updateFirewall(let sent)? = plan.actions.first?.change else {
      Issue.record("no firewall is updated")
      return
    }
    #expect(sent.description?.hasSuffix(" Office in Berlin") == true)
  }

  @Test func rangesOfPodsInTheSpecAreInsideAndThoseThatExistStay() throws {
    var states = self.states
    let observed = states.complete()
    let before = observed.subnetworks.flatMap { $0.secondaryIpRanges ?? [] }.map(\.ipCidrRange)
    states.desired.podRanges = [try IPv4Network(parsing: "10.64.0.0/14")]
    #expect(states.plan(observed).words == [], "a range that the spec does not name is not inside")
    states.desired.hasGivenPodRanges = true
    let plan = states.plan(observed)
    #expect(plan.words.count == 2 && plan.words.allSatisfy { $0.contains("Ranges of firewall") }, "\(plan.words)")
    #expect(plan.repairs.isEmpty && plan.report.podRanges == ["10.64.0.0/14"])
    for case .updateFirewall(let sent) in plan.actions.map(\.change) {
      let inside = (sent.sourceRanges ?? sent.destinationRanges ?? []).compactMap { IPv4Network($0) }
      for range in before + ["10.64.0.0/14", "10.20.0.0/16"] {
        let range = try IPv4Network(parsing: range)
        #expect(inside.contains { $0.contains(range) }, "\(range)")
      }
    }
    states.desired.subnets[0].name = "c"
    states.desired.subnets[0].cidr = try IPv4Network(parsing: "10.20.64.0/20")
    let made = states.plan(observed).actions.compactMap { action -> [Subnetwork.SecondaryRange]? in
      if case .createSubnetwork(let subnetwork) = action.change { subnetwork.secondaryIpRanges } else { nil }
    }
    #expect(made.first?.map(\.ipCidrRange) == ["10.64.0.0/17", "10.67.128.0/20"])
  }

  @Test func aSubnetMayBecomeWiderButNotNarrower() throws {
    var states = self.states
    let observed = states.complete()
    states.desired.subnets.removeLast()
    states.desired.subnets[0].cidr = try IPv4Network(parsing: "10.20.0.0/19")
    #expect(states.plan(observed).words.contains("widen subnetwork \(base)-net-a to 10.20.0.0/19"))
    states.desired.subnets[0].cidr = try IPv4Network(parsing: "10.20.0.0/21")
    let plan = states.plan(observed)
    #expect(plan.problems.map(\.kind) == [.invalidSpec])
    #expect(plan.problems.first?.message.contains("has 10.20.0.0/20 and cannot become 10.20.0.0/21") == true)
  }

  @Test func labelsFollowTheUsersTags() throws {
    var states = self.states
    let observed = states.complete()
    states.desired.tags = ["Team": "Data", "1st": "Ä b"]
    let plan = states.plan(observed)
    #expect(plan.words == ["set labels of address \(base)-nat-1", "set labels of address \(base)-nat-2"])
    guard case .setLabels(_, let labels, "l")? = plan.actions.first?.change else {
      Issue.record("no labels are set")
      return
    }
    let pairs = labels.map { "\($0.key)=\($0.value)" }
    #expect(pairs.filter { !$0.hasPrefix("cloudlinker") } == ["team=data", "x-1st=--b"])
    #expect(pairs.first == "cloudlinker-backbone=\(states.desired.mark.uid)" && pairs.count == 4)
  }

  @Test func aTagTakenOutOfTheSpecIsALabelLessAndOthersStay() {
    func labels(_ tags: [String: String], on found: [String: String]) -> [String: String] {
      var desired = states.desired
      desired.tags = tags
      return GoogleCloudLabels(desired).labels(instead: found)
    }
    let many = Dictionary(uniqueKeysWithValues: (0..<40).map { ("k\($0)", "v") })
    var found = labels(many, on: ["goog-gke": "x", "team": "data"])
    #expect(found.count == 40 + 2 + 1 + 4 && found.allSatisfy { $0.value.utf8.count <= 63 })
    found["k1"] = "others"
    found = labels(["Team": "Data"], on: found)
    let names = found.keys.filter { !$0.hasPrefix("cloudlinker") }.sorted()
    #expect(names == ["goog-gke", "k1", "team"], "what was there before us, and what others changed")
    #expect(labels([:], on: labels(["a": "b"], on: [:])).keys.sorted() == ["cloudlinker-backbone"])
  }
}
