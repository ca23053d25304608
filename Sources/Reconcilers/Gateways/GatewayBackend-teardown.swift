internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Removes everything that a deleted connection left in the cluster.
extension GatewayBackend {
  func cleanUp(after key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    // Objects outside the scope are never in the cache. Their gateways belong to another operator.
    guard scope.includes(key) else { return .done }
    guard var pass = try await tearDown(key, nil, logger) else { return .requeueWithBackoff }
    await pass.act(logger)
    if let obstacle = pass.obstacle { throw obstacle.error }
    return pass.next
  }

  /// - Returns: nil while a cache may lag behind the API server.
  func tearDown(_ key: ObjectKey, _ connection: VPNConnection?, _ logger: Logger) async throws -> TeardownPass? {
    let (live, aliases) = (caches.live(of: key), caches.aliases(of: key))
    guard try await mayRemove(live, aliases, of: key, connection) else {
      logger.info("left gateways alone: their VPNConnection exists, though this operator's cache does not show it yet")
      return nil
    }
    await gateways.observer.follow([], of: key)
    await secrets.forget(key)
    paces.withLock { $0[key] = nil }
    compared.withLock { $0[key] = nil }
    var metadata = ObjectMeta(name: key.name, namespace: key.namespace)
    metadata.uid = connection?.metadata.uid ?? live.owners.first { !$0.isEmpty }
    return TeardownPass(
      teardown: GatewayTeardown(live: live, aliases: aliases, now: time.timestamp),
      connection: connection,
      subject: PartialMetadata(metadata: metadata),
      actions: actions,
      events: events,
      now: time.timestamp
    )
  }

  /// Whether everything with the connection's name may be removed. If a cache lacks the connection, that proves
  /// nothing: it may lag behind the others, or the object may not be readable. So the API server is asked.
  ///
  ///     connection in the cache    its remains       the API server     removed
  ///     being deleted              all of its uid    is not asked       yes
  ///     being deleted              of another uid    the same object    yes: leftovers of a former object
  ///     being deleted              of another uid    another object     no: the cache is about to show it
  ///     none                       any               404 for the name   yes
  ///     none                       any               an object          no: the cache is about to show it
  ///     either                     any               fails              no; tried again with backoff
  private func mayRemove(
    _ live: GatewayLive,
    _ aliases: [Service],
    of key: ObjectKey,
    _ connection: VPNConnection?
  ) async throws(KubernetesError) -> Bool {
    if live.isEmpty && aliases.isEmpty { return true }
    let owners = live.owners.union(aliases.flatMap { $0.metadata.ownerReferences ?? [] }.map(\.uid))
    if let uid = connection?.metadata.uid, owners == [uid] { return true }
    do {
      let now = try await client.get(VPNConnection.self, key)
      return connection != nil && now.metadata.uid == connection?.metadata.uid
    } catch  where error.isObjectMissing {
      return true
    }
  }
}

/// A `GatewayTeardown` and its result.
struct TeardownPass: KindPass {
  typealias Object = VPNConnection
  let teardown: GatewayTeardown
  /// Nil: it no longer exists.
  let connection: VPNConnection?
  /// The connection, even if it no longer exists, because people look for events in its namespace.
  let subject: PartialMetadata<VPNConnection>
  let actions: GatewayActions
  let events: EventRecorder
  let now: Timestamp
  var obstacle: Obstacle?

  private var isMarked: Bool { connection?.metadata.finalizers?.contains(GatewayLabels.finalizer) == true }
  var finalizer: FinalizerStep { teardown.isDone && isMarked ? .remove(GatewayLabels.finalizer) : .keep }
  var status: VPNConnectionStatus? {
    guard let connection, isMarked else { return nil }
    return teardown.status(of: connection, despite: obstacle, now: now)
  }
  var next: ReconcileResult { teardown.requeueAfter.map { .requeue(after: $0) } ?? .done }

  mutating func act(_ logger: Logger) async {
    let (done, failed) = await actions.performAll(teardown.actions, logger)
    obstacle = Obstacle(failed)
    let removed = done.compactMap { action -> String? in
      guard case .delete(let kind, let object, _) = action else { return nil }
      return "\(kind) \(object)"
    }
    guard !removed.isEmpty else { return }
    events.normal(subject, reason: "GatewaysRemoved", action: "Delete", "deleted \(removed.joined(separator: ", "))")
  }
}

extension GatewayLive {
  /// The uids of the connections that the objects were created for, from their labels.
  var owners: Set<String> {
    let all: [[ObjectMeta]] = [
      deployments.map(\.metadata), services.map(\.metadata), secrets.map(\.metadata), networkPolicies.map(\.metadata),
      budgets.map(\.metadata), pods.map(\.metadata),
    ]
    return Set(all.joined().map { $0.labels?[GatewayLabels.uid] ?? "" })
  }
}
