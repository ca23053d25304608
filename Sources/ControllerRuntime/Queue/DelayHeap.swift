/// Keys that are due later, the earliest first. If a key is added several times, the earliest time and the most urgent
/// priority apply.
struct DelayHeap<Key: Hashable> {
  private struct Entry {
    var key: Key
    var due: ContinuousClock.Instant
  }
  /// A binary heap. Entries that do not agree with `due` are stale and are skipped when they come up.
  private var entries: [Entry] = []
  private var due: [Key: (instant: ContinuousClock.Instant, priority: WorkPriority)] = [:]

  var count: Int { due.count }

  /// When the earliest key is due.
  var next: ContinuousClock.Instant? { entries.first?.due }

  mutating func add(_ key: Key, due instant: ContinuousClock.Instant, _ priority: WorkPriority) {
    let known = due[key]
    let priority = min(priority, known?.priority ?? priority)
    if let known, known.instant <= instant {
      due[key] = (known.instant, priority)
      return
    }
    due[key] = (instant, priority)
    entries.append(Entry(key: key, due: instant))
    siftUp(entries.count - 1)
  }

  /// - Returns: the priority with which the key was delayed; nil if it was not delayed.
  @discardableResult
  mutating func remove(_ key: Key) -> WorkPriority? {
    guard let removed = due.removeValue(forKey: key) else { return nil }
    if due.isEmpty { entries = [] }
    // Stale entries are dropped as they come up, or all at once if they outnumber the live ones.
    if entries.count > 2 * due.count + 64 {
      entries = due.map { Entry(key: $0.key, due: $0.value.instant) }.sorted { $0.due < $1.due }
    }
    return removed.priority
  }

  /// Removes the keys that are due at `now`, earliest first.
  mutating func popDue(_ now: ContinuousClock.Instant) -> [(key: Key, priority: WorkPriority)] {
    var keys: [(key: Key, priority: WorkPriority)] = []
    while let first = entries.first, first.due <= now {
      removeFirst()
      guard let entry = due[first.key], entry.instant == first.due else { continue }
      due[first.key] = nil
      keys.append((first.key, entry.priority))
    }
    return keys
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].due < entries[parent].due else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func removeFirst() {
    entries.swapAt(0, entries.count - 1)
    entries.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
        if entries[child].due < entries[least].due { least = child }
      }
      guard least != parent else { return }
      entries.swapAt(parent, least)
      parent = least
    }
  }
}
