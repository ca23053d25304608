/// The keys that wait at one priority. Groups take turns, and within a group the oldest key comes first.
///
/// A group with ten thousand waiting keys delays the only key of another group by one turn. Every operation takes
/// constant time, except for skipping groups that have reached their limit.
struct FairQueue<Key: Hashable> {
  /// The group of keys that belong to none. It takes turns like any other and has no limit.
  static var ungrouped: String { "" }

  private var waiting: [String: OrderedSet<Key>] = [:]
  /// The groups with waiting keys, in the order of their turns.
  private var turns = OrderedSet<String>()

  var isEmpty: Bool { turns.isEmpty }

  mutating func append(_ key: Key, group: String) {
    waiting[group, default: OrderedSet()].append(key)
    turns.append(group)
  }

  mutating func remove(_ key: Key, group: String) {
    waiting[group]?.remove(key)
    if waiting[group]?.isEmpty == true { removeGroup(group) }
  }

  /// Takes the next key of the first group that holds fewer than `limit` workers.
  /// - Parameter working: how many workers each group holds now.
  mutating func popFirst(working: [String: Int], limit: Int) -> Key? {
    var turn = turns.first
    while let group = turn {
      if group == Self.ungrouped || working[group, default: 0] < limit { return popFirst(of: group) }
      turn = turns.element(after: group)
    }
    return nil
  }

  private mutating func popFirst(of group: String) -> Key? {
    let key = waiting[group]?.popFirst()
    if waiting[group]?.isEmpty == false {
      turns.remove(group)
      turns.append(group)
    } else {
      removeGroup(group)
    }
    return key
  }

  private mutating func removeGroup(_ group: String) {
    waiting[group] = nil
    turns.remove(group)
    if waiting.isEmpty { waiting = [:] }
  }
}
