package import Cloud
package import CloudResources
package import Foundations

/// Looks at a cluster in AWS, plans, and carries the plan out.
package struct AWSClusterPass: Sendable {
  package struct Result: Sendable {
    package var plan: AWSCluster.Plan
    /// Descriptions of the actions that succeeded.
    package var performed: [String]
    package var failures: [PlanRun<ClusterPart, AWSClusterAction, ClusterReport>.Failure]
    /// Why the run ended early.
    package var end: CloudError?
    /// What the next pass is to know.
    package var ledger: Ledger
    /// For the next pass, which reads only a part then; nil: something is to be done, and it reads everything.
    package var observed: AWSClusterState?
  }
  let cluster: AWSCluster

  package init(_ cluster: AWSCluster) { self.cluster = cluster }

  /// - Parameters:
  ///   - previous: `observed` of the pass before.
  ///   - acts: false in plan mode: nothing is changed.
  package func run(
    _ desired: DesiredCluster,
    goal: ClusterGoal,
    now: Timestamp,
    after previous: AWSClusterState? = nil,
    acts: Bool = true
  ) async throws(CloudError) -> Result {
    let observed = try await cluster.gather(desired, goal, after: previous)
    let plan = AWSCluster.plan(desired, goal: goal, observed, now: now)
    var ledger = plan.report.ledger
    ledger.ids.merge(desired.ledger.ids) { mine, _ in mine }
    // A part that was not read says nothing about what an action is to be based on.
    let isPart = observed.turn > 0 && !plan.actions.isEmpty
    if isPart { return try await self.run(desired, goal: goal, now: now, acts: acts) }
    guard acts else { return Result(plan: plan, performed: [], failures: [], ledger: ledger) }
    var run = PlanRun(plan, refused: desired.ledger.refusals, now: now)
    while let step = run.next() {
      do throws(CloudError) {
        try await cluster.perform(step.action, desired, &ledger)
        run.succeeded()
      } catch {
        run.failed(error)
      }
    }
    ledger.refusals = run.refusals()
    return Result(
      plan: plan,
      performed: run.performed.map(\.action.description),
      failures: run.failures,
      end: run.end,
      ledger: ledger,
      observed: plan.isReady ? observed : nil
    )
  }
}
