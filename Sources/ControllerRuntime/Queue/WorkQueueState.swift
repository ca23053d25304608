internal import Foundations

/// The bookkeeping of a `WorkQueue`. A value without clock, lock or task (client-go, util/workqueue).
///
///     call           state before            state after
///     add            not dirty               dirty, ready
///                    dirty                   unchanged; a more urgent add makes it more urgent
///                    being processed         dirty; ready again when its worker is done
///     take           ready                   not dirty, being processed
///     done           dirty meanwhile         ready
///
/// Which ready key `take` returns:
///
///     priority       user before background, but every eighth key is a background key if one waits
///     groups         take turns within a priority; a group at its limit is skipped
///     limit          half of the workers, rounded up, while a key of another group could be taken instead;
///                    all workers but one otherwise, so that a group that comes later need not wait for a slow one
struct WorkQueueState<Key: Hashable & Sendable> {
  typealias Instant = ContinuousClock.Instant

  /// The number of user keys that are taken in a row while background keys wait.
  static var longestRun: Int { 7 }

  private let group: @Sendable (Key) -> String
  /// How many workers a group may hold. The limits are tried one after the other.
  private let limits: [Int]

  private var ready: [WorkPriority: FairQueue<Key>] = [:]
  /// Keys that were added: they are in `ready`, or move there when their worker is done.
  private var dirty: [Key: (priority: WorkPriority, since: Instant)] = [:]
  private var processing: [Key: (priority: WorkPriority, since: Instant)] = [:]
  /// How many keys of each group are being processed.
  private var working: [String: Int] = [:]
  /// How many user keys were taken in a row while background keys waited.
  private var run = 0
  private var delayed = DelayHeap<Key>()
  private var failures: [Key: Int] = [:]
  private(set) var isShutDown = false

  /// - Parameters:
  ///   - workers: how many keys are worked on at once at most; nil: unknown, and groups have no limits.
  ///   - group: the group of a key; `FairQueue.ungrouped` if it belongs to none.
  init(workers: Int? = nil, group: @escaping @Sendable (Key) -> String = { _ in FairQueue<Key>.ungrouped }) {
    self.group = group
    limits = workers.flatMap { $0 < 2 ? nil : [($0 + 1) / 2, $0 - 1] } ?? [.max]
  }

  /// The number of dirty keys, without delayed ones (`workqueue_depth`).
  var depth: Int { dirty.count }
  var delayedCount: Int { delayed.count }
  var nextDue: Instant? { delayed.next }

  /// - Returns: whether the key is new in the queue.
  mutating func add(_ key: Key, _ priority: WorkPriority, at now: Instant) -> Bool {
    guard !isShutDown else { return false }
    let priority = min(priority, delayed.remove(key) ?? priority)
    let known = dirty[key]
    if let known, known.priority <= priority { return false }
    if let known { ready[known.priority]?.remove(key, group: group(key)) }
    dirty[key] = (priority, known?.since ?? now)
    if processing[key] == nil { enqueue(key, priority) }
    return known == nil
  }

  private mutating func enqueue(_ key: Key, _ priority: WorkPriority) {
    ready[priority, default: FairQueue()].append(key, group: group(key))
  }

  /// If a key has several delays, the shortest one and the most urgent priority apply. A plain add ends all of them.
  mutating func add(_ key: Key, due: Instant, _ priority: WorkPriority) {
    guard !isShutDown else { return }
    delayed.add(key, due: due, priority)
  }

  mutating func popDue(_ now: Instant) -> [(key: Key, priority: WorkPriority)] { delayed.popDue(now) }

  /// - Returns: the next key and the time since when it has waited; nil if no key may be taken now.
  mutating func take(at now: Instant) -> (key: Key, since: Instant)? {
    for limit in limits {
      for priority in run < Self.longestRun ? WorkPriority.allCases : WorkPriority.allCases.reversed() {
        guard let key = ready[priority]?.popFirst(working: working, limit: limit),
          let entry = dirty.removeValue(forKey: key)
        else { continue }
        processing[key] = (priority, now)
        working[group(key), default: 0] += 1
        run = priority == .user && ready[.background]?.isEmpty == false ? run + 1 : 0
        return (key, entry.since)
      }
    }
    return nil
  }

  /// - Returns: the time since when it was worked on; nil if it was not.
  mutating func done(_ key: Key) -> Instant? {
    guard let started = processing.removeValue(forKey: key) else { return nil }
    let group = group(key)
    working[group, default: 0] -= 1
    if working[group] == 0 { working[group] = nil }
    if let entry = dirty[key] { enqueue(key, entry.priority) }
    return started.since
  }

  /// The priority at which a key that is being worked on was taken; nil if it is not being worked on.
  func priority(ofWorkOn key: Key) -> WorkPriority? { processing[key]?.priority }

  /// - Returns: how often the key has failed in a row, this time included.
  mutating func fail(_ key: Key) -> Int {
    let count = min((failures[key] ?? 0) + 1, 1000)
    failures[key] = count
    return count
  }

  mutating func forget(_ key: Key) { failures[key] = nil }

  /// When the work on each key in progress began.
  var startTimes: [Instant] { processing.values.map(\.since) }

  mutating func shutDown() {
    isShutDown = true
    delayed = DelayHeap()
    ready = [:]
    dirty = [:]
  }
}
