public import Foundations

/// Keys that need attention. Each is in the queue at most once and never at two workers, and comes up again if it was
/// added while being worked on (client-go's workqueue). Groups of keys share the workers fairly: see `WorkQueueState`.
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
  public typealias Priority = WorkPriority

  private struct State {
    var keys: WorkQueueState<Key>
    /// Workers that wait for a key, first come, first served.
    var workers = Deque<CheckedContinuation<Key?, Never>>()
    /// The task that sleeps until the earliest delayed key is due.
    var timer: (due: ContinuousClock.Instant, task: Task<Void, Never>)?
  }
  private typealias HandOver = (worker: CheckedContinuation<Key?, Never>, key: Key)

  private let state: Locked<State>
  private let time: any TimeSource
  private let backoff: Backoff
  private let metrics: QueueMetrics?

  /// The longest wait of a failed key, whatever `Retry-After` says: the longest backoff of controller-runtime.
  static var longestRetry: Duration { .seconds(1000) }
  /// The longest delay: clocks count in nanoseconds and end after 292 years.
  static var longestDelay: Duration { .seconds(366 * 86_400) }

  /// - Parameters:
  ///   - backoff: the delay after failures in a row (client-go: 5 ms to 1000 s).
  ///   - workers: how many keys are worked on at once at most. From two on, a group never holds all workers, and at
  ///     most half (rounded up) while keys of other groups wait. Nil: unknown; groups have no limits.
  ///   - group: the group of a key, such as its namespace. Groups take turns, however many keys each has waiting. Keys
  ///     of the group "" belong to none: together they take turns like a group, and have no limit.
  public init(
    backoff: Backoff = .reconcile,
    workers: Int? = nil,
    time: any TimeSource = SystemTimeSource(),
    metrics: QueueMetrics? = nil,
    group: @escaping @Sendable (Key) -> String = { _ in "" }
  ) {
    state = Locked(State(keys: WorkQueueState(workers: workers, group: group)))
    self.backoff = backoff
    self.time = time
    self.metrics = metrics
    metrics?.collect { [weak self] in self?.workInProgress() ?? [] }
  }

  /// How many keys wait for a worker, without delayed ones.
  public var count: Int { state.withLock { $0.keys.depth } }
  /// How many keys are delayed.
  public var delayedCount: Int { state.withLock { $0.keys.delayedCount } }

  /// Adds `key`, due now.
  public func add(_ key: Key, priority: Priority = .user) {
    let now = time.now
    resume(state.withLock { state in add([(key, priority)], now, &state) })
  }

  /// Adds all of these keys, due now.
  public func add(_ keys: some Sequence<Key>, priority: Priority = .user) {
    let now = time.now
    let keys = keys.map { (key: $0, priority: priority) }
    resume(state.withLock { state in add(keys, now, &state) })
  }

  private func add(_ keys: [(key: Key, priority: Priority)], _ now: ContinuousClock.Instant, _ state: inout State)
    -> [HandOver]
  {
    for (key, priority) in keys where state.keys.add(key, priority, at: now) { metrics?.added() }
    return handOver(now, &state)
  }

  /// Gives keys that may be taken now to waiting workers.
  private func handOver(_ now: ContinuousClock.Instant, _ state: inout State) -> [HandOver] {
    var given: [HandOver] = []
    while !state.workers.isEmpty, let key = take(now, &state), let worker = state.workers.popFirst() {
      given.append((worker, key))
    }
    metrics?.depth(state.keys.depth)
    return given
  }

  private func take(_ now: ContinuousClock.Instant, _ state: inout State) -> Key? {
    guard let (key, since) = state.keys.take(at: now) else { return nil }
    metrics?.started(waited: since.duration(to: now))
    return key
  }

  private func resume(_ given: [HandOver]) { for (worker, key) in given { worker.resume(returning: key) } }

  /// Adds `key` after `delay`, a year at most. If it is added several times, the earliest time and the most urgent
  /// priority apply. A plain `add` replaces all of them.
  public func add(_ key: Key, after delay: Duration, priority: Priority = .user) {
    guard delay > .zero else { return add(key, priority: priority) }
    let due = time.now.advanced(by: min(delay, Self.longestDelay))
    state.withLock { state in
      state.keys.add(key, due: due, priority)
      setTimer(&state)
    }
  }

  private func setTimer(_ state: inout State) {
    guard let due = state.keys.nextDue else { return }
    if let timer = state.timer {
      guard due < timer.due else { return }
      timer.task.cancel()
    }
    let time = time
    state.timer = (
      due,
      Task { [weak self] in
        try? await time.sleep(until: due)
        if !Task.isCancelled { self?.timerFired() }
      }
    )
  }

  private func timerFired() {
    let now = time.now
    resume(
      state.withLock { state in
        state.timer = nil
        let due = state.keys.popDue(now)
        setTimer(&state)
        return add(due, now, &state)
      }
    )
  }

  /// Adds a failed key after its own backoff, which grows with each call until `forget`. A key that is being worked on
  /// keeps its priority.
  /// - Parameter floor: the shortest delay, for example from `Retry-After`; 1000 s at most.
  public func addFailed(_ key: Key, atLeast floor: Duration = .zero) {
    let (attempt, priority) = state.withLock { ($0.keys.fail(key), $0.keys.priority(ofWorkOn: key) ?? .user) }
    metrics?.retried()
    add(key, after: max(min(floor, Self.longestRetry), backoff.delay(attempt: attempt)), priority: priority)
  }

  /// The priority of a key that is being worked on; nil if it is not.
  func priority(ofWorkOn key: Key) -> Priority? { state.withLock { $0.keys.priority(ofWorkOn: key) } }

  /// Forgets earlier failures, because the key succeeded or is not tried again. Its next failure counts as the first.
  public func forget(_ key: Key) { state.withLock { $0.keys.forget(key) } }

  /// Waits for the next key; nil once the queue is shut down. Call `done` when the work on it has ended.
  public func next() async -> Key? {
    await withCheckedContinuation { continuation in
      let now = time.now
      let outcome: Key?? = state.withLock { state in
        if state.keys.isShutDown { return .some(nil) }
        if let key = take(now, &state) {
          metrics?.depth(state.keys.depth)
          return .some(key)
        }
        state.workers.append(continuation)
        return nil
      }
      if let outcome { continuation.resume(returning: outcome) }
    }
  }

  /// Ends the work on this key. If it was added meanwhile, it comes up again.
  public func done(_ key: Key) {
    let now = time.now
    let given: [HandOver] = state.withLock { state in
      if let started = state.keys.done(key) { metrics?.finished(worked: started.duration(to: now)) }
      return handOver(now, &state)
    }
    resume(given)
  }

  /// Ends the queue: waiting workers get nil, working ones finish their key, and waiting keys are dropped.
  public func shutDown() {
    let workers = state.withLock { state in
      state.keys.shutDown()
      state.timer?.task.cancel()
      state.timer = nil
      var workers: [CheckedContinuation<Key?, Never>] = []
      while let worker = state.workers.popFirst() { workers.append(worker) }
      return workers
    }
    metrics?.depth(0)
    for worker in workers { worker.resume(returning: nil) }
  }

  /// How long each key in progress has been worked on.
  private func workInProgress() -> [Duration] {
    let now = time.now
    return state.withLock { $0.keys.startTimes }.map { $0.duration(to: now) }
  }
}
