internal import Foundations
internal import Kubernetes

extension ReflectorDriver {
  private enum WatchEnd: Sendable {
    case regular
    case failed(KubernetesError)
    /// Nothing arrived for too long.
    case silent
    case wentBack
  }

  func watch(_ version: String, sendInitialEvents: Bool) async -> Reflector.Action {
    informer.statistics.withLock { $0.watches += 1 }
    let opened = time.now
    state.withLock { state in
      state.seen = []
      state.events = 0
      state.isAccepted = false
      state.heard = opened
      state.opened = opened
    }
    // Two children: one reads, the other looks for silence. The first to end ends the other.
    let end = await withTaskGroup(of: WatchEnd.self) { group in
      group.addTask { await self.read(version, sendInitialEvents: sendInitialEvents) }
      group.addTask { await self.waitForSilence() }
      let first = await group.next() ?? .regular
      group.cancelAll()
      return first
    }
    return next(outcome(end, lasted: opened.duration(to: time.now)))
  }

  private func outcome(_ end: WatchEnd, lasted: Duration) -> Reflector.Outcome {
    let (state, now) = (state.withLock { $0 }, time.now)
    let isStreaming = state.reflector.state == .streaming
    switch end {
    case .regular: return .watchEnded(events: state.events, lasted: lasted)
    case .wentBack: return .wentBack
    case .silent where isStreaming && state.isAccepted:
      informer.logger.info("the server did not end its initial events: listing instead")
      return .overdue
    case .failed(let error):
      if isStreaming, error.kind == .invalid || error.kind == .badRequest {
        informer.logger.debug("the server has no WatchList: listing instead")
      } else if error.kind == .transport, isSilent(state, now) {
        return silence(state, lasted)
      } else if !Task.isCancelled {
        informer.failed(error)
        informer.logger.info("a watch broke off", ["error": .string(error.message)])
      }
      return .watchFailed(error, events: state.events, lasted: lasted)
    case .silent:
      if state.isAccepted { return silence(state, lasted) }
      let error = KubernetesError(.transport, "watch \(Object.resourceType.plural): no answer for \(lasted)")
      informer.failed(error)
      informer.logger.info("a watch was not answered", ["error": .string(error.message)])
      return .watchFailed(error, lasted: lasted)
    }
  }

  /// Whether the transport ended the stream after a whole silence.
  private func isSilent(_ state: State, _ now: ContinuousClock.Instant) -> Bool {
    state.isAccepted && state.reflector.state == .watching
      && state.heard.duration(to: now) >= Reflector.longestSilence
  }

  private func silence(_ state: State, _ lasted: Duration) -> Reflector.Outcome {
    informer.logger.log(state.events > 0 ? .info : .debug, "a watch was silent for too long and is opened again")
    return .watchSilent(events: state.events, lasted: lasted)
  }

  private func waitForSilence() async -> WatchEnd {
    while !Task.isCancelled {
      let (deadline, isSoonEarlier) = state.withLock { state in
        (state.deadline, state.reflector.state == .streaming && !state.isAccepted)
      }
      let now = time.now
      if now >= deadline { return .silent }
      // The server's answer brings a stream's deadline forward.
      let sooner = now.advanced(by: Reflector.longestPause)
      try? await time.sleep(until: isSoonEarlier ? min(deadline, sooner) : deadline)
    }
    return .regular
  }

  private func read(_ version: String, sendInitialEvents: Bool) async -> WatchEnd {
    let options = WatchOptions(
      resourceVersion: version,
      sendInitialEvents: sendInitialEvents,
      timeout: .seconds(Int64.random(in: informer.options.watchTimeout)),
      idleTimeout: Reflector.longestSilence
    )
    do {
      let stream = try await informer.client.watch(Object.self, informer.scope, options)
      accepted()
      while let batch = try await stream.next() {
        let now = time.now
        state.withLock { state in
          state.heard = now
          state.events += batch.count
        }
        informer.heard()
        guard try take(batch) else { return .wentBack }
      }
      return .regular
    } catch {
      return .failed(error)
    }
  }

  private func accepted() {
    let now = time.now
    let isWatching = state.withLock { state in
      state.heard = now
      state.isAccepted = true
      return state.reflector.state == .watching
    }
    if isWatching { informer.recovered() }
  }

  /// - Returns: false if the server's history is a different one, so that the watch is of no use.
  private func take(_ batch: [WatchEvent<Object>]) throws(KubernetesError) -> Bool {
    var changes: [Change<Object>] = []
    defer { informer.emit(changes) }
    for event in batch {
      switch event {
      case .added(let object), .modified(let object):
        let isInitial = note(object.key, object.metadata.resourceVersion)
        if let change = put(object, isInitial: isInitial) { changes.append(change) }
      case .undecodable(let object, isDeleted: false):
        _ = note(object.key, object.resourceVersion)
        changes += informer.note([object])
      case .deleted(let object):
        changes += remove(object.key, object.metadata.resourceVersion)
      case .undecodable(let object, isDeleted: true):
        changes += remove(object.key, object.resourceVersion)
      case .bookmark(let version, let isEnd):
        switch bookmark(version, isEnd) {
        case .readOn: continue
        case .wentBack: return false
        case .complete(let seen):
          informer.emit(changes)
          changes = []
          complete(seen)
          informer.recovered()
        }
      case .error(let error): throw error
      }
    }
    return true
  }

  private func remove(_ key: ObjectKey, _ version: String?) -> [Change<Object>] {
    _ = note(key, version, isDeleted: true)
    informer.forget(key)
    return informer.store.remove(key).map { [$0] } ?? []
  }

  private enum Bookmark {
    case readOn
    case complete(Set<ObjectKey>)
    case wentBack
  }

  private func bookmark(_ version: String, _ isEnd: Bool) -> Bookmark {
    let (verdict, last, seen) = state.withLock { state in
      let last = state.reflector.resourceVersion
      return (state.reflector.saw(.bookmark(resourceVersion: version, initialEventsEnd: isEnd)), last, state.seen)
    }
    guard verdict != .readOn else { return .readOn }
    if ResourceVersion.isLower(version, than: last) { warnOfAnotherHistory(version, last) }
    guard verdict == .complete else { return .wentBack }
    state.withLock { $0.seen = [] }
    return .complete(seen)
  }

  /// - Returns: whether the object is one of the initial ones.
  private func note(_ key: ObjectKey, _ version: String?, isDeleted: Bool = false) -> Bool {
    state.withLock { state in
      _ = state.reflector.saw(.object(resourceVersion: version ?? ""))
      guard state.reflector.state == .streaming else { return false }
      if isDeleted { state.seen.remove(key) } else { state.seen.insert(key) }
      return true
    }
  }
}
