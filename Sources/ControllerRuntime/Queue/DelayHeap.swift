/// Keys that are due later, the earliest first; of several times for one key the earliest counts.
struct DelayHeap<Key: Hashable> {
  private struct Entry {
    var key: Key
    var due: ContinuousClock.Instant
  }
  /// A binary heap. Entries that `due` no longer confirms are stale and are skipped when they come up.
  private var entries: [Entry] = []
  private var due: [Key: ContinuousClock.Instant] = [:]

  var count: Int { due.count }

  /// When the earliest is due.
  var next: ContinuousClock.Instant? { entries.first?.due }

  mutating func add(_ key: Key, due instant: ContinuousClock.Instant) {
    if let known = due[key], known <= instant { return }
    due[key] = instant
    entries.append(Entry(key: key, due: instant))
    siftUp(entries.count - 1)
  }

  mutating func remove(_ key: Key) {
    guard due.removeValue(forKey: key) != nil else { return }
    if due.isEmpty { entries = [] }
    // Stale entries are dropped as they come up; where they outnumber the live ones, all at once.
    if entries.count > 2 * due.count + 64 {
      entries = due.map { Entry(key: $0.key, due: $0.value) }.sorted { $0.due < $1.due }
    }
  }

  /// Takes out what is due at `now`, earliest first.
  mutating func popDue(_ now: ContinuousClock.Instant) -> [Key] {
    var keys: [Key] = []
    while let first = entries.first, first.due <= now {
      removeFirst()
      guard due[first.key] == first.due else { continue }
      due[first.key] = nil
      keys.append(first.key)
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
