internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Carries out IPsec and OpenVPN connections: one gateway pod for each tunnel, in the gateways' namespace.
struct GatewayBackend: ConnectionBackend {
  let client: any KubernetesAPI
  let connections: Store<VPNConnection>
  let backbones: Store<Backbone>
  let forwards: Store<PortForward>
  let caches: GatewayCaches
  let gateways: SharedGateways
  let secrets: SecretReader
  let namespaces: NamespaceLabels
  let classes: GatewayClasses
  let actions: GatewayActions
  let events: EventRecorder
  let defaults: GatewayDefaults
  let scope: OperatorScope
  let limits: NamespaceLimits
  /// How long a gateway may be silent before Ready becomes Unknown.
  let gatewaySilence: Duration
  let time: any TimeSource
  let paces = Locked<[ObjectKey: GatewayPace]>([:])
  let compared = Locked<[ObjectKey: ComparedObjects]>([:])

  let types = VPNConnectionSpec.ConnectionType.withGateways
  let finalizer = GatewayLabels.finalizer

  func plan(for connection: VPNConnection, _ logger: Logger) async throws -> Planning<VPNConnection> {
    let key = connection.key
    guard !connection.isBeingDeleted else {
      guard let pass = try await tearDown(key, connection, logger) else { return .later(.requeueWithBackoff) }
      return .pass(pass)
    }
    let live = caches.live(of: key)
    await gateways.observer.follow(Self.pods(live, of: key), of: key)
    let forwards = forwards.naming(key)
    let sight = GatewayPace.Sight(connection, forwards, await gateways.observer.observations(of: key))
    let now = time.now
    if let wait = paces.withLock({ $0[key, default: GatewayPace()].wait(sight, now: now) }) {
      return .later(.requeue(after: wait))
    }
    let plan = GatewayPlan(await gather(connection, forwards, live))
    compared.withLock { $0[key] = plan.compared }
    return .pass(GatewayPass(plan: plan, actions: actions) { paces.withLock { $0[key]?.changed(at: time.now) } })
  }

  /// Reads the facts. What cannot be read is noted in them: the pass then does not act, but still reports what it saw.
  private func gather(
    _ connection: VPNConnection,
    _ forwards: [PortForward],
    _ live: GatewayLive
  ) async -> GatewayFacts {
    let key = connection.key
    var facts = GatewayFacts(connection: connection, defaults: defaults, now: time.timestamp)
    facts.patience = gatewaySilence
    facts.live = live
    facts.compared = compared.withLock { $0[key] } ?? ComparedObjects()
    facts.limits = limits
    facts.neighbours = connections.neighbours(of: connection)
    facts.backbones = backbones.indexed(BackboneCaches.Index.namespace, key.namespace)
    facts.strangers = caches.strangers(under: facts.objects)
    facts.forwards = forwards
    facts.forwardsBeyondLimit = Set(forwards.filter { !gateways.places.includes($0) }.map(\.key))
    facts.rivals = connections.rivals(of: connection)
    facts.formerAliases = caches.aliases(of: key).filter { $0.key.name != connection.spec.serviceName }
    facts.gatewayClass = classes.catalog.lookup(connection.spec.gatewayClassName)
    facts.observations = await gateways.observer.observations(of: key)
    facts.draining = await gateways.observer.draining(of: key)
    let namespaces = await namespaces.look(at: connection.spec.admittedNamespaces(of: key))
    (facts.unlabelledNamespaces, facts.unknownNamespaces) = namespaces
    do throws(KubernetesError) {
      facts.alias = try await service(connection.serviceKey)
    } catch {
      facts.unread = Obstacle(attempt: "read Service \(connection.serviceKey)", error: error)
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

  /// The Service with that name, if it exists. The operator watches only its own. It asks the API server about others
  /// until the connection's own Service exists.
  private func service(_ key: ObjectKey) async throws(KubernetesError) -> Service? {
    if let ours = caches.aliases.get(key) { return ours }
    do {
      return try await client.get(Service.self, key)
    } catch  where error.kind == .notFound {
      return nil
    }
  }

  /// The pods that can be asked for their status: the current one of each tunnel, and those that are ending.
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
}

extension GatewayBackend {
  init(
    _ context: KindContext,
    _ informers: VPNConnectionInformers,
    _ gateways: SharedGateways,
    _ classes: GatewayClasses
  ) {
    let settings = context.settings
    client = context.client
    connections = informers.connections.store
    backbones = informers.backbones.store
    forwards = informers.forwards.store
    caches = informers.gateways.caches
    self.gateways = gateways
    secrets = SecretReader(
      client: client,
      metadata: informers.secretMetadata.store,
      certificates: CertificateExpiries(context.registry)
    )
    namespaces = NamespaceLabels(client: client, areSetByServer: settings.hasPolicyV1, time: context.time)
    self.classes = classes
    actions = GatewayActions(client: client, hasPolicyV1: settings.hasPolicyV1)
    events = context.events
    defaults = settings.defaults
    scope = settings.scope
    limits = settings.limits
    gatewaySilence = settings.gatewaySilence
    time = context.time
  }
}

/// A `GatewayPlan` and its result.
struct GatewayPass: KindPass {
  typealias Object = VPNConnection
  let plan: GatewayPlan
  let actions: GatewayActions
  /// Called when something was changed.
  let changed: @Sendable () -> Void
  var obstacle: Obstacle?
  private(set) var repairs: [String] = []

  init(plan: GatewayPlan, actions: GatewayActions, changed: @escaping @Sendable () -> Void) {
    (self.plan, self.actions, self.changed) = (plan, actions, changed)
    obstacle = plan.unread
  }

  var finalizer: FinalizerStep { plan.finalizer }
  var status: VPNConnectionStatus? { plan.statusIsKnown ? plan.status(despite: obstacle) : nil }
  var next: ReconcileResult { .requeue(after: plan.requeueAfter, jitter: 0.2) }

  mutating func act(_ logger: Logger) async {
    let (done, failed) = await actions.performAll(plan.actions, logger)
    if !done.isEmpty { changed() }
    obstacle = obstacle ?? Obstacle(failed)
    if failed.isEmpty { repairs = plan.repaired.map { "\($0) was changed by someone else: restored" } }
  }
}
