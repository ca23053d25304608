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
  let classes: GatewayClasses
  let actions: GatewayActions
  let events: EventRecorder
  let defaults: GatewayDefaults
  let scope: OperatorScope
  let limits: NamespaceLimits
  let places: ForwardPlaces
  /// For how long a gateway may be silent until Ready is Unknown.
  var gatewaySilence: Duration = GatewaySilence.patience
  let time: any TimeSource
  let paces = Locked<[ObjectKey: GatewayPace]>([:])

  func reconcile(_ key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    guard scope.includes(key) else { return .done }
    guard let connection = caches.connections.get(key), connection.metadata.deletionTimestamp == nil else {
      return try await tearDown(key, logger)
    }
    let live = caches.live(of: key)
    await observer.follow(Self.pods(live, of: key), of: key)
    let forwards = caches.forwards(of: key)
    let sight = GatewayPace.Sight(connection, forwards, await observer.observations(of: key))
    let now = time.now
    if let wait = paces.withLock({ $0[key, default: GatewayPace()].wait(sight, now: now) }) {
      return .requeue(after: wait)
    }
    let facts = await gather(connection, forwards, live)
    let plan = VPNConnectionPlan(facts)
    let (done, failed) = await actions.performAll(plan.actions, for: connection, logger)
    if !done.isEmpty {
      let now = time.now
      paces.withLock { $0[key]?.changed(at: now) }
    }
    for field in plan.repaired where failed.isEmpty {
      events.warning(
        connection,
        reason: "DriftRepaired",
        action: "Repair",
        "\(field) was changed by others and is back"
      )
    }
    let obstacle = facts.unread ?? Obstacle(failed)
    if plan.statusIsKnown { try await write(plan.status(despite: obstacle), to: connection) }
    if let obstacle { throw obstacle.error }
    return .requeue(after: plan.requeueAfter.jittered(by: 0.2))
  }

  /// What cannot be read is noted in the facts: it keeps the pass from acting, not from telling what it saw.
  private func gather(
    _ connection: VPNConnection,
    _ forwards: [PortForward],
    _ live: GatewayLive
  ) async -> VPNConnectionFacts {
    let key = connection.key
    var facts = VPNConnectionFacts(connection: connection, defaults: defaults, now: time.timestamp)
    facts.patience = gatewaySilence
    facts.live = live
    facts.limits = limits
    facts.neighbours = caches.neighbours(of: connection)
    facts.strangers = caches.strangers(under: facts.objects)
    facts.forwards = forwards
    facts.forwardsBeyondLimit = Set(facts.forwards.filter { !places.includes($0) }.map(\.key))
    facts.rivals = caches.rivals(of: connection)
    facts.formerAliases = caches.aliases(of: key).filter { $0.key.name != connection.spec.serviceName }
    facts.gatewayClass = classes.catalog.lookup(connection.spec.gatewayClassName)
    facts.observations = await observer.observations(of: key)
    facts.draining = await observer.draining(of: key)
    let namespaces = await namespaces.look(at: connection.spec.admittedNamespaces(of: key))
    (facts.unlabelledNamespaces, facts.unknownNamespaces) = namespaces
    do throws(KubernetesError) {
      facts.alias = try await serviceNamed(connection.spec.serviceName, in: key.namespace)
    } catch {
      facts.unread = Obstacle(attempt: "read Service \(key.namespace)/\(connection.spec.serviceName)", error: error)
    }
    let names = GatewayContent.secretNames(of: connection)
    do throws(KubernetesError) {
      facts.credentials = try await secrets.credentials(names, for: key)
    } catch {
      let list = names.sorted().joined(separator: ", ")
      facts.unread = facts.unread ?? Obstacle(attempt: "read the Secrets \(list) of \(key.namespace)", error: error)
    }
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

  /// The pods that have an address to be asked at: the one of each tunnel that counts, and those on their way out.
  private static func pods(_ live: GatewayLive, of key: ObjectKey) -> [GatewayPod] {
    live.pods.compactMap { pod in
      guard let tunnel = pod.metadata.labels?[GatewayLabels.tunnel], let address = pod.status?.podIP,
        let uid = pod.metadata.uid
      else { return nil }
      let isEnding = pod.metadata.deletionTimestamp != nil
      guard isEnding || pod.key == live.pod(tunnel: tunnel)?.key else { return nil }
      return GatewayPod(
        connection: key,
        tunnel: tunnel,
        name: pod.key.name,
        uid: uid,
        address: address,
        isEnding: isEnding
      )
    }
  }

  func write(_ status: VPNConnectionStatus, to connection: VPNConnection) async throws(KubernetesError) {
    guard let news = connection.news(status) else { return }
    TunnelEvents.record(from: connection.status, to: news, of: connection, events)
    try await client.write(news, to: connection)
  }
}
