import CloudLinkerAPI
import CloudResources
import Foundations
import GoogleCloud
import Testing

@testable import CloudNetworks
@testable import Reconcilers

/// What is not ours, or was there before.
@Suite struct GoogleCloudForeignTests {
  private let states: GoogleCloudStates
  private let base: String

  init() throws {
    states = try GoogleCloudStates()
    base = states.names.base
  }

  /// Somebody else's: no mark, another Backbone's, or our mark with another role.
  private static let descriptions: [String?] = [
    nil, "", "made by hand", "cloudlinker.dev/backbone=production/main/other-uid cloudlinker.dev/role=network",
    "cloudlinker.dev/backbone=production/main/6f9f7a1e-6f0a-4f39-9c43-1c1f4dd0f2aa cloudlinker.dev/role=x",
  ]

  @Test(arguments: descriptions) func aNetworkOfOurNameWithoutOurMarkStopsEverything(description: String?) {
    var observed = states.complete()
    observed.network?.description = description
    let plan = states.plan(observed)
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.foreignObject])
    #expect(plan.problems.first?.message.contains("network \(base) in project demo") == true)
  }

  @Test(arguments: descriptions) func othersOfOurNamesAreNamedAndLeftAlone(description: String?) {
    var observed = states.complete()
    observed.subnetworks[0].description = description
    observed.firewalls[0].description = description
    observed.router?.description = description
    observed.addresses[0].description = description
    let plan = states.plan(observed)
    #expect(Set(plan.problems.map(\.part)) == [.subnets, .firewall, .egress])
    let touched = ["\(base)-net-a", "\(base)-fw-allow-inside-ingress", "\(base)-router", "\(base)-nat-1"]
    // Our mark with another role is ours: it is wanted no more.
    let isOurs = description?.hasSuffix("role=x") == true
    #expect(isOurs || !plan.words.contains { words in touched.contains { words.hasSuffix($0) } }, "\(plan.words)")
    let deletion = states.plan(observed, .absent)
    #expect(isOurs || !(deletion.words + deletion.later).contains { words in touched.contains { words.hasSuffix($0) } })
  }

  @Test func anAdoptedNetworkIsUsedAndNeitherChangedNorDeleted() {
    var states = self.states
    states.desired.existingNetworkID = "corporate"
    #expect(states.plan(GoogleCloudObserved(project: "demo")).problems.map(\.kind) == [.existingNotFound])
    var observed = GoogleCloudObserved(project: "demo")
    observed.network = Network(name: "corporate")
    let plan = states.plan(observed)
    #expect(plan.report.networkID == "projects/demo/global/networks/corporate" && plan.report.ids["network"] == nil)
    #expect(!plan.words.contains { $0.contains("network corporate") })
    #expect(states.plan(observed, .absent).isGone)
  }

  @Test func firewallsInAnAdoptedNetworkAreConfinedToWhatIsOurs() {
    var states = self.states
    states.desired.existingNetworkID = "corporate"
    var observed = GoogleCloudObserved(project: "demo")
    observed.network = Network(name: "corporate")
    let firewalls = states.plan(observed).actions.compactMap { action -> Firewall? in
      if case .createFirewall(let firewall) = action.change { firewall } else { nil }
    }
    #expect(firewalls.count == 6)
    for firewall in firewalls {
      let scope = firewall.direction == "INGRESS" ? firewall.destinationRanges : firewall.sourceRanges
      #expect(scope?.contains("10.20.0.0/19") == true && scope?.contains("0.0.0.0/0") == false, "\(firewall.name)")
    }
    for index in states.desired.subnets.indices { states.desired.subnets[index].existingID = "theirs-\(index)" }
    #expect(!states.plan(observed).words.contains { $0.hasPrefix("create firewall") })
  }

  @Test func whereEverySubnetworkIsAdoptedRulesAreRefusedAndFirewallReadySaysSo() throws {
    var states = self.states
    states.desired.existingNetworkID = "corporate"
    for index in states.desired.subnets.indices { states.desired.subnets[index].existingID = "theirs-\(index)" }
    var observed = GoogleCloudObserved(project: "demo")
    observed.network = Network(name: "corporate")
    let refused = try #require(states.plan(observed).problems.first { $0.part == .firewall })
    #expect(
      refused.kind == .invalidSpec && refused.message.hasPrefix("spec.ingress.allow and spec.egress.allow have no")
    )
    states.desired.egressRules = []
    let plan = states.plan(observed)
    #expect(!plan.problems.contains { $0.part == .firewall } && plan.parts[.firewall] == .ready)
    #expect(plan.report.remarks[.firewall]?.hasPrefix("The operator makes no firewall rules") == true)
  }

  /// Ids in the spec that lead elsewhere are not taken for a namesake here.
  @Test(arguments: [
    ("projects/demo/global/firewalls/n", "is a link to one of the firewalls, not of the networks"),
    ("projects/demo/regions/europe-west1/subnetworks/n", "is a link to one of the subnetworks, not of the networks"),
  ])
  func aLinkToSomethingElseIsNoNetwork(id: String, words: String) {
    var states = self.states
    states.desired.existingNetworkID = id
    let plan = states.plan(GoogleCloudObserved(project: "demo"))
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.invalidSpec])
    #expect(plan.problems.first?.message == "network \(id) \(words): correct spec.network.existing")
  }

  @Test func subnetworksAndAddressesOfOtherProjectsAndRegionsAreRefused() {
    var states = self.states
    let observed = states.complete()
    states.desired.subnets[0].existingID = "projects/host/regions/europe-west1/subnetworks/\(base)-net-a"
    states.desired.subnets[1].existingID = "regions/us-east1/subnetworks/\(base)-net-b"
    states.desired.egress.existingIDs = ["projects/demo/regions/us-east1/addresses/\(base)-nat-1"]
    let plan = states.plan(observed)
    #expect(plan.problems.map(\.kind).filter { $0 == .invalidSpec }.count == 3, "\(plan.problems)")
    let words = plan.problems.map(\.message).joined(separator: "\n")
    #expect(words.contains("is in project host, but the network is in project demo: correct the id of subnet a"))
    #expect(words.contains("is in region us-east1, but the Backbone is in europe-west1: correct the id of subnet b"))
    #expect(words.contains("but the Backbone is in europe-west1: correct spec.egress.existingAddressIDs"))
  }

  @Test func aSharedNetworkIsLookedForInItsHostProject() {
    var desired = states.desired
    #expect(desired.networkProject(of: "demo") == "demo")
    desired.existingNetworkID = "https://www.googleapis.com/compute/v1/projects/demo/global/networks/n"
    #expect(desired.networkProject(of: "demo") == "demo")
    desired.existingNetworkID = "projects/host/global/networks/n"
    #expect(desired.networkProject(of: "demo") == "host")
    desired.knownIDs = ["router": "1"]
    #expect(desired.networkProject(of: "demo") == "demo", "an earlier version made its objects in the wrong project")
    desired.ledger.settled[DesiredNetwork.hostProject] = "host"
    #expect(desired.networkProject(of: "demo") == "host")
  }

  @Test func whatAnEarlierVersionMadeInTheWrongProjectIsDeletedThere() {
    var states = self.states
    var observed = states.complete()
    states.desired.existingNetworkID = "projects/host/global/networks/n"
    let plan = states.plan(observed)
    #expect(
      plan.actions.isEmpty && plan.problems.first?.message.contains("delete the Backbone and create it again") == true
    )
    observed.network?.description = nil
    #expect(states.plan(observed, .absent).words == ["delete router \(base)-router"])
  }

  @Test func anAdoptedSubnetworkIsGivenNATAndNothingElse() {
    var states = self.states
    var observed = states.complete()
    states.desired.subnets[0].existingID = "theirs"
    #expect(states.plan(observed).problems.map(\.part) == [.subnets])
    var theirs = observed.subnetworks[0]
    (theirs.name, theirs.description, theirs.privateIpGoogleAccess) = ("theirs", nil, false)
    observed.subnetworks[0] = theirs
    let plan = states.plan(observed)
    #expect(!plan.words.contains { $0.contains("subnetwork") } && plan.problems.isEmpty)
    #expect(plan.report.subnets.first?.id == "projects/demo/regions/europe-west1/subnetworks/theirs")
    #expect(plan.report.ids["subnetwork/a"] == nil)
  }
}
