import Cloud
import Foundations

@testable import Reconcilers

/// A reconciler that may die: what the generic one does with a provider, and nothing else.
struct GoogleCloudDriver {
  struct Death: Error {}
  let fake: FakeCompute
  var desired: DesiredNetwork
  var goal = NetworkGoal.present
  var now = Timestamp(seconds: 1_767_225_600)
  /// Performs until death, and on which side of the last of them; nil: immortal.
  var performsLeft: Int?
  var diesBefore = false
  var performed: [String] = []
  var deaths = 0

  init(_ fake: FakeCompute, _ desired: DesiredNetwork) {
    self.fake = fake
    self.desired = desired
  }

  /// One reconcile. What it learned is remembered only if it lived to the end.
  mutating func reconcile() async throws -> NetworkPlan<GoogleCloudAction> {
    let provider = GoogleCloudNetwork(compute: fake.compute, region: desired.region)
    guard let observed = try await gather(provider) else { return NetworkPlan() }
    let plan = GoogleCloudNetwork.plan(desired, goal: goal, observed, now: now)
    var made = plan.report.ids
    do {
      for action in plan.actions {
        if try dies(before: true) { throw Death() }
        try await perform(action, provider, &made)
        performed.append(action.description)
        if try dies(before: false) { throw Death() }
      }
      desired.knownIDs = made
    } catch is Death {
      deaths += 1
    }
    fake.tick()
    now = now.advanced(by: .seconds(5))
    return plan
  }

  /// Until a reconcile finds nothing to do and nothing under way.
  mutating func converge(within limit: Int = 20) async throws -> NetworkPlan<GoogleCloudAction>? {
    for _ in 0..<limit {
      let plan = try await reconcile()
      if !plan.parts.isEmpty, plan.actions.isEmpty, plan.waiting.isEmpty, goal == .present || plan.isGone {
        return plan
      }
    }
    return nil
  }

  /// Nil: no answer, as if the process had died before it did anything.
  private func gather(_ provider: GoogleCloudNetwork) async throws(CloudError) -> GoogleCloudObserved? {
    do throws(CloudError) { return try await provider.gather(desired) } catch {
      guard error.kind == .transport else { throw error }
      return nil
    }
  }

  private func perform(
    _ action: GoogleCloudAction,
    _ provider: GoogleCloudNetwork,
    _ made: inout [String: String]
  ) async throws(CloudError) {
    do throws(CloudError) {
      try await provider.perform(action, desired, made: &made)
    } catch {
      // As the generic reconciler: what is not ready now is tried again by the next plan.
      if !error.isTransient { throw error }
    }
  }

  private mutating func dies(before: Bool) throws -> Bool {
    guard let left = performsLeft, before == diesBefore else { return false }
    performsLeft = left > 0 ? left - 1 : nil
    return left == 0
  }
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
