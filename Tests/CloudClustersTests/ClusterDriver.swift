import CloudResources
import Foundations
import HTTPTransportTesting
import SimulatorSupport
import Testing

@testable import CloudClusters

/// Passes of a cluster, one after the other, as its reconciler makes them.
final class ClusterDriver<Provider: ClusterProvider> {
  let provider: Provider
  var desired: DesiredCluster
  /// What the last pass left for the next.
  var observed: Provider.Observed?
  /// How far ahead of the simulator's clock the passes are.
  var ahead = Duration.zero

  init(_ provider: Provider, _ desired: DesiredCluster) {
    self.provider = provider
    self.desired = desired
  }

  @discardableResult
  func pass(_ goal: ClusterGoal = .present) async throws -> ClusterPass<Provider>.Outcome {
    let now = Timestamp.now().advanced(by: ahead)
    let result = try await ClusterPass(provider).run(desired, goal: goal, now: now, after: observed)
    desired.ledger = result.ledger
    observed = result.observed
    // Whatever was refused is due again next time.
    if !result.ledger.refusals.isEmpty { ahead += RefusedAction.longestPause }
    return result
  }

  /// Passes until nothing is to be done, of which the first reads everything.
  /// - Returns: the last plan, and everything that was done.
  @discardableResult
  func settle(_ goal: ClusterGoal = .present, limit: Int = 80) async throws -> (
    plan: ClusterPlan<Provider.Action>, done: [String], repairs: [String]
  ) {
    var (done, repairs): ([String], [String]) = ([], [])
    observed = nil
    for _ in 0..<limit {
      let result = try await pass(goal)
      done += result.performed
      repairs += result.steps.flatMap(\.repairs)
      let plan = result.plan
      if plan.actions.isEmpty, plan.waiting.isEmpty, plan.later.isEmpty || !plan.problems.isEmpty {
        return (plan, done, repairs)
      }
    }
    let last = try await pass(goal)
    let words = "not settled: \(last.plan.actions) \(last.plan.waiting) \(last.plan.later) \(last.failures)"
    throw SimulatorDoor.Failure(message: words)
  }

  /// Settles; what a pass with a fault has learned is lost, as when the operator is killed in it.
  func settleThroughCrashes(_ goal: ClusterGoal, _ faults: FaultTransport) async throws {
    for _ in 0..<120 {
      let (before, count) = (desired.ledger, faults.injected.count)
      let result = try await pass(goal)
      if faults.injected.count > count { (desired.ledger, observed) = (before, nil) }
      if goal == .absent ? result.plan.isGone : result.plan.isReady && result.plan.actions.isEmpty { return }
    }
    Issue.record("not settled")
  }
}
