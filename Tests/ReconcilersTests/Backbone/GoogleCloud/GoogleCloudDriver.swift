import Cloud
import CloudResources
import Foundations

@testable import CloudNetworks
@testable import Reconcilers

/// A Backbone's network over `FakeCompute`, and a reconciler that may crash.
struct GoogleCloudDriver {
  let world = BackboneWorld()
  let fake: FakeCompute
  var desired: DesiredNetwork
  var goal = NetworkGoal.present
  var now = Timestamp(seconds: 1_767_225_600)
  /// The action at which the process crashes, and on which side of it; nil: it does not crash.
  var performsLeft: Int?
  var crashesBefore = false
  var performed: [String] = []
  var crashes = 0

  init(_ fake: FakeCompute, _ desired: DesiredNetwork) {
    self.fake = fake
    self.desired = desired
  }

  /// One pass. What it learned is remembered only if the process did not crash.
  mutating func reconcile() async throws -> NetworkPlan<GoogleCloudAction> {
    let provider = GoogleCloudNetwork(compute: fake.compute, dns: fake.dns, region: desired.region)
    let limit = performsLeft.map { $0 + (crashesBefore ? 0 : 1) } ?? .max
    let pass: NetworkPass<GoogleCloudAction>
    do {
      pass = try await world.pass(provider, desired, goal, now: now, crashingAfter: limit, isLate: crashesBefore)
    } catch let error as CloudError where error.kind == .transport {
      // No answer: the next pass looks again.
      return NetworkPlan()
    }
    performed += pass.performed
    if let failure = pass.failures.first(where: { !$0.isTransient }) { throw failure }
    if pass.result == nil {
      crashes += 1
      performsLeft = nil
    } else {
      performsLeft = performsLeft.map { $0 - pass.performed.count }
      desired.ledger = pass.ledger
    }
    fake.tick()
    now = now.advanced(by: .seconds(5))
    return pass.plan
  }

  /// Until a reconcile finds nothing to do and nothing under way.
  mutating func converge(within limit: Int = 20) async throws -> NetworkPlan<GoogleCloudAction>? {
    for _ in 0..<limit {
      let plan = try await reconcile()
      if hasLooked(plan), plan.actions.isEmpty, plan.waiting.isEmpty, goal == .present || plan.isGone {
        return plan
      }
    }
    return nil
  }

  /// Whether the plan came of a look that the cloud answered.
  private func hasLooked(_ plan: NetworkPlan<GoogleCloudAction>) -> Bool { goal != .present || plan.isReady }
}

extension DesiredNetwork {
  /// Two subnets in two zones, as a test has them.
  static func google(uid: String = "6f9f7a1e-6f0a-4f39-9c43-1c1f4dd0f2aa") throws -> DesiredNetwork {
    let mark = OwnershipMark(namespace: "production", name: "main", uid: uid)
    var desired = DesiredNetwork(
      mark: mark,
      region: "europe-west1",
      cidr: try IPv4Network(parsing: "10.20.0.0/16"),
      subnets: [
        Subnet(name: "a", zone: "europe-west1-b", cidr: try IPv4Network(parsing: "10.20.0.0/20")),
        Subnet(name: "b", zone: "europe-west1-c", cidr: try IPv4Network(parsing: "10.20.16.0/20")),
      ]
    )
    desired.egressRules = [
      Rule(cidr: try IPv4Network(parsing: "192.168.100.0/24"), transport: .tcp, ports: [443...443, 8080...8090])
    ]
    desired.tags = ["Team": "Core Platform"]
    return desired
  }
}
