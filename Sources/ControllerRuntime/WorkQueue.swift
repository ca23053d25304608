public import Foundations

/// Keys that need a look: each at most once in the queue, never at two workers, and once more if it changed while it
/// was being worked on (client-go's workqueue).
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
  public enum Priority: Int, Sendable { case user, initial }

  private struct State {
    var ready: [Priority: Deque<Key>] = [.user: Deque(), .initial: Deque()]
    /// Wants a look: in `ready`, or to be put there when its worker is done.
    var dirty: [Key: Priority] = [:]
    var processing: [Key: ContinuousClock.Instant] = [:]
    var delayed: [Key: ContinuousClock.Instant] = [:]
    var addedAt: [Key: ContinuousClock.Instant] = [:]
    var failures: [Key: Int] = [:]
    var workers: [CheckedContinuation<Key?, Never>] = []
    var isShutDown = false
  }
  private let state = Locked(State())
  private let time: any TimeSource
  private let backoff: Backoff
  private let metrics: QueueMetrics?

  public init(
    backoff: Backoff = .reconcile,
    time: any TimeSource = SystemTimeSource(),
    metrics: QueueMetrics? = nil
  ) {
    self.backoff = backoff
    self.time = time
    self.metrics = metrics
  }

  /// How many keys wait for a worker, delayed ones not counted.
  public var count: Int {
    state.withLock { state in state.dirty.keys.count { state.processing[$0] == nil } }
  }

  /// Asks for a look at `key`, now.
  public func add(_ key: Key, priority: Priority = .user) {
    let handOver = state.withLock { state in
      state.delayed[key] = nil
      return enqueue(key, priority, &state)
    }
    handOver?.0.resume(returning: handOver?.1)
  }

  private func enqueue(
    _ key: Key,
    _ priority: Priority,
    _ state: inout State
  ) -> (CheckedContinuation<Key?, Never>, Key)? {
    guard !state.isShutDown else { return nil }
    if let waiting = state.dirty[key] {
      // A user's change overtakes what only came with a list; the stale entry is skipped when its turn comes.
      if priority == .user, waiting == .initial, state.processing[key] == nil {
        state.dirty[key] = .user
        state.ready[.user]?.append(key)
      }
      return nil
    }
    metrics?.added()
    state.addedAt[key] = time.now
    state.dirty[key] = priority
    guard state.processing[key] == nil else { return nil }
    state.ready[priority]?.append(key)
    guard !state.workers.isEmpty, let next = takeNext(&state) else { return nil }
    return (state.workers.removeFirst(), next)
  }

  private func takeNext(_ state: inout State) -> Key? {
    for priority in [Priority.user, .initial] {
      while let key = state.ready[priority]?.popFirst() {
        guard state.dirty[key] == priority, state.processing[key] == nil else { continue }
        state.dirty[key] = nil
        let now = time.now
        state.processing[key] = now
        if let added = state.addedAt.removeValue(forKey: key) { metrics?.started(waited: added.duration(to: now)) }
        metrics?.depth(state.dirty.count)
        return key
      }
    }
    return nil
  }

  /// Asks for a look after `delay`; of several such the earliest counts.
  public func add(_ key: Key, after delay: Duration) {
    guard delay > .zero else { return add(key) }
    let due = time.now.advanced(by: delay)
    let isEarliest = state.withLock { state in
      if state.isShutDown || state.delayed[key].map({ $0 <= due }) == true { return false }
      state.delayed[key] = due
      return true
    }
    guard isEarliest else { return }
    Task {
      try? await time.sleep(until: due)
      let isDue = state.withLock { state in
        guard state.delayed[key] == due else { return false }
        state.delayed[key] = nil
        return true
      }
      if isDue { add(key) }
    }
  }

  /// Asks for a look after the key's own backoff, which grows with each call until `forget`.
  public func addFailed(_ key: Key, atLeast floor: Duration = .zero) {
    let attempt = state.withLock { state in
      state.failures[key, default: 0] += 1
      return state.failures[key] ?? 1
    }
    metrics?.retried()
    add(key, after: max(floor, backoff.delay(attempt: attempt)))
  }

  public func forget(_ key: Key) { state.withLock { $0.failures[key] = nil } }

  /// The next key; nil once the queue is shut down. Must be followed by `done`.
  public func next() async -> Key? {
    await withCheckedContinuation { continuation in
      let outcome: Key?? = state.withLock { state in
        if state.isShutDown { return .some(nil) }
        if let key = takeNext(&state) { return .some(key) }
        state.workers.append(continuation)
        return nil
      }
      if let outcome { continuation.resume(returning: outcome) }
    }
  }

  public func done(_ key: Key) {
    let handOver: (CheckedContinuation<Key?, Never>, Key)? = state.withLock { state in
      if let started = state.processing.removeValue(forKey: key) {
        metrics?.finished(worked: started.duration(to: time.now))
      }
      guard let priority = state.dirty[key], !state.isShutDown else { return nil }
      state.ready[priority]?.append(key)
      guard !state.workers.isEmpty, let next = takeNext(&state) else { return nil }
      return (state.workers.removeFirst(), next)
    }
    handOver?.0.resume(returning: handOver?.1)
  }

  /// No more keys: waiting workers get nil, working ones finish theirs.
  public func shutDown() {
    let workers = state.withLock { state in
      state.isShutDown = true
      state.delayed = [:]
      defer { state.workers = [] }
      return state.workers
    }
    for worker in workers { worker.resume(returning: nil) }
  }
}

/// First in, first out, with removal in amortised constant time.
struct Deque<Element> {
  private var front: [Element] = []
  private var back: [Element] = []
  mutating func append(_ element: Element) { back.append(element) }
  mutating func popFirst() -> Element? {
    if front.isEmpty {
      front = back.reversed()
      back = []
    }
    return front.popLast()
  }
}
