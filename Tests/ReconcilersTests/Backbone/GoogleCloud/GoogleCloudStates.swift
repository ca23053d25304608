import Cloud
import CloudResources
import Foundations

@testable import CloudNetworks
@testable import GoogleCloud
@testable import Reconcilers

/// States of the cloud for tables: one that is as wanted, from which tests take away or change something.
struct GoogleCloudStates {
  var desired: DesiredNetwork
  let names: GoogleCloudNames
  static let now = Timestamp(seconds: 1_767_225_600)

  init() throws {
    desired = try .google()
    names = GoogleCloudNames(desired.mark)
  }

  func plan(_ observed: GoogleCloudObserved, _ goal: NetworkGoal = .present) -> NetworkPlan<GoogleCloudAction> {
    GoogleCloudNetwork.plan(desired, goal: goal, observed, now: Self.now)
  }

  func link(_ path: String) -> String { "https://www.googleapis.com/compute/v1/projects/demo/\(path)" }

  /// All made and at rest, with what Compute Engine fills in.
  func complete() -> GoogleCloudObserved {
    var observed = GoogleCloudObserved(project: "demo")
    observed.network = network()
    observed.routes = [route()]
    observed.addresses = [address(1), address(2)]
    // What the planner would make is there; that it is right is for the fake and the simulator to say.
    let first = GoogleCloudNetwork.plan(desired, goal: .present, observed, now: Self.now).actions
    for case .createSubnetwork(let wanted) in first.map(\.change) {
      observed.subnetworks.append(filled(wanted, observed.subnetworks.count))
    }
    let planned = GoogleCloudNetwork.plan(desired, goal: .present, observed, now: Self.now).actions
    for action in planned {
      switch action.change {
      case .createFirewall(var firewall):
        firewall.id = "5\(observed.firewalls.count)"
        firewall.network = firewall.network.map { link(String($0.dropFirst("projects/demo/".count))) }
        observed.firewalls.append(firewall)
      case .createRouter(var router):
        router.id = "60"
        observed.router = router
      default: break
      }
    }
    return observed
  }

  func network() -> Network {
    var network = Network(
      name: names.network,
      description: GoogleCloudMark.description(desired.mark, role: "network")
    )
    network.id = "1"
    return network
  }

  func route() -> Route {
    var route = Route(name: "default-route-1")
    route.network = link("global/networks/\(names.network)")
    route.destRange = "0.0.0.0/0"
    route.nextHopGateway = link("global/gateways/default-internet-gateway")
    return route
  }

  func filled(_ wanted: Subnetwork, _ index: Int) -> Subnetwork {
    var found = wanted
    found.id = "2\(index)"
    found.network = link("global/networks/\(names.network)")
    found.fingerprint = "f"
    found.logConfig = nil
    return found
  }

  func address(_ number: Int) -> Address {
    var address = Address(
      name: names.address(number),
      description: GoogleCloudMark.description(desired.mark, role: "address/\(number)")
    )
    address.id = "4\(number)"
    address.address = "203.0.113.\(number)"
    address.status = "IN_USE"
    address.labels = ["team": "core-platform", "cloudlinker-backbone": desired.mark.uid]
    address.labelFingerprint = "l"
    return address
  }

  func operation(_ type: String, error: CloudError? = nil, age: Duration = .zero) -> ComputeOperation {
    ComputeOperation(
      handle: ComputeOperation.Handle(region: "europe-west1", name: "operation-1"),
      isDone: error != nil,
      type: type,
      error: error,
      endedAt: error.map { _ in Self.now.advanced(by: .zero - age) }
    )
  }
}

extension NetworkPlan {
  var words: [String] { actions.map(\.description) }
}

extension Route {
  init(name: String) {
    self.init(
      name: name,
      description: nil,
      network: nil,
      destRange: nil,
      priority: nil,
      nextHopGateway: nil,
      nextHopInstance: nil,
      nextHopIp: nil,
      id: nil,
      selfLink: nil
    )
  }
}
