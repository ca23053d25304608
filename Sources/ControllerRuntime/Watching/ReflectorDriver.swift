internal import CSystem
internal import Foundations
internal import Kubernetes

/// Does what a `Reflector` says: the I/O and the waiting of one informer.
final class ReflectorDriver<Object: Resource>: Sendable {
  private struct State {
    var reflector: Reflector
    /// Keys of the initial objects of a stream that has not ended yet.
    var seen: Set<ObjectKey> = []
    var heard: ContinuousClock.Instant
    var opened: ContinuousClock.Instant
    var events = 0
  }
  private let informer: Informer<Object>
  private let state: Locked<State>
  private var time: any TimeSource { informer.time }

  init(_ informer: Informer<Object>) {
    self.informer = informer
    let reflector = Reflector(streams: informer.options.initial == .watchList, backoff: informer.options.backoff)
    let now = informer.time.now
    state = Locked(State(reflector: reflector, heard: now, opened: now))
  }

  func run() async {
    var action = next(.started)
    while !Task.isCancelled {
      informer.setBeat()
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

  private func next(_ outcome: Reflector.Outcome) -> Reflector.Action {
    state.withLock { $0.reflector.next(outcome) }
  }

  private func pause(_ delay: Duration) async -> Bool {
    if delay > .zero { try? await time.sleep(for: delay) }
    return !Task.isCancelled
  }

  private func list(_ version: String) async -> Reflector.Action {
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
        informer.setBeat()
        seen.formUnion(page.items.map(\.key))
        informer.emit(page.items.compactMap { informer.store.put(informer.transform($0), isInitial: true) })
        token = page.continueToken
        guard token == nil else { continue }
        complete(seen)
        return next(.listed(resourceVersion: page.resourceVersion))
      }
    } catch {
      if !Task.isCancelled { informer.logger.warning("a list failed", ["error": .string(error.message)]) }
      return next(.listFailed(error))
    }
  }

  /// The initial objects are all in: what is not among them is gone.
  private func complete(_ seen: Set<ObjectKey>) {
    informer.emit(informer.store.retain(seen))
    if seen.count > 500 { system_release_free_memory() }
    if !informer.hasSynced { informer.logger.info("filled a cache", ["objects": .int(seen.count)]) }
    informer.setSynced()
  }

  private enum WatchEnd: Sendable {
    case regular
    case failed(KubernetesError)
    /// Nothing came for too long.
    case silent
  }

  private func watch(_ version: String, sendInitialEvents: Bool) async -> Reflector.Action {
    let opened = time.now
    state.withLock { state in
      state.seen = []
      state.events = 0
      state.heard = opened
      state.opened = opened
    }
    // Two children: one reads, the other watches the silence. Whoever ends first ends the other.
    let end = await withTaskGroup(of: WatchEnd.self) { group in
      group.addTask { await self.read(version, sendInitialEvents: sendInitialEvents) }
      group.addTask { await self.waitForSilence() }
      let first = await group.next() ?? .regular
      group.cancelAll()
      return first
    }
    let lasted = opened.duration(to: time.now)
    switch end {
    case .regular: return next(.watchEnded(events: state.withLock { $0.events }, lasted: lasted))
    case .failed(let error):
      if sendInitialEvents, error.kind == .invalid || error.kind == .badRequest {
        informer.logger.debug("the server has no WatchList: listing instead")
      } else if !Task.isCancelled {
        informer.logger.info("a watch broke off", ["error": .string(error.message)])
      }
      return next(.watchFailed(error, lasted: lasted))
    case .silent:
      if state.withLock({ $0.reflector.state == .streaming }) {
        informer.logger.info("the server did not end its initial events: listing instead")
        return next(.overdue)
      }
      // Before 1.21 the server has no bookmarks for kinds that nobody has touched since it started.
      let isNews = state.withLock { $0.events > 0 }
      informer.logger.log(isNews ? .info : .debug, "a watch was silent for too long and is opened anew")
      let message = "watch \(Object.resourceType.plural): silent for \(Reflector.longestSilence)"
      return next(.watchFailed(KubernetesError(.transport, message), lasted: lasted))
    }
  }

  private func waitForSilence() async -> WatchEnd {
    while !Task.isCancelled {
      let deadline = state.withLock { $0.reflector.deadline(heard: $0.heard, opened: $0.opened) }
      if time.now >= deadline { return .silent }
      try? await time.sleep(until: deadline)
    }
    return .regular
  }

  private func read(_ version: String, sendInitialEvents: Bool) async -> WatchEnd {
    let options = WatchOptions(
      resourceVersion: version,
      sendInitialEvents: sendInitialEvents,
      timeout: .seconds(Int64.random(in: informer.options.watchTimeout)),
      // Behind our own, which knows what the silence means.
      idleTimeout: Reflector.longestSilence + .seconds(5)
    )
    do {
      let stream = try await informer.client.watch(Object.self, informer.scope, options)
      while let batch = try await stream.next() {
        let now = time.now
        state.withLock { state in
          state.heard = now
          state.events += batch.count
        }
        informer.setBeat()
        try take(batch)
      }
      return .regular
    } catch {
      return .failed(error)
    }
  }

  private func take(_ batch: [WatchEvent<Object>]) throws(KubernetesError) {
    var changes: [Change<Object>] = []
    defer { informer.emit(changes) }
    for event in batch {
      switch event {
      case .added(let object), .modified(let object):
        let isInitial = note(object)
        if let change = informer.store.put(informer.transform(object), isInitial: isInitial) { changes.append(change) }
      case .deleted(let object):
        _ = note(object, isDeleted: true)
        if let change = informer.store.remove(object.key) { changes.append(change) }
      case .bookmark(let version, let isEnd):
        let seen: Set<ObjectKey>? = state.withLock { state in
          guard state.reflector.saw(.bookmark(resourceVersion: version, initialEventsEnd: isEnd)) else { return nil }
          defer { state.seen = [] }
          return state.seen
        }
        guard let seen else { continue }
        informer.emit(changes)
        changes = []
        complete(seen)
      case .error(let error): throw error
      }
    }
  }

  /// - Returns: whether the object belongs to the initial ones.
  private func note(_ object: Object, isDeleted: Bool = false) -> Bool {
    state.withLock { state in
      _ = state.reflector.saw(.object(resourceVersion: object.metadata.resourceVersion ?? ""))
      guard state.reflector.state == .streaming else { return false }
      if isDeleted { state.seen.remove(object.key) } else { state.seen.insert(object.key) }
      return true
    }
  }
}
