public import Foundations
public import Kubernetes

/// A store that stays equal to the API server's objects of one kind and scope, and reports what changed.
///
/// An object that `Object` cannot decode (for example because a field has another type) does not hold up the others.
/// One warning names it, and `informer_undecodable_objects` counts it. The store keeps the last version that it could
/// decode, if any, until the object is deleted or can be decoded again; see `undecodable`.
///
/// One informer serves any number of controllers. `InformerSet` returns the same one for the same kind and scope.
public final class Informer<Object: Resource>: Sendable {
  /// Called with one batch after the other, on the task that reads the watch. Be quick, and do not wait.
  public typealias Handler = @Sendable ([Change<Object>]) -> Void

  public typealias Options = InformerOptions

  public let store: Store<Object>
  /// Kind and scope, as in logs, metrics and `/readyz`: `Service everywhere, labels app=web`.
  public let name: String
  let client: any KubernetesAPI
  let scope: Scope
  let options: Options
  let transform: @Sendable (Object) -> Object
  let time: any TimeSource
  let logger: Logger
  private let handlers = Locked<[Handler]>([])
  private let synced = Latch()
  let statistics: Locked<InformerStatistics>
  let bad = Locked(UndecodableObjects())
  let wiring: WiringCheck

  /// - Parameters:
  ///   - indexers: see `Store`.
  ///   - transform: runs before an object is stored; remove what nobody reads.
  public init(
    client: any KubernetesAPI,
    scope: Scope = Scope(),
    indexers: [String: Store<Object>.Indexer] = [:],
    options: Options = Options(),
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none,
    transform: @escaping @Sendable (Object) -> Object = { $0 }
  ) {
    self.client = client
    self.scope = scope
    self.options = options
    self.transform = transform
    self.time = time
    let kind = Object.resourceType.kind
    name = "\(kind) \(scope)"
    self.logger = logger.with(["kind": .string(kind), "scope": .string(scope.description)])
    wiring = WiringCheck("the informer of \(name) is used but never run: pass it to manager.add")
    store = Store(indexers: indexers)
    statistics = Locked(InformerStatistics(now: time.now))
  }

  /// Calls `handler` with every batch of changes, including the first list. Objects that are present already are
  /// reported at once, as initial ones. Do not call this from a handler.
  public func onChange(_ handler: @escaping Handler) {
    handlers.withLock { handlers in
      let known = store.all
      if !known.isEmpty { handler(known.map { Change(old: nil, new: $0, isInitial: true) }) }
      handlers.append(handler)
    }
  }

  /// Passes changes to all handlers.
  func emit(_ changes: [Change<Object>]) {
    guard !changes.isEmpty else { return }
    handlers.withLock { for handler in $0 { handler(changes) } }
  }

  public var hasSynced: Bool { synced.isOpen }
  /// Waits until the first list is in the store or the task is cancelled.
  public func waitForSync() async { await synced.wait() }
  func setSynced() { synced.open() }

  /// Lists and watches until the task is cancelled. `Manager` does this for the informers that are added to it.
  public func run() async {
    wiring.meet()
    await ReflectorDriver(self).run()
  }
}
