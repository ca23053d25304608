package import Cloud
package import CloudResources
package import Foundations

/// Reads a cluster, plans, and carries out the plan.
package struct ClusterPass<Provider: ClusterProvider>: Sendable {
  package typealias Run = PlanRun<ClusterPart, Provider.Action, ClusterReport>

  /// An observation of the cluster, and the plan that follows from it.
  package struct Look: Sendable {
    package var plan: ClusterPlan<Provider.Action>
    package var observed: Provider.Observed
    /// The ledger for the next pass if nothing of the plan is carried out.
    package var ledger: Ledger
  }

  /// The result of carrying out a plan.
  package struct Outcome: Sendable {
    package var plan: ClusterPlan<Provider.Action>
    /// The steps that succeeded.
    package var steps: [Run.Step] = []
    package var failures: [Run.Failure] = []
    /// Why the run ended early.
    package var end: CloudError?
    /// The ledger for the next pass.
    package var ledger: Ledger
    /// For the next pass, which may read only a part then; nil: it reads everything.
    package var observed: Provider.Observed?

    /// Descriptions of the actions that succeeded.
    package var performed: [String] { steps.map(\.action.description) }
  }

  let provider: Provider

  package init(_ provider: Provider) { self.provider = provider }

  /// - Parameter previous: `observed` of the pass before.
  package func look(
    _ desired: DesiredCluster,
    goal: ClusterGoal,
    now: Timestamp,
    after previous: Provider.Observed? = nil
  ) async throws(CloudError) -> Look {
    let observed = try await provider.gather(desired, goal, after: previous)
    let plan = Provider.plan(desired, goal: goal, observed, now: now)
    if Provider.isPart(observed), !plan.actions.isEmpty {
      return try await look(desired, goal: goal, now: now)
    }
    var ledger = plan.report.ledger
    if goal == .present, plan.isReady, plan.actions.isEmpty, plan.later.isEmpty, plan.waiting.isEmpty {
      ledger.forgetOthers()
    } else {
      // What the cloud does not show may only be late.
      ledger.ids.merge(desired.ledger.ids) { mine, _ in mine }
    }
    return Look(plan: plan, observed: observed, ledger: ledger)
  }

  /// - Parameter refused: actions that were refused before, by their descriptions.
  package func carryOut(
    _ look: Look,
    _ desired: DesiredCluster,
    refused: [String: RefusedAction],
    now: Timestamp
  ) async -> Outcome {
    var ledger = look.ledger
    var run = Run(look.plan, refused: refused, now: now)
    while let step = run.next() {
      do throws(CloudError) {
        try await provider.perform(step.action, desired, &ledger)
        run.succeeded()
      } catch {
        run.failed(error)
      }
    }
    ledger.refusals = run.refusals()
    var outcome = Outcome(plan: look.plan, ledger: ledger)
    (outcome.steps, outcome.failures, outcome.end) = (run.performed, run.failures, run.end)
    let plan = look.plan
    let onlyWaits = plan.actions.isEmpty && plan.problems.isEmpty && !plan.waiting.isEmpty
    if plan.isReady || onlyWaits && Provider.waitsCheaply(look.observed) { outcome.observed = look.observed }
    return outcome
  }

  /// Both at once.
  package func run(
    _ desired: DesiredCluster,
    goal: ClusterGoal,
    now: Timestamp,
    after previous: Provider.Observed? = nil
  ) async throws(CloudError) -> Outcome {
    let look = try await look(desired, goal: goal, now: now, after: previous)
    return await carryOut(look, desired, refused: desired.ledger.refusals, now: now)
  }
}
