import CloudResources
import Foundations
import GoogleCloud
import Testing

@testable import CloudNetworks
@testable import Reconcilers

@Suite struct GoogleCloudDeletionTests {
  private let states: GoogleCloudStates
  private let base: String

  init() throws {
    states = try GoogleCloudStates()
    base = states.names.base
  }

  @Test func deletionGoesInOrderOfWhatIsObserved() {
    var observed = states.complete()
    var plan = states.plan(observed, .absent)
    #expect(plan.words == ["delete router \(base)-router"] && plan.later.count == 11 && !plan.isGone)
    observed.router = nil
    plan = states.plan(observed, .absent)
    #expect(
      plan.words == [
        "delete address \(base)-nat-1", "delete address \(base)-nat-2", "delete subnetwork \(base)-net-a",
        "delete subnetwork \(base)-net-b",
      ]
    )
    (observed.subnetworks, observed.addresses) = ([], [])
    plan = states.plan(observed, .absent)
    #expect(plan.words.count == 6 && plan.words.allSatisfy { $0.hasPrefix("delete firewall") })
    observed.firewalls = []
    plan = states.plan(observed, .absent)
    #expect(plan.words == ["delete network \(base)"] && plan.later.isEmpty && !plan.isGone)
    observed.network = nil
    #expect(states.plan(observed, .absent).isGone)
  }

  @Test func itIsNotGoneWhileAnOperationIsUnderWay() {
    var observed = GoogleCloudObserved(project: "demo")
    observed.operations = ["network": states.operation("insert")]
    let plan = states.plan(observed, .absent)
    #expect(!plan.isGone && plan.waiting.count == 1)
  }

  @Test func aHalfMadeNetworkIsDeletedToo() {
    var observed = GoogleCloudObserved(project: "demo")
    observed.addresses = [states.address(2)]
    #expect(states.plan(observed, .absent).words == ["delete address \(base)-nat-2"])
  }

  @Test func whatIsInTheWayIsNamedWithKindIDAndName() {
    typealias User = GoogleCloudObserved.User
    var observed = states.complete()
    let here = states.link("regions/europe-west1/subnetworks/\(base)-net-a")
    observed.users = [User(kind: "instance", id: "77", name: "legacy", subnetwork: here)]
    let plan = states.plan(observed, .absent)
    #expect(plan.problems.map(\.kind) == [.inUse] && plan.problems.first?.part == .subnets)
    let words = "subnetwork \(base)-net-a is used by instance legacy (77): delete what uses it"
    #expect(plan.problems.first?.message == words)
    #expect(plan.actions.isEmpty && !plan.isGone, "the router and its addresses serve what is in the subnetwork")
  }

  @Test func whatElseIsInTheNetworkIsNamed() {
    var observed = GoogleCloudObserved(project: "demo")
    observed.network = states.network()
    observed.network?.subnetworks = [states.link("regions/us-east1/subnetworks/theirs")]
    var firewall = Firewall(name: "gke-theirs")
    firewall.id = "9"
    observed.firewalls = [firewall]
    let plan = states.plan(observed, .absent)
    #expect(plan.actions.isEmpty && !plan.isGone && plan.lookAgainAfter == .seconds(30))
    let message = plan.problems.first?.message ?? ""
    #expect(message.contains("firewall gke-theirs (9)"))
    #expect(message.contains("subnetwork theirs (projects/demo/regions/us-east1/subnetworks/theirs)"))
  }

  @Test func whatIsRetainedLosesTheMarksThatCanBeTaken() {
    var observed = states.complete()
    observed.addresses[0].labels?["team"] = "theirs"
    let plan = states.plan(observed, .released)
    #expect(!plan.isGone && plan.actions.count == observed.firewalls.count + 3)
    for action in plan.actions {
      switch action.change {
      case .updateFirewall(let firewall):
        let found = observed.firewalls.first { $0.name == firewall.name }
        #expect(firewall.description == "Left by Backbone production/main, which is deleted")
        #expect(firewall.normalised == found?.normalised, "it goes on as it was")
      case .patchRouter(let router): #expect(router.nats == nil && router.description?.hasPrefix("Left by") == true)
      case .setLabels(_, let labels, _): #expect(labels.map(\.key) == ["team"])
      default: Issue.record("\(action) is not to be done")
      }
    }
    for index in observed.firewalls.indices { observed.firewalls[index].description = "Left by somebody" }
    observed.router?.description = "Left by somebody"
    for index in observed.addresses.indices { observed.addresses[index].labels = ["team": "theirs"] }
    #expect(states.plan(observed, .released).isGone, "the descriptions of the others cannot be changed")
  }
}
