internal import Cloud
internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// What follows a look: the actions, or word of what is in their way.
extension BackboneReconciler {
  func act(
    _ plan: NetworkPlan<CloudNetwork.Action>,
    _ desired: DesiredNetwork,
    _ facts: BackboneFacts,
    _ logger: Logger
  ) async throws -> ReconcileResult {
    if facts.isDeleted, plan.isGone {
      do throws(KubernetesError) {
        try await Finalizer.remove(Self.finalizer, from: facts.backbone, client)
      } catch {
        return try await obstructed(by: error, "remove the finalizer \(Self.finalizer)", facts)
      }
      return .done
    }
    guard !facts.isPlanOnly else {
      try await write(BackboneStatus(facts, .planned(plan)), facts)
      return .requeue(after: Self.period, jitter: 0.2)
    }
    // Whatever is made from here on must be found again when the object is deleted.
    if !facts.isDeleted {
      do throws(KubernetesError) {
        try await Finalizer.add(Self.finalizer, to: facts.backbone, client)
      } catch {
        return try await obstructed(by: error, "add the finalizer \(Self.finalizer)", facts)
      }
    }
    var made = plan.report.ids
    for action in plan.actions {
      do throws(CloudError) {
        try await action.perform(desired, &made)
      } catch {
        logger.info("an action failed", ["action": .string(action.description), "error": .string(error.description)])
        return try await fail(error, facts, made: made)
      }
      logger.info("performed an action", ["action": .string(action.description)])
    }
    // At the first look at a new spec what differs is the spec's doing, as far as anybody can tell.
    let isSpecNew = facts.backbone.status?.observedGeneration != facts.backbone.metadata.generation
    for words in isSpecNew ? [] : plan.repairs {
      events.warning(facts.backbone, reason: "DriftRepaired", action: "Repair", words)
    }
    try await write(BackboneStatus(facts, .planned(plan), made: made), facts)
    if !plan.actions.isEmpty { return .requeue(after: Self.settling) }
    if !plan.waiting.isEmpty || !plan.later.isEmpty || !plan.problems.isEmpty || facts.isDeleted {
      return .requeue(after: plan.lookAgainAfter ?? Self.patience)
    }
    return .requeue(after: plan.lookAgainAfter ?? Self.period, jitter: 0.2)
  }

  /// A failure that may pass leaves the status of a network that is Ready for a while: nothing is known to have changed
  /// there. After `trust` nothing is known about it at all.
  func fail(
    _ error: CloudError,
    _ facts: BackboneFacts,
    made: [String: String] = [:]
  ) async throws -> ReconcileResult {
    let since = seen.withLock { seen in
      seen[facts.backbone.key] = seen[facts.backbone.key] ?? facts.now
      return seen[facts.backbone.key] ?? facts.now
    }
    let isBelieved = error.isTransient && (facts.isReady || facts.isUnseen) && !facts.isDeleted && made.isEmpty
    if !isBelieved {
      try await write(BackboneStatus(facts, .failed(error), made: made), facts)
    } else if let silence = Silence(since: since, now: facts.now, patience: Self.trust) {
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
