internal import Cloud
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// What follows once the network was seen: the actions, the events about them, and the status.
extension BackboneReconciler {
  /// - Parameter credentials: those that the plan came with; nil: the operator's own identity.
  func act(
    _ plan: NetworkPlan<CloudNetwork.Action>,
    _ desired: DesiredNetwork,
    _ facts: BackboneFacts,
    _ logger: Logger,
    credentials: CloudCredentials? = nil
  ) async throws -> ReconcileResult {
    if facts.isDeleted, plan.isGone {
      do throws(KubernetesError) {
        try await Finalizer.remove(Self.finalizer, from: facts.backbone, client)
      } catch {
        return try await obstructed(by: error, "remove the finalizer \(Self.finalizer)", facts)
      }
      // Only now: without the finalizer nobody needs the copy. One that stays is swept later.
      do throws(KubernetesError) {
        try await kept.discard(facts.backbone)
      } catch {
        logger.warning("could not delete the kept credentials", ["error": .string(error.message)])
      }
      return .done
    }
    guard !facts.isPlanOnly else {
      try await write(BackboneStatus(facts, .planned(plan, failures: [])), facts)
      return .requeue(after: Self.period, jitter: 0.2)
    }
    if !facts.isDeleted, let result = try await prepare(plan, facts, credentials) { return result }
    var ledger = plan.report.ledger
    // Whoever changed the spec, asks for a pass or deletes the object waits for it.
    let refused = facts.isAskedFor || facts.isDeleted ? [:] : desired.ledger.refusals
    var run = BackboneRun(plan, refused: refused, now: facts.now)
    while let step = run.next() {
      let action = Logger.Value.string(step.action.description)
      do throws(CloudError) {
        try await step.action.perform(desired, &ledger)
        run.succeeded()
        logger.info("performed an action", ["action": action])
      } catch {
        run.failed(error)
        logger.info("an action failed", ["action": action, "error": .string(error.description)])
      }
    }
    // Before the spec was carried out once, what differs is that change and nobody's interference.
    for repair in facts.isReached ? run.performed.flatMap(\.repairs) : [] {
      events.warning(facts.backbone, reason: "DriftRepaired", action: "Repair", repair)
    }
    ledger.refusals = run.refusals()
    try await write(BackboneStatus(facts, .planned(plan, failures: run.failures), ledger: ledger), facts)
    return next(plan, run, retryAt: ledger.refusals.values.map(\.retryAt).min(), facts)
  }

  /// What must stand before anything is made or taken over, so that it is found again and can be deleted.
  /// - Returns: nil when it does.
  func prepare(
    _ plan: NetworkPlan<CloudNetwork.Action>,
    _ facts: BackboneFacts,
    _ credentials: CloudCredentials?
  ) async throws -> ReconcileResult? {
    // What led to a plan without that problem leads to the network.
    if let credentials, !plan.problems.contains(where: { $0.kind == .credentialsRefused }) {
      do throws(KubernetesError) {
        try await kept.keep(credentials, of: facts.backbone)
      } catch {
        guard facts.hasFinalizer else {
          return try await obstructed(by: error, "keep a copy of the credentials", facts)
        }
        events.warning(facts.backbone, reason: "CredentialsNotKept", action: "Reconcile", Self.notKept(error))
      }
    }
    do throws(KubernetesError) {
      try await Finalizer.add(Self.finalizer, to: facts.backbone, client)
    } catch {
      return try await obstructed(by: error, "add the finalizer \(Self.finalizer)", facts)
    }
    return nil
  }

  private static func notKept(_ error: KubernetesError) -> String {
    "Could not keep a copy of the credentials in the operator's namespace, so the network cannot be deleted if the Secret "
      + "is deleted before the Backbone: \(error)"
  }

