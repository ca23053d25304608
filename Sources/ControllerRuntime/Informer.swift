internal import CSystem
public import Foundations
public import Kubernetes

/// A store that keeps itself equal to the API server's objects of one kind and scope, and tells what changed.
public final class Informer<Object: Resource>: Sendable {
  public typealias Handler = @Sendable ([Change<Object>]) -> Void

  public let store: Store<Object>
  private let client: any KubernetesAPI
  private let scope: Scope
  private let transform: @Sendable (Object) -> Object
  private let time: any TimeSource
  private let logger: Logger
  private let handlers = Locked<[Handler]>([])
  private let synced = Latch()

  /// - Parameters:
  ///   - indexers: see `Store`.
  ///   - transform: runs before an object is stored; drop what nobody reads.
  public init(
    client: any KubernetesAPI,
    scope: Scope = Scope(),
    indexers: [String: Store<Object>.Indexer] = [:],
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none,
    transform: @escaping @Sendable (Object) -> Object = { $0 }
  ) {
    self.client = client
    self.scope = scope
    self.transform = transform
    self.time = time
    self.logger = logger.with(["kind": .string(Object.resourceType.kind)])
    store = Store(indexers: indexers)
  }

  /// Calls `handler` with every batch of changes, those of the first list included. Register before `run`.
  public func onChange(_ handler: @escaping Handler) { handlers.withLock { $0.append(handler) } }

  public var hasSynced: Bool { synced.isOpen }
  /// Waits until the first list is in the store.
  public func waitForSync() async { await synced.wait() }

  /// Lists and watches until the task is cancelled.
  public func run() async {
    var state = ReflectorState()
    var step = state.next(.started)
    while !Task.isCancelled {
      switch step {
      case .list(let version, let delay):
        guard await pause(delay) else { return }
        step = await list(version, &state)
      case .watch(let version, let delay):
        guard await pause(delay) else { return }
        step = await watch(version, &state)
      }
    }
  }

  private func pause(_ delay: Duration) async -> Bool {
    if delay > .zero { try? await time.sleep(for: delay) }
    return !Task.isCancelled
  }

  private func list(_ version: String, _ state: inout ReflectorState) async -> ReflectorState.Step {
    var seen: Set<ObjectKey> = []
    var token: String?
    do {
      repeat {
        let page = try await client.list(
          Object.self,
          scope,
          resourceVersion: version,
          limit: 500,
          continueToken: token
        )
        token = page.continueToken
        seen.formUnion(page.items.map(\.key))
        emit(page.items.compactMap { store.put(transform($0), isInitial: true) })
        if token == nil {
          emit(store.retain(seen))
          if seen.count > 500 { system_release_free_memory() }
          synced.open()
          return state.next(.listed(resourceVersion: page.resourceVersion))
        }
      } while !Task.isCancelled
      return .list(resourceVersion: version, after: .zero)
    } catch {
      if !Task.isCancelled { logger.warning("a list failed", ["error": .string(error.message)]) }
      return state.next(.listFailed(error))
    }
  }

  private func watch(_ version: String, _ state: inout ReflectorState) async -> ReflectorState.Step {
    let started = time.now
    var count = 0
    do {
      let options = WatchOptions(resourceVersion: version, timeout: .seconds(Int64.random(in: 300...600)))
      let stream = try await client.watch(Object.self, scope, options)
      while let batch = try await stream.next() {
        count += batch.count
        try take(batch, &state)
      }
      return state.next(.watchEnded(events: count, lasted: started.duration(to: time.now)))
    } catch {
      if !Task.isCancelled { logger.info("a watch broke off", ["error": .string(error.message)]) }
      return state.next(.watchFailed(error, lasted: started.duration(to: time.now)))
    }
  }

  private func take(_ batch: [WatchEvent<Object>], _ state: inout ReflectorState) throws(KubernetesError) {
    var changes: [Change<Object>] = []
    defer { emit(changes) }
    for event in batch {
      switch event {
      case .added(let object), .modified(let object):
        state.saw(resourceVersion: object.metadata.resourceVersion ?? "")
        if let change = store.put(transform(object)) { changes.append(change) }
      case .deleted(let object):
        state.saw(resourceVersion: object.metadata.resourceVersion ?? "")
        if let change = store.remove(object.key) { changes.append(change) }
      case .bookmark(let version, _): state.saw(resourceVersion: version)
      case .error(let error): throw error
      }
    }
  }

  private func emit(_ changes: [Change<Object>]) {
    guard !changes.isEmpty else { return }
    for handler in handlers.withLock({ $0 }) { handler(changes) }
  }
}
