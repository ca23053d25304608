internal import CSystem
internal import Foundations
internal import Kubernetes

/// Carries out what a `Reflector` decides: the I/O and the waiting of an informer.
final class ReflectorDriver<Object: Resource>: Sendable {
  struct State {
    var reflector: Reflector
    /// Keys of the initial objects of a stream whose end bookmark has not arrived.
    var seen: Set<ObjectKey> = []
    var heard: ContinuousClock.Instant
    var opened: ContinuousClock.Instant
    /// Whether the server has answered the watch that is open.
    var isAccepted = false
    var events = 0

    var deadline: ContinuousClock.Instant {
      reflector.deadline(heard: heard, opened: opened, isAccepted: isAccepted)
    }
  }
  let informer: Informer<Object>
  let state: Locked<State>
  var time: any TimeSource { informer.time }

  init(_ informer: Informer<Object>) {
    self.informer = informer
    let options = informer.options
    let reflector = Reflector(
      streams: options.initial == .watchList,
      pagesFirstList: options.pagesFirstList,
      backoff: options.backoff
    )
    let now = informer.time.now
    state = Locked(State(reflector: reflector, heard: now, opened: now))
  }

  func run() async {
    var action = next(.started)
    while !Task.isCancelled {
      switch action {
      case .list(let version, let delay):
        guard await pause(delay) else { return }
        action = await list(version)
      case .stream(let version, let delay):
        guard await pause(delay) else { return }
        action = await watch(version, sendInitialEvents: true)
      case .watch(let version, let delay):
        guard await pause(delay) else { return }
        action = await watch(version, sendInitialEvents: false)
      }
    }
  }

  func next(_ outcome: Reflector.Outcome) -> Reflector.Action {
    state.withLock { $0.reflector.next(outcome) }
  }

  private func pause(_ delay: Duration) async -> Bool {
    informer.setBeat(after: delay)
    if delay > .zero { try? await time.sleep(for: delay) }
    return !Task.isCancelled
  }

  private func list(_ version: String) async -> Reflector.Action {
    informer.statistics.withLock { $0.lists += 1 }
    var seen: Set<ObjectKey> = []
    var token: String?
    do {
      while true {
        let page = try await informer.client.list(
          Object.self,
          informer.scope,
          resourceVersion: version,
          limit: informer.options.pageSize,
          continueToken: token
        )
        // Nothing from an outdated list may reach the store, unless it is the newest list there is.
        if token == nil, isBehind(page.resourceVersion), !version.isEmpty { return next(.wentBack) }
        take(page)
        seen.formUnion(page.items.map(\.key))
        seen.formUnion(page.undecodable.map(\.key))
        token = page.continueToken
        guard token == nil else { continue }
        complete(seen)
        return next(.listed(resourceVersion: page.resourceVersion))
      }
    } catch {
      if !Task.isCancelled {
        informer.failed(error)
        informer.logger.warning("a list failed", ["error": .string(error.message)])
      }
      return next(.listFailed(error))
    }
  }

  private func take(_ page: ListPage<Object>) {
    informer.heard()
    informer.emit(page.items.compactMap { put($0, isInitial: true) })
    informer.emit(informer.note(page.undecodable))
  }

  func put(_ object: Object, isInitial: Bool) -> Change<Object>? {
    informer.forget(object.key)
    return informer.store.put(informer.transform(object), isInitial: isInitial)
  }

  /// All initial objects have arrived. Any other object is gone.
  func complete(_ seen: Set<ObjectKey>) {
    informer.emit(informer.retain(seen))
    if seen.count > 500 { system_release_free_memory() }
    if !informer.hasSynced { informer.logger.info("filled a cache", ["objects": .int(informer.store.count)]) }
    informer.setSynced()
  }

  private func isBehind(_ version: String) -> Bool {
    let (isBehind, last) = state.withLock { ($0.reflector.isBehind(version), $0.reflector.resourceVersion) }
    if isBehind { warnOfAnotherHistory(version, last) }
    return isBehind
  }

  func warnOfAnotherHistory(_ version: String, _ last: String) {
    informer.logger.warning(
      "the server is at an older version than was seen: it lags behind, or etcd was restored from a backup",
      ["version": .string(version), "seen": .string(last)]
    )
  }
}
