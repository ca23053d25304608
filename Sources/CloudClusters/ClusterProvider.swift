package import Cloud
package import CloudResources
package import Foundations

/// A cloud's clusters: reads them, plans the differences, and carries out the plan.
///
/// Only `gather` and `perform` send requests. `plan` is pure, so that a cloud's rules can be tested as a table of states.
/// The process may crash after any of them: the next `gather` finds by mark what was made, and `plan` goes on from there.
package protocol ClusterProvider: Sendable {
  /// Everything that the plan needs, from as few calls as it takes. No secrets.
  associatedtype Observed: Sendable
  /// A mutating call. Its description stands in the plan in status: `create node group general-1a2b3c4d`.
  associatedtype Action: PlanAction

  /// - Parameters:
  ///   - goal: a deletion must also know who uses what is to go.
  ///   - previous: what a pass saw that found nothing to do, or that only had to wait and `waitsCheaply`; a cloud that
  ///     describes objects one by one may then read only some of them. Nil: everything is read.
  func gather(_ desired: DesiredCluster, _ goal: ClusterGoal, after previous: Observed?) async throws(CloudError)
    -> Observed

  /// Whether a part of it was copied from `previous`. No action is based on such a part: everything is read first.
  static func isPart(_ observed: Observed) -> Bool

  /// Whether the next pass gets it although the plan waits for the cloud.
  static func waitsCheaply(_ observed: Observed) -> Bool

  /// Pure.
  static func plan(_ desired: DesiredCluster, goal: ClusterGoal, _ observed: Observed, now: Timestamp)
    -> ClusterPlan<Action>

  /// Carries out one action. Repeating it does no harm. It enters what the next pass is to know into the ledger.
  func perform(_ action: Action, _ desired: DesiredCluster, _ ledger: inout Ledger) async throws(CloudError)
}

extension ClusterProvider {
  package static func isPart(_ observed: Observed) -> Bool { false }
  package static func waitsCheaply(_ observed: Observed) -> Bool { false }
  /// Passes for which a cluster that the cloud works on is not read as a whole: ten minutes.
  static var patience: Int { 20 }
}
