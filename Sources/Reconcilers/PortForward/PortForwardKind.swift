internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Reconciles the status of PortForwards. They own no objects, because their connection writes the gateways'
/// configuration.
struct PortForwardKind: ReconciledKind {
  let forwards: Store<PortForward>
  let connections: Store<VPNConnection>
  let gateways: SharedGateways
  let reservedNamespaces: Set<String>
  let limits: NamespaceLimits
  let time: any TimeSource
  /// Since when each forward has waited, in its current generation, for the gateways to take its ports.
  private let waiting = Locked<[ObjectKey: Waiting]>([:])

  private struct Waiting {
    var generation: Int64?
    var since: ContinuousClock.Instant
  }

  static func register(_ context: KindContext, _ gateways: SharedGateways) {
    let informers = PortForwardInformers(context.informers, scope: context.settings.scope)
    let kind = PortForwardKind(
      forwards: informers.forwards.store,
      connections: informers.connections.store,
      gateways: gateways,
      reservedNamespaces: context.settings.defaults.reservedNamespaces,
      limits: context.settings.limits,
      time: context.time
    )
    let controller = context.controller(
      "portforward",
      concurrency: context.settings.concurrency,
      kind,
      informers.forwards.store
    )
    informers.wake(controller)
    gateways.observer.onChange { controller.queue.add($0.forwards) }
  }

  static let action = "Forward"

  func cached(_ key: ObjectKey) -> PortForward? { forwards.get(key) }

  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    waiting.withLock { $0[key] = nil }
    return .done
  }

  func plan(for forward: PortForward, _ logger: Logger) async throws -> Planning<PortForward> {
    guard !forward.isBeingDeleted else { return .later(try await cleanUp(after: forward.key, logger)) }
    var facts = PortForwardFacts(
      forward: forward,
      connection: connections.get(forward.connectionKey),
      now: time.timestamp
    )
    facts.reservedNamespaces = reservedNamespaces
    facts.rivals = forwards.rivals(of: forward).filter(gateways.places.includes)
    if !gateways.places.includes(forward) { facts.beyondLimit = limits.refusalOfForward() }
    facts.observations = await gateways.observer.observations(of: forward.connectionKey)
    let plan = PortForwardPlan(facts, age: age(of: forward))
    if plan.status != nil { waiting.withLock { $0[forward.key] = nil } }
    return .pass(plan)
  }

  private func age(of forward: PortForward) -> Duration {
    let now = time.now
    let generation = forward.metadata.generation
    return waiting.withLock { waiting in
      if let entry = waiting[forward.key], entry.generation == generation { return entry.since.duration(to: now) }
      waiting[forward.key] = Waiting(generation: generation, since: now)
      return .zero
    }
  }

  /// An event when Ready becomes False because of the forward itself, and when it is True again afterwards. Changes of
  /// its connection are the connection's event, not one for each of a thousand forwards.
  func event(for ready: Condition, before: Condition?, isStalled: Bool) -> ReadyEvent? {
    if Self.isOwnFault(ready) { return .warning }
    return ready.status == "True" && before.map(Self.isOwnFault) == true ? .normal : nil
  }

  private static func isOwnFault(_ ready: Condition) -> Bool {
    let others: [Reason] = [.connectionNotReady, .progressing, .suspended, .gatewaysSilent]
    return ready.status == "False" && !others.contains { $0.rawValue == ready.reason }
  }
}
