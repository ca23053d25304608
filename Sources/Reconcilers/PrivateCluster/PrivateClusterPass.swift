internal import Cloud
internal import CloudClusters
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// A pass over a PrivateCluster: what was read, and the result of carrying out the plan.
struct PrivateClusterPass: KindPass {
  typealias Object = PrivateCluster

  /// A cluster that was read, and the plan for it.
  struct Work: Sendable {
    var pass: ClusterPass<CloudCluster>
    var look: ClusterPass<CloudCluster>.Look
    var desired: DesiredCluster
    /// Held until the pass is over.
    var place: CloudAccount.Place

    var plan: ClusterPlan<CloudCluster.Action> { look.plan }
  }

  let kind: PrivateClusterKind
  let facts: PrivateClusterFacts
  private var work: Work?
  /// Nil: the written status stays.
  private var outcome: PrivateClusterOutcome?
  /// The condition that the cluster waits for before it is created.
  private var gate: Refusal?
  /// Whether nobody can reach the cloud any more, so that everything in it stays.
  private var isAbandoned = false
  private var ledger: Ledger?
  /// The refusal if someone else's Secret has the name of the kubeconfig's.
  private var foreignSecret: Refusal?
  var obstacle: Obstacle?
  private(set) var repairs: [String] = []
  private(set) var next: ReconcileResult

  init(
    _ kind: PrivateClusterKind,
    _ facts: PrivateClusterFacts,
    _ outcome: PrivateClusterOutcome?,
    next: ReconcileResult
  ) {
    (self.kind, self.facts, self.outcome, self.next) = (kind, facts, outcome, next)
  }

  /// A pass that waits. The informers start the next one when a dependency changes.
  init(_ kind: PrivateClusterKind, _ facts: PrivateClusterFacts, waitingFor gate: Refusal) {
    self.init(kind, facts, nil, next: .done)
    self.gate = gate
  }

  init(_ kind: PrivateClusterKind, _ facts: PrivateClusterFacts, _ work: Work) {
    self.init(
      kind,
      facts,
      .planned(work.plan, failures: []),
      next: .requeue(after: PrivateClusterKind.period, jitter: 0.2)
    )
    self.work = work
    ledger = work.look.ledger
  }

  /// A deletion whose Backbone no longer exists, so that nothing leads to the cloud.
  init(abandoned facts: PrivateClusterFacts, _ kind: PrivateClusterKind) {
    let name = facts.cluster.spec.backboneRef.name
    let refusal = Refusal(
      condition: .dependenciesReady,
      reason: .backboneNotFound,
      message:
        "Deleting: there is no Backbone \"\(name)\" in this namespace, whose credentials lead to the cluster: restore it, or "
        + "set spec.deletionPolicy to Retain to leave what is there"
    )
    self.init(kind, facts, .refused(refusal), next: .done)
    isAbandoned = facts.cluster.spec.isRetained
  }

  var finalizer: FinalizerStep {
    if isAbandoned { return .remove(PrivateClusterKind.finalizer) }
    guard let work else { return .keep }
    if facts.isDeleted { return work.plan.isGone ? .remove(PrivateClusterKind.finalizer) : .keep }
    return facts.isPlanOnly ? .keep : .adding(PrivateClusterKind.finalizer, to: facts.cluster.metadata)
  }

  var status: PrivateClusterStatus? {
    if let obstacle {
      return obstacle.isWorthTelling ? report(.obstructed(obstacle)) : nil
    }
    if let outcome { return report(outcome) }
    return gate.map { PrivateClusterStatus(facts, waitingFor: $0) }
  }

  private func report(_ outcome: PrivateClusterOutcome) -> PrivateClusterStatus {
    PrivateClusterStatus(facts, outcome, ledger: ledger, foreignSecret: foreignSecret)
  }

  func released(_ logger: Logger) async {
    kind.forget(facts.cluster.key)
    warn("LeftBehind")
  }

  /// Warns of what a deletion takes along or leaves behind.
  private func warn(_ reason: String) {
    for remark in work?.plan.report.remarks ?? [] {
      kind.events.warning(facts.cluster, reason: reason, action: "Delete", remark)
    }
  }

  mutating func act(_ logger: Logger) async {
    if let error = outcome?.lookError {
      logger.warning("could not look at the cluster", ["error": .string(error.description)])
    }
    guard let work, !facts.isPlanOnly else { return }
    // Someone who changed the spec, asked for a pass or deletes the object is waiting for the result.
    let isUrgent = facts.cluster.isAskedFor || facts.isDeleted
    let refused = isUrgent ? [:] : work.desired.ledger.refusals
    let done = await work.pass.carryOut(work.look, work.desired, refused: refused, now: facts.now)
    for action in done.performed { logger.info("performed an action", ["action": .string(action)]) }
    for failure in done.failures {
      let action = Logger.Value.string(failure.step.action.description)
      logger.warning("an action failed", ["action": action, "error": .string(failure.error.description)])
    }
    // Until the spec was carried out once, a difference comes from the change of the spec, not from someone else.
    repairs = facts.isReached ? done.steps.flatMap(\.repairs) : []
    outcome = .planned(work.plan, failures: done.failures)
    ledger = done.ledger
    remember(done.observed)
    let result = CloudPace.Result(
      performed: done.performed,
      failures: done.failures.map(\.error),
      end: done.end,
      retryAt: done.ledger.refusals.values.map(\.retryAt).min()
    )
    next = kind.pace.next(after: result, work.plan, of: facts.cluster, kind.events, now: facts.now)
    if !facts.isDeleted { await writeKubeconfig(work.plan.report) }
  }

  private func remember(_ observed: CloudCluster.Observed?) {
    let metadata = facts.cluster.metadata
    kind.memories.withLock { memories in
      memories[facts.cluster.key] = observed.map {
        .init(uid: metadata.uid, generation: metadata.generation, goal: facts.goal, observed: $0)
      }
    }
  }

  private mutating func writeKubeconfig(_ report: ClusterReport) async {
    guard let config = Kubeconfig(facts.cluster, report) else { return }
    do throws(KubernetesError) {
      foreignSecret = try await kind.kubeconfigs.keep(config, of: facts.cluster)
    } catch {
      obstacle = Obstacle(attempt: "write Secret \(Kubeconfig.key(of: facts.cluster))", error: error)
    }
  }
}
