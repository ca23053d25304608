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
  private let options: InformerOptions
  private let informers = Locked<[Identity: any Sendable]>([:])

  /// - Parameters:
  ///   - manager: runs the informers.
  ///   - options: for every informer that does not bring its own.
  ///   - time: nil: the manager's.
  ///   - logger: nil: the manager's.
  public init(
    client: any KubernetesAPI,
    manager: Manager,
    options: InformerOptions = InformerOptions(),
    time: (any TimeSource)? = nil,
    logger: Logger? = nil
  ) {
    self.client = client
    self.options = options
    self.time = time ?? manager.time
    self.logger = logger ?? manager.logger
    self.manager = manager
  }

  /// The informer for this kind and scope, created and added to the manager at the first call. Call this before the
  /// manager runs: a later informer is never filled, which is logged as an error and makes `/healthz` fail.
  /// - Parameters:
  ///   - scope: namespace and selectors. Different scopes are different informers, even if they overlap.
  ///   - indexers: added to those that the informer has.
  ///   - options: nil: the set's. Used at the first call only.
  ///   - transform: runs before an object is stored. Used at the first call only, so that all users of an informer
  ///     share what it removes.
  public func informer<Object: Resource>(
    _ type: Object.Type = Object.self,
    scope: Scope = Scope(),
    indexers: [String: Store<Object>.Indexer] = [:],
    options: InformerOptions? = nil,
    transform: @escaping @Sendable (Object) -> Object = { $0 }
  ) -> Informer<Object> {
    let (informer, isNew) = informers.withLock { informers -> (Informer<Object>, Bool) in
      let identity = Identity(type: ObjectIdentifier(type), scope: scope)
      if let known = informers[identity] as? Informer<Object> { return (known, false) }
      let new = Informer<Object>(
        client: client,
        scope: scope,
        options: options ?? self.options,
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
