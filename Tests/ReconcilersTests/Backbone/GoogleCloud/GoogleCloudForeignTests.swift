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