  /// When to look again.
  /// - Parameter retryAt: when the first of the refused actions is due.
  private func next(
    _ plan: NetworkPlan<CloudNetwork.Action>,
    _ run: BackboneRun,
    retryAt: Timestamp?,
    _ facts: BackboneFacts
  ) -> ReconcileResult {
    if let error = run.end { return error.retryAfter.map { .requeue(after: $0) } ?? .requeueWithBackoff }
    let isWaiting = !plan.waiting.isEmpty || !plan.later.isEmpty
    let performed = run.performed.map(\.action.description)
    let history = repeated.withLock { repeated in
      repeated[facts.backbone.key, default: RepeatedActions()]
        .note(performed, isSettled: plan.steps.isEmpty && !isWaiting)
      return repeated[facts.backbone.key, default: RepeatedActions()]
    }
    if let (action, count) = history.contested(among: performed) {
      events.warning(
        facts.backbone,
        reason: "DriftFought",
        action: "Repair",
        "\(action) was done \(count) times and did not last: look for what reverts it, or for why the cloud does not keep it"
      )
    }
    if !performed.isEmpty {
      return .requeue(after: history.pause(after: performed, shortest: Self.settling, longest: Self.period))
    }
    if run.failures.contains(where: \.error.isTransient) { return .requeueWithBackoff }
    if !run.failures.isEmpty {
      let pause = retryAt.map { max(.seconds(1), $0.since(facts.now)) } ?? Self.patience * 4
      // What else is under way in the cloud goes on meanwhile.
      return .requeue(after: plan.waiting.isEmpty ? pause : min(pause, plan.lookAgainAfter ?? Self.patience))
    }
    if isWaiting || !plan.problems.isEmpty || facts.isDeleted {
      return .requeue(after: plan.lookAgainAfter ?? Self.patience)
    }
    return .requeue(after: plan.lookAgainAfter ?? Self.period, jitter: 0.2)
  }

  /// Reports that the network could not be looked at. A failure that may pass leaves the status of a network that is Ready
  /// as it is for a while, because nothing is known to have changed there. After `trust` nothing is known about it at all.
  func fail(_ error: CloudError, _ facts: BackboneFacts) async throws -> ReconcileResult {
    let since = seen.withLock { seen in
      seen[facts.backbone.key] = seen[facts.backbone.key] ?? facts.now
      return seen[facts.backbone.key] ?? facts.now
    }
    let silence = Silence(since: since, now: facts.now, patience: Self.trust)
    let isBelieved = error.isTransient && (facts.isReady || facts.isUnseen) && !facts.isDeleted
    if !isBelieved {
      try await write(BackboneStatus(facts, .failed(error, unseenSince: silence == nil ? nil : since)), facts)
    } else if let silence {
      try await write(BackboneStatus(facts, .unseen(error, since: since, silence)), facts)
    }
    if let wait = error.retryAfter { return .requeue(after: wait) }
    return error.isTransient ? .requeueWithBackoff : .requeue(after: Self.patience * 4, jitter: 0.2)
  }

  /// Says what the API server refused, and leaves the error to the backoff.
  func obstructed(
    by error: KubernetesError,
    _ attempt: String,
    _ facts: BackboneFacts
  ) async throws -> ReconcileResult {
    let obstacle = Obstacle(attempt: attempt, error: error)
    if obstacle.isWorthTelling { try await write(BackboneStatus(facts, .obstructed(obstacle)), facts) }
    throw error
  }

  func write(_ status: BackboneStatus, _ facts: BackboneFacts) async throws(KubernetesError) {
    guard let news = facts.backbone.news(status) else { return }
    record(news, facts.backbone)
    try await client.write(news, to: facts.backbone)
  }

  private func record(_ status: BackboneStatus, _ backbone: Backbone) {
    let old = backbone.status?.conditions?[.ready]
    guard let new = status.conditions?[.ready],
      old?.reason != new.reason || old?.status != new.status
    else { return }
    let isFault = status.conditions?[.stalled] != nil
    if isFault {
      events.warning(backbone, reason: new.reason, action: "Reconcile", new.message)
    } else {
      events.normal(backbone, reason: new.reason, action: "Reconcile", new.message)
    }
  }
}
