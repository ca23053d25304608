package import Cloud
package import CloudResources
package import Foundations

/// A type-erased `ClusterProvider`.
package struct CloudCluster: ClusterProvider {
  package struct Observed: Sendable {
    fileprivate typealias Planning = @Sendable (DesiredCluster, ClusterGoal, Timestamp) -> ClusterPlan<Action>
    fileprivate var value: any Sendable
    fileprivate var isPart: Bool
    fileprivate var waitsCheaply: Bool
    fileprivate var plan: Planning
  }
  package struct Action: PlanAction {
    fileprivate typealias Perform = @Sendable (DesiredCluster, inout Ledger) async throws(CloudError) -> Void
    package var description: String
    package var provides: Set<String>
    package var needs: Set<String>
    fileprivate var perform: Perform
  }

  private let gathering: @Sendable (DesiredCluster, ClusterGoal, Observed?) async throws(CloudError) -> Observed

  package init<Provider: ClusterProvider>(_ provider: Provider) {
    gathering = { (desired, goal, previous) async throws(CloudError) -> Observed in
      let seen = try await provider.gather(desired, goal, after: previous?.value as? Provider.Observed)
      let (isPart, waitsCheaply) = (Provider.isPart(seen), Provider.waitsCheaply(seen))
      return Observed(value: seen, isPart: isPart, waitsCheaply: waitsCheaply) { desired, goal, now in
        Provider.plan(desired, goal: goal, seen, now: now).map { Self.erased($0, of: provider) }
      }
    }
  }

  private static func erased<Provider: ClusterProvider>(_ action: Provider.Action, of provider: Provider) -> Action {
    Action(description: action.description, provides: action.provides, needs: action.needs) {
      (desired, ledger) async throws(CloudError) in
      try await provider.perform(action, desired, &ledger)
    }
  }

  package func gather(_ desired: DesiredCluster, _ goal: ClusterGoal, after previous: Observed?)
    async throws(CloudError) -> Observed
  {
    try await gathering(desired, goal, previous)
  }

  package static func isPart(_ observed: Observed) -> Bool { observed.isPart }
  package static func waitsCheaply(_ observed: Observed) -> Bool { observed.waitsCheaply }

  package static func plan(_ desired: DesiredCluster, goal: ClusterGoal, _ observed: Observed, now: Timestamp)
    -> ClusterPlan<Action>
  {
    observed.plan(desired, goal, now)
  }

  package func perform(_ action: Action, _ desired: DesiredCluster, _ ledger: inout Ledger) async throws(CloudError) {
    try await action.perform(desired, &ledger)
  }
}
