internal import Cloud
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// A pass over a Backbone and its cloud, and its result.
struct BackbonePass: KindPass {
  typealias Object = Backbone

  /// A network that was read, and the plan for it.
  struct Work: Sendable {
    var plan: NetworkPlan<CloudNetwork.Action>
    var desired: DesiredNetwork
    /// The credentials with which the plan was made; nil: the operator's own identity.
    var credentials: CloudCredentials?
    var cloud: CloudNetwork
    /// The slot in the account, held until the pass is over.
    var place: CloudAccount.Place
  }

  let kind: BackboneKind
  let facts: BackboneFacts
  private let work: Work?
  /// Nil: the written status still holds.
  private var outcome: BackboneOutcome?
  private var ledger: Ledger?
  var obstacle: Obstacle?
  private(set) var repairs: [String] = []
  private(set) var next: ReconcileResult

  init(_ kind: BackboneKind, _ facts: BackboneFacts, _ outcome: BackboneOutcome?, next: ReconcileResult) {
    (self.kind, self.facts, self.outcome, self.next) = (kind, facts, outcome, next)
    work = nil
  }

  init(_ kind: BackboneKind, _ facts: BackboneFacts, _ work: Work) {
    (self.kind, self.facts) = (kind, facts)
    self.work = work
    outcome = .planned(work.plan, failures: [])
    next = .requeue(after: BackboneKind.period, jitter: 0.2)
  }

  var finalizer: FinalizerStep {
    guard let work else { return .keep }
    if facts.isDeleted { return work.plan.isGone ? .remove(BackboneKind.finalizer) : .keep }
    return facts.isPlanOnly ? .keep : .adding(BackboneKind.finalizer, to: facts.backbone.metadata)
  }

  var status: BackboneStatus? {
    if let obstacle { return obstacle.isWorthTelling ? BackboneStatus(facts, .obstructed(obstacle)) : nil }
    return outcome.map { BackboneStatus(facts, $0, ledger: ledger) }
  }

  mutating func prepare(_ logger: Logger) async {
    guard let work, !facts.isDeleted, !facts.isPlanOnly else { return }
    obstacle = await kind.keepCredentials(work, facts)
  }

  /// The copy is deleted only now, because it is useless without the finalizer. One that stays is swept later.
  func released(_ logger: Logger) async {
    do throws(KubernetesError) {
      try await kind.kept.discard(facts.backbone)
    } catch {
      logger.warning("could not delete the kept credentials", ["error": .string(error.message)])
    }
  }

  mutating func act(_ logger: Logger) async {
    if let error = outcome?.lookError {
      logger.warning("could not look at the network", ["error": .string(error.description)])
    }
    guard let work, !facts.isPlanOnly else { return }
    var ledger = work.plan.report.ledger
    // Someone who changed the spec, asks for a pass or deletes the object is waiting for the result.
    let refused = facts.isAskedFor || facts.isDeleted ? [:] : work.desired.ledger.refusals
    var run = BackboneRun(work.plan, refused: refused, now: facts.now)
    while let step = run.next() {
      let action = Logger.Value.string(step.action.description)
      do throws(CloudError) {
        try await step.action.perform(work.desired, &ledger)
        run.succeeded()
        logger.info("performed an action", ["action": action])
      } catch {
        run.failed(error)
        logger.warning("an action failed", ["action": action, "error": .string(error.description)])
      }
    }
    // On the first pass after a change of the spec, differences come from that change, not from drift.
    repairs = facts.isReached ? run.performed.flatMap(\.repairs) : []
    ledger.refusals = run.refusals()
    outcome = .planned(work.plan, failures: run.failures)
    self.ledger = ledger
    let result = CloudPace.Result(
      performed: run.performed.map(\.action.description),
      failures: run.failures.map(\.error),
      end: run.end,
      retryAt: ledger.refusals.values.map(\.retryAt).min()
    )
    next = kind.pace.next(after: result, work.plan, of: facts.backbone, kind.events, now: facts.now)
    if facts.isReady, work.plan.steps.isEmpty, !facts.isDeleted {
      await kind.reportUnclaimed(work.cloud, facts, logger)
    }
  }
}
