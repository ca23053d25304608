internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// A pass over an object, in the same order for every kind.
///
///     step                     done by
///     find the object          the cache; a kind cleans up after an object that is gone
///     gather, check, plan      the kind, which returns a `KindPass`
///     plan mode                the kind lists its actions in the status and plans none
///     finalizer                added before the first action, removed when a deletion has nothing left to do
///     act                      the pass; a failure becomes its obstacle
///     events                   DriftRepaired for each repair, one when Ready changes, and the kind's own
///     status                   cut to its schema, and written only if it differs
///     requeue                  as the pass asks; with backoff after an obstacle
///
/// A status is written whatever else failed: see decision 10.
struct KindReconciler<Kind: ReconciledKind>: Sendable {
  let kind: Kind
  let client: any KubernetesAPI
  let events: EventRecorder
  let registry: MetricsRegistry

  func reconcile(_ key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    guard let object = kind.cached(key) else { return try await kind.cleanUp(after: key, logger) }
    switch try await kind.plan(for: object, logger) {
    case .later(let result): return result
    case .pass(let pass): return try await carryOut(pass, object, logger)
    }
  }

  func carryOut(
    _ planned: any KindPass<Kind.Object>,
    _ object: Kind.Object,
    _ logger: Logger
  ) async throws -> ReconcileResult {
    var pass = planned
    await pass.prepare(logger)
    // A pass with an obstacle changes nothing and reports it.
    if pass.obstacle == nil {
      do throws(KubernetesError) {
        switch pass.finalizer {
        case .keep: break
        case .add(let finalizer): try await Finalizer.add(finalizer, to: object, client)
        case .remove(let finalizer):
          try await Finalizer.remove(finalizer, from: object, client)
          await pass.released(logger)
          return .done
        }
        await pass.act(logger)
      } catch {
        pass.obstacle = Obstacle(attempt: pass.finalizer.description, error: error)
      }
    }
    for repair in pass.repairs {
      events.warning(object, reason: "DriftRepaired", action: "Repair", repair)
      ObjectMetrics.countRepairs(Kind.Object.resourceType.kind, registry)
    }
    if let status = pass.status { try await write(status, to: object) }
    if let obstacle = pass.obstacle { throw obstacle.error }
    return pass.next
  }

  private func write(_ proposed: Kind.Object.Status, to object: Kind.Object) async throws(KubernetesError) {
    var proposed = proposed
    proposed.lastHandledReconcileAt = object.metadata.annotations?[CloudLinker.Annotation.requestedAt]
    guard let news = object.news(proposed) else { return }
    kind.record(news, of: object, events)
    recordReady(news, of: object)
    try await client.write(news, to: object)
  }

  private func recordReady(_ news: Kind.Object.Status, of object: Kind.Object) {
    let before = object.status?.conditions?[.ready]
    guard let ready = news.conditions?[.ready], before?.reason != ready.reason || before?.status != ready.status,
      let event = kind.event(for: ready, before: before, isStalled: news.conditions?[.stalled] != nil)
    else { return }
    switch event {
    case .warning: events.warning(object, reason: ready.reason, action: Kind.action, ready.message)
    case .normal: events.normal(object, reason: ready.reason, action: Kind.action, ready.message)
    }
  }
}
