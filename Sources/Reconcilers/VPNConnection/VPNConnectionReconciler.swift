internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Makes the world match one VPNConnection: gather, plan, act, write the status if it differs.
struct VPNConnectionReconciler: Sendable {
  let client: any KubernetesAPI
  let caches: Caches
  let observer: GatewayObserver
  let secrets: SecretReader
  let namespaces: NamespaceLabels
  let actions: GatewayActions
  let events: EventRecorder
  let defaults: GatewayDefaults
  let scope: OperatorScope
  let time: any TimeSource
  /// When the gateways of a connection were last given something new.
  let lastChange = Locked<[ObjectKey: ContinuousClock.Instant]>([:])

  /// How long the gateways of one connection are left alone after a change. Forwards that trickle in are given to them
  /// together: each time costs a write for every tunnel, a refresh of its mount and a reload.
  static let pace: Duration = .milliseconds(500)

  func reconcile(_ key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    guard scope.includes(key) else { return .done }
    guard let connection = caches.connections.get(key), connection.metadata.deletionTimestamp == nil else {
      return try await tearDown(key, logger)
    }
    let live = caches.live(of: key)
    await observer.follow(Self.pods(live, of: key), of: key)
    let facts = try await gather(connection, live)
    let plan = VPNConnectionPlan(facts)
    if !plan.actions.isEmpty, let wait = paceLeft(key) { return .requeue(after: wait) }
    for action in plan.actions {
      try await actions.perform(action, for: connection)
      logger.info("performed an action", ["action": .string(action.description)])
    }
    for field in plan.repaired {
      events.warning(
        connection,
        reason: "DriftRepaired",
        action: "Repair",
        "\(field) was changed by others and is back"
      )
    }
    if plan.statusIsKnown { try await write(plan.status, to: connection) }
    return .requeue(after: (plan.requeueAfter ?? VPNConnectionPlan.period).jittered(by: 0.2))
  }

  /// How long to wait until the next change may be made; nil: now, and the pace begins anew.
  private func paceLeft(_ key: ObjectKey) -> Duration? {
    let now = time.now
    return lastChange.withLock { last in
      let left = last[key].map { Self.pace - $0.duration(to: now) } ?? .zero
      if left <= .zero { last[key] = now }
      return left > .zero ? left : nil
    }
  }

  private func gather(_ connection: VPNConnection, _ live: GatewayLive) async throws -> VPNConnectionFacts {
    let key = connection.key
    var facts = VPNConnectionFacts(connection: connection, defaults: defaults, now: time.timestamp)
    facts.live = live
    facts.forwards = caches.forwards(of: key)
    facts.rivals = caches.rivals(of: connection)
    facts.alias = try await serviceNamed(connection.spec.serviceName, in: key.namespace)
    facts.formerAliases = caches.aliases(of: key).filter { $0.key.name != connection.spec.serviceName }
    let names = GatewayContent.secretNames(of: connection)
    facts.credentials = Credentials(secrets: try await secrets.read(names, for: key))
    facts.observations = await observer.observations(of: key)
    facts.unlabelledNamespaces = try await namespaces.unlabelled(connection.spec.admittedNamespaces(of: key))
    return facts
  }

  /// What stands under the Service's name. Ours are watched; whether a foreign one is in the way is asked only until
  /// ours stands.
  private func serviceNamed(_ name: String, in namespace: String) async throws(KubernetesError) -> Service? {
    let key = ObjectKey(namespace: namespace, name: name)
    if let ours = caches.aliases.get(key) { return ours }
    do {
      return try await client.get(Service.self, key)
    } catch  where error.kind == .notFound {
      return nil
    }
  }

  /// The newest pod of each tunnel that has an address to be asked at.
  private static func pods(_ live: GatewayLive, of key: ObjectKey) -> [GatewayPod] {
    Set(live.pods.compactMap { $0.metadata.labels?[GatewayLabels.tunnel] }).compactMap { tunnel in
      guard let pod = live.pod(tunnel: tunnel), let address = pod.status?.podIP, let uid = pod.metadata.uid else {
        return nil
      }
      return GatewayPod(connection: key, tunnel: tunnel, name: pod.key.name, uid: uid, address: address)
    }
  }

  func write(_ status: VPNConnectionStatus, to connection: VPNConnection) async throws(KubernetesError) {
    guard status != connection.status else { return }
    TunnelEvents.record(from: connection.status, to: status, of: connection, events)
    var object = connection
    object.status = status
    try await client.writeStatus(of: object)
  }
}
