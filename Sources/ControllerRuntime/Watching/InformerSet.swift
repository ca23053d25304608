public import Foundations
public import Kubernetes

/// One informer for each kind and scope, shared by every controller that asks for it: one watch, one copy.
public final class InformerSet: Sendable {
  private struct Identity: Hashable {
    var type: ObjectIdentifier
    var scope: Scope
  }
  private let client: any KubernetesAPI
  private let time: any TimeSource
  private let logger: Logger
  private let manager: Manager
  private let informers = Locked<[Identity: any Sendable]>([:])

  /// - Parameter manager: runs the informers that are asked for.
  public init(
    client: any KubernetesAPI,
    manager: Manager,
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none
  ) {
    self.client = client
    self.manager = manager
    self.time = time
    self.logger = logger
  }

  /// The informer of this kind and scope, made at the first call. Ask before the manager runs.
  /// - Parameters:
  ///   - indexers: added to those it has.
  ///   - transform: counts at the first call only; who shares an informer shares what it drops.
  public func informer<Object: Resource>(
    _ type: Object.Type = Object.self,
    scope: Scope = Scope(),
    indexers: [String: Store<Object>.Indexer] = [:],
    transform: @escaping @Sendable (Object) -> Object = { $0 }
  ) -> Informer<Object> {
    let (informer, isNew) = informers.withLock { informers -> (Informer<Object>, Bool) in
      let identity = Identity(type: ObjectIdentifier(type), scope: scope)
      if let known = informers[identity] as? Informer<Object> { return (known, false) }
      let new = Informer<Object>(
        client: client,
        scope: scope,
        time: time,
        logger: logger,
        transform: transform
      )
      informers[identity] = new
      return (new, true)
    }
    for (name, indexer) in indexers { informer.store.addIndex(name, indexer) }
    if isNew { manager.add(informer) }
    return informer
  }
}
