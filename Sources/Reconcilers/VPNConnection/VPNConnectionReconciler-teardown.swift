internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Removes what a connection that is going, or gone, left in the cluster.
extension VPNConnectionReconciler {
  func tearDown(_ key: ObjectKey, _ logger: Logger) async throws -> ReconcileResult {
    let connection = caches.connections.get(key)
    let (live, aliases) = (caches.live(of: key), caches.aliases(of: key))
    guard try await mayRemove(live, aliases, of: key, connection) else {
      logger.info("left gateways alone: their VPNConnection exists, though this operator's cache does not show it yet")
      return .requeueWithBackoff
    }
    await observer.follow([], of: key)
    await secrets.forget(key)
    paces.withLock { $0[key] = nil }
    let isMarked = connection?.metadata.finalizers?.contains(GatewayLabels.finalizer) == true
    let teardown = GatewayTeardown(live: live, aliases: aliases, hasFinalizer: isMarked, now: time.timestamp)
    let (done, failed) = await actions.performAll(teardown.actions, for: connection, logger)
    tell(done, of: key, connection?.metadata.uid ?? live.owners.first { !$0.isEmpty })
    let obstacle = Obstacle(failed)
    if let connection, isMarked, !done.contains(.removeFinalizer) {
      let status = teardown.status(of: connection, despite: obstacle, now: time.timestamp)
      try await write(status, to: connection)
    }
    if let obstacle { throw obstacle.error }
    return teardown.requeueAfter.map { .requeue(after: $0) } ?? .done
  }

  /// Whether everything that bears the connection's name may be removed. A cache that lacks the connection proves
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
    } catch  where error.kind == .notFound && error.reason == Self.objectNotFound {
      return true
    }
  }

  /// `metav1.StatusReasonNotFound`. A 404 without it says that the server does not know the path: while the custom
  /// resource is being registered, for example, when the objects are there all the same.
  private static let objectNotFound = "NotFound"

  /// One event a pass. It is about the connection even when that is gone: its namespace is where people look.
  private func tell(_ done: [GatewayAction], of key: ObjectKey, _ uid: String?) {
    let removed = done.compactMap { action -> String? in
      guard case .delete(let kind, let object, _) = action else { return nil }
      return "\(kind) \(object)"
    }
    guard !removed.isEmpty else { return }
    var metadata = ObjectMeta(name: key.name, namespace: key.namespace)
    metadata.uid = uid
    events.normal(
      PartialMetadata<VPNConnection>(metadata: metadata),
      reason: "GatewaysRemoved",
      action: "Delete",
      "deleted \(removed.joined(separator: ", "))"
    )
  }
}

extension GatewayLive {
  /// The uids of the connections that the objects were made for, by their labels.
  var owners: Set<String> {
    let all: [[ObjectMeta]] = [
      deployments.map(\.metadata), services.map(\.metadata), secrets.map(\.metadata), networkPolicies.map(\.metadata),
      budgets.map(\.metadata), pods.map(\.metadata),
    ]
    return Set(all.joined().map { $0.labels?[GatewayLabels.uid] ?? "" })
  }
}
