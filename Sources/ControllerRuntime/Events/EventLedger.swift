internal import Foundations
internal import Kubernetes

/// Decides which events are written, and how. A value without I/O: it is told what happened and returns what to write.
///
///     happened                                     written
///     something new                                an Event, if the object's budget allows
///     the same again within 6 min                  the series, at the second, fourth, eighth … time; nothing in between
///     the same again, more than 6 min later        a new Event
///     6 min went by since the last                 the series' final count, if it was not written yet
///
/// Series: client-go, tools/events/event_broadcaster.go (finishTime 6 min). Budget: client-go's
/// EventSourceObjectSpamFilter, a burst of 25 for each object, one more every 5 min. Here an object has two such
/// budgets, one for warnings and one for everything else, so that no amount of progress hides a warning.
struct EventLedger {
  typealias Instant = ContinuousClock.Instant

  /// Two events with the same identity count as repetitions.
  struct Identity: Hashable {
    /// The object's UID, or its kind and key if it has none.
    var object: String
    var type: String
    var reason: String
    var action: String
    var note: String
  }
  enum Decision: Equatable {
    /// Counted, but not written.
    case none
    /// Not written, because the object's budget is used up.
    case overBudget
    case create
    /// Write this count to the event with this key.
    case series(ObjectKey, count: Int)
  }
  struct Final: Equatable {
    var key: ObjectKey
    var count: Int
    var lastSeen: Timestamp
  }

  static let seriesWindow: Duration = .seconds(360)
  static let burst = 25.0
  static let refillPerSecond = 1.0 / 300
  /// A full budget is forgotten. It takes this long to fill.
  static let budgetLifetime: Duration = .seconds(7500)

  private struct Entry {
    var key: ObjectKey
    var count: Int
    var written: Int
    var lastSeen: Instant
    var lastSeenWall: Timestamp
  }
  private struct Budget {
    var tokens: Double
    var at: Instant
  }
  private var entries: [Identity: Entry] = [:]
  private struct Purpose: Hashable {
    var object: String
    var isWarning: Bool
  }
  private var budgets: [Purpose: Budget] = [:]

  /// The number of stored entries and budgets, for tests.
  var size: Int { entries.count + budgets.count }

  /// - Parameter key: the key of the Event, if one is to be created.
  mutating func record(_ identity: Identity, key: @autoclosure () -> ObjectKey, now: Instant, wall: Timestamp)
    -> (decision: Decision, key: ObjectKey?)
  {
    if var entry = entries[identity], entry.lastSeen.duration(to: now) < Self.seriesWindow {
      entry.count = min(entry.count + 1, Int(Int32.max))
      entry.lastSeen = now
      entry.lastSeenWall = wall
      // Only powers of two are written: a thousand repetitions cause ten writes.
      let isWritten = entry.count & (entry.count - 1) == 0
      if isWritten { entry.written = entry.count }
      entries[identity] = entry
      return (isWritten ? .series(entry.key, count: entry.count) : .none, entry.key)
    }
    let purpose = Purpose(object: identity.object, isWarning: identity.type == "Warning")
    guard spend(purpose, now) else { return (.overBudget, nil) }
    let key = key()
    entries[identity] = Entry(key: key, count: 1, written: 1, lastSeen: now, lastSeenWall: wall)
    return (.create, key)
  }

  /// The Event of the series no longer exists (events live for an hour). The next occurrence creates a new one.
  mutating func forget(_ key: ObjectKey) { entries = entries.filter { $0.value.key != key } }

  /// Forgets series that have ended.
  /// - Returns: counts that are still to be written.
  mutating func sweep(now: Instant) -> [Final] {
    var finals: [Final] = []
    entries = entries.filter { _, entry in
      guard entry.lastSeen.duration(to: now) >= Self.seriesWindow else { return true }
      if entry.count > entry.written {
        finals.append(Final(key: entry.key, count: entry.count, lastSeen: entry.lastSeenWall))
      }
      return false
    }
    budgets = budgets.filter { $0.value.at.duration(to: now) < Self.budgetLifetime }
    return finals.sorted { $0.key < $1.key }
  }

  private mutating func spend(_ purpose: Purpose, _ now: Instant) -> Bool {
    var budget = budgets[purpose] ?? Budget(tokens: Self.burst, at: now)
    budget.tokens = min(Self.burst, budget.tokens + budget.at.duration(to: now).inSeconds * Self.refillPerSecond)
    budget.at = now
    let isAllowed = budget.tokens >= 1
    if isAllowed { budget.tokens -= 1 }
    budgets[purpose] = budget
    return isAllowed
  }
}
