internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Keeps the status of one PortForward: it owns no object, the gateways' configuration is its connection's to write.
struct PortForwardReconciler: Sendable {
  let client: any KubernetesAPI
  let caches: Caches
  let observer: GatewayObserver
  let events: EventRecorder
  let reservedNamespaces: Set<String>
  let limits: NamespaceLimits
  let places: ForwardPlaces
  let time: any TimeSource
  /// Since when each forward waits, in its present generation, for the gateways to take its ports.
  let waiting = Locked<[ObjectKey: Waiting]>([:])

  struct Waiting {
    var generation: Int64?
    var since: ContinuousClock.Instant
  }

  func reconcile(_ key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    guard let forward = caches.portForwards.get(key), forward.metadata.deletionTimestamp == nil else {
      waiting.withLock { $0[key] = nil }
      return .done
    }
    let connection = ObjectKey(namespace: key.namespace, name: forward.spec.vpnConnectionRef.name)
    var facts = PortForwardFacts(forward: forward, connection: caches.connections.get(connection), now: time.timestamp)
    facts.reservedNamespaces = reservedNamespaces
    facts.rivals = caches.rivals(of: forward).filter(places.includes)
    if !places.includes(forward) { facts.beyondLimit = limits.refusalOfForward() }
    facts.observations = await observer.observations(of: connection)
    let plan = PortForwardPlan(facts, age: age(of: forward))
    guard let status = plan.status else { return .requeue(after: plan.requeueAfter ?? PortForwardPlan.patience) }
    waiting.withLock { $0[key] = nil }
    if let news = forward.news(status) {
      record(news, forward)
      try await client.write(news, to: forward)
    }
    return facts.beyondLimit == nil ? .done : .requeue(after: ForwardPlaces.patience, jitter: 0.2)
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

  /// An event when Ready changes for the worse by the forward's own fault, or for the better after that. What befalls
  /// its connection is the connection's event, not one for each of a thousand forwards.
  private func record(_ status: PortForwardStatus, _ forward: PortForward) {
    let old = forward.status?.conditions?[.ready]
    guard let new = status.conditions?[.ready],
      old?.reason != new.reason || old?.status != new.status
    else { return }
    if Self.isOwnFault(new) {
      events.warning(forward, reason: new.reason, action: "Forward", new.message)
    } else if new.status == "True", let old, Self.isOwnFault(old) {
      events.normal(forward, reason: new.reason, action: "Forward", new.message)
    }
  }

  private static func isOwnFault(_ ready: Condition) -> Bool {
    let others: [Reason] = [.connectionNotReady, .progressing, .suspended, .gatewaysSilent]
    return ready.status == "False" && !others.contains { $0.rawValue == ready.reason }
  }
}
