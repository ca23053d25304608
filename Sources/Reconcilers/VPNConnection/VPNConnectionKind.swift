internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Reconciles VPNConnections, each through the backend of its type.
///
///     connection                             carried out by
///     being deleted, with a finalizer        the backend whose finalizer it is, whatever the type says now
///     otherwise, with a known type           the backend of the type
///     with another type                      nobody: it is refused
struct VPNConnectionKind: ReconciledKind {
  let connections: Store<VPNConnection>
  let backends: [any ConnectionBackend]
  let exposed: ExposeInformers
  let events: EventRecorder
  let time: any TimeSource
  /// Services and Ingresses that name a connection which cannot expose them, by connection. Each is reported once.
  private let refused = Locked<[ObjectKey: Set<String>]>([:])

  init(
    connections: Store<VPNConnection>,
    backends: [any ConnectionBackend],
    exposed: ExposeInformers,
    events: EventRecorder,
    time: any TimeSource
  ) {
    self.connections = connections
    self.backends = backends
    self.exposed = exposed
    self.events = events
    self.time = time
  }

  static func register(_ context: KindContext, _ gateways: SharedGateways, _ access: BackboneAccess) {
    let informers = VPNConnectionInformers(context.informers, settings: context.settings)
    let classes = GatewayClasses(store: informers.gateways.classes.store, defaults: context.settings.defaults)
    let kind = VPNConnectionKind(
      connections: informers.connections.store,
      backends: [
        GatewayBackend(context, informers, gateways, classes), TwingateBackend(context, informers, classes, access),
      ],
      exposed: informers.exposed,
      events: context.events,
      time: context.time
    )
    TwingateMetrics.register(context.registry, informers.connections.store)
    let controller = context.controller("vpnconnection", concurrency: 8, kind, informers.connections.store)
    informers.wake(controller)
    gateways.observer.onChange { news in
      if let connection = news.connection { controller.queue.add(connection) }
    }
    GatewayClassReporter(
      classes: classes,
      events: context.events,
      registry: context.registry,
      logger: context.logger
    ).register(context.manager, informers.gateways.classes)
  }

  func cached(_ key: ObjectKey) -> VPNConnection? { connections.get(key) }

  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    refuseExposure(
      by: key,
      "there is no VPNConnection \(key.name.printable(limit: 80)) in this namespace: correct annotation "
        + CloudLinker.Annotation.expose
    )
    var result = ReconcileResult.done
    for backend in backends {
      let next = try await backend.cleanUp(after: key, logger)
      if next != .done { result = next }
    }
    return result
  }

  func plan(for connection: VPNConnection, _ logger: Logger) async throws -> Planning<VPNConnection> {
    if connection.spec.type == .twingate {
      refused.withLock { $0[connection.key] = nil }
    } else {
      let message =
        "VPNConnection \(connection.key.name) is of type \(connection.spec.type) and leads outwards: name one of "
        + "type \(VPNConnectionSpec.ConnectionType.twingate) in annotation \(CloudLinker.Annotation.expose)"
      refuseExposure(by: connection.key, message)
    }
    if let backend = backend(for: connection) { return try await backend.plan(for: connection, logger) }
    guard !connection.isBeingDeleted else { return .later(.done) }
    let refusal =
      Refusal(connection.validate())
      ?? Refusal(
        condition: .accepted,
        reason: .invalidSpec,
        message: "spec.type: \(connection.spec.type) is not supported"
      )
    return .pass(RefusedPass(connection, refusal, keeping: [.policiesEnforced], now: time.timestamp))
  }

  private func refuseExposure(by connection: ObjectKey, _ message: String) {
    let objects = exposed.exposed(by: connection)
    let origins =
      objects.services.map { ExposeRules.origin(of: $0) } + objects.ingresses.map { ExposeRules.origin(of: $0) }
    let told = Set(origins.map { "\($0): \(message)" })
    let isNews = refused.withLock { refused in
      let before = refused[connection] ?? []
      refused[connection] = told.isEmpty ? nil : told
      return !told.isSubset(of: before)
    }
    if isNews { ExposeEvents(objects: objects, events: events).refuseAll(message) }
  }

  private func backend(for connection: VPNConnection) -> (any ConnectionBackend)? {
    if connection.isBeingDeleted {
      let finalizers = connection.metadata.finalizers ?? []
      if let owner = backends.first(where: { finalizers.contains($0.finalizer) }) { return owner }
    }
    return backends.first { $0.types.contains(connection.spec.type) }
  }

  func record(_ news: VPNConnectionStatus, of connection: VPNConnection, _ events: EventRecorder) {
    TunnelEvents.record(from: connection.status, to: news, of: connection, events)
    ConnectorEvents.record(from: connection.status, to: news, of: connection, events)
    let objects = exposed.exposed(by: connection.key)
    if !objects.isEmpty { ExposeEvents(objects: objects, events: events).record(from: connection.status, to: news) }
  }

  /// Everything else is reported by events about tunnels and connectors.
  func event(for ready: Condition, before: Condition?, isStalled: Bool) -> ReadyEvent? {
    isStalled && ready.status == "False" && ready.reason != before?.reason ? .warning : nil
  }
}
