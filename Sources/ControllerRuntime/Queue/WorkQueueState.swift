internal import Foundations

/// The bookkeeping of a `WorkQueue`: a value that knows no clock, no lock and no task (client-go, util/workqueue).
///
///     add            not dirty               dirty, ready
///                    dirty                   unchanged; a user's add overtakes what only came with a list
///                    being processed         dirty; ready again when its worker is done
///     take                                   not dirty, being processed
///     done           dirty meanwhile         ready
struct WorkQueueState<Key: Hashable & Sendable> {
  typealias Instant = ContinuousClock.Instant

  private var ready: [WorkPriority: Deque<Key>] = [:]
  /// Wants a look: in `ready`, or to be put there when its worker is done.
  private var dirty: [Key: (priority: WorkPriority, since: Instant)] = [:]
  private var processing: [Key: Instant] = [:]
  private var delayed = DelayHeap<Key>()
  private var failures: [Key: Int] = [:]
  private(set) var isShutDown = false

  /// How many keys want a look, delayed ones not counted (`workqueue_depth`).
  var depth: Int { dirty.count }
  var delayedCount: Int { delayed.count }
  var nextDue: Instant? { delayed.next }

  /// - Returns: whether the key is new in the queue.
  mutating func add(_ key: Key, _ priority: WorkPriority, at now: Instant) -> Bool {
    guard !isShutDown else { return false }
    delayed.remove(key)
    if let known = dirty[key] {
      if priority < known.priority {
        dirty[key] = (priority, known.since)
        // The entry at the lower priority stays behind and is skipped when its turn comes.
        if processing[key] == nil { ready[priority, default: Deque()].append(key) }
      }
      return false
    }
    dirty[key] = (priority, now)
    if processing[key] == nil { ready[priority, default: Deque()].append(key) }
    return true
  }

  /// Of several delays the shortest counts; a plain add ends them all.
  mutating func add(_ key: Key, due: Instant) {
    guard !isShutDown else { return }
    delayed.add(key, due: due)
  }

  mutating func popDue(_ now: Instant) -> [Key] { delayed.popDue(now) }

  /// - Returns: the next key and since when it waited.
  mutating func take(at now: Instant) -> (key: Key, since: Instant)? {
    for priority in WorkPriority.allCases {
      while let key = ready[priority]?.popFirst() {
        guard let entry = dirty[key], entry.priority == priority, processing[key] == nil else { continue }
        dirty[key] = nil
        processing[key] = now
        return (key, entry.since)
      }
    }
    return nil
  }

  /// - Returns: since when it was worked on; nil when it was not.
  mutating func done(_ key: Key) -> Instant? {
    let started = processing.removeValue(forKey: key)
    if let entry = dirty[key], started != nil { ready[entry.priority, default: Deque()].append(key) }
    return started
  }

  /// - Returns: how often the key failed in a row, this time included.
  mutating func fail(_ key: Key) -> Int {
    let count = min((failures[key] ?? 0) + 1, 1000)
    failures[key] = count
    return count
  }

  mutating func forget(_ key: Key) { failures[key] = nil }

  /// Since when each key that is worked on is.
  var startTimes: [Instant] { Array(processing.values) }

  mutating func shutDown() {
    isShutDown = true
    delayed = DelayHeap()
    ready = [:]
    dirty = [:]
  }
}

/// How soon a key's turn comes.
public enum WorkPriority: Int, Sendable, CaseIterable, Comparable {
  /// Somebody did something just now.
  case user
  /// It came with a list: after a restart there are thousands of these, and nobody waits for one of them.
  case initial

  public static func < (left: WorkPriority, right: WorkPriority) -> Bool { left.rawValue < right.rawValue }
}
