public import Foundations
public import Kubernetes

/// The conditions of a status: one for each type, in the order in which they were first set. Set what is known in this
/// reconcile, remove what no longer applies, and write `list` back.
///
///     var conditions = Conditions(object.status?.conditions, generation: object.metadata.generation, now: time.timestamp)
///     conditions.set("NetworkReady", .true, reason: "Created", "the network is up")
///     conditions.summarise(["NetworkReady", "SubnetsReady"], as: "Ready", whenTrue: "AllReady")
///     status.conditions = conditions.list
public struct Conditions: Sendable, Equatable {
  public enum Status: String, Sendable { case `true` = "True", `false` = "False", unknown = "Unknown" }

  /// metav1.Condition allows 32,768 bytes of message.
  public static let longestMessage = 32_768

  public private(set) var list: [Condition]
  private let generation: Int64?
  private let now: Timestamp

  /// - Parameters:
  ///   - generation: the generation that this reconcile saw, for `observedGeneration` of each condition that is set.
  ///   - now: the `lastTransitionTime` if a status changes, to the second, like metav1.Time.
  public init(_ existing: [Condition]?, generation: Int64?, now: Timestamp) {
    list = existing ?? []
    self.generation = generation
    self.now = Timestamp(seconds: now.seconds)
  }

  public subscript(_ type: String) -> Condition? { list.first { $0.type == type } }
  public func isTrue(_ type: String) -> Bool { self[type]?.status == Status.true.rawValue }

  /// `lastTransitionTime` changes only with the status (API conventions). A new reason or message is not a transition.
  public mutating func set(_ type: String, _ status: Status, reason: String, _ message: String) {
    var condition = Condition(
      type: type,
      status: status.rawValue,
      reason: reason,
      message: message.shortened(toBytes: Self.longestMessage),
      lastTransitionTime: now,
      observedGeneration: generation
    )
    guard let index = list.firstIndex(where: { $0.type == type }) else { return list.append(condition) }
    // A default from the schema has a time in 1970. The first real status is a transition.
    if list[index].status == status.rawValue, list[index].lastTransitionTime.seconds > 0 {
      condition.lastTransitionTime = list[index].lastTransitionTime
    }
    list[index] = condition
  }

  /// Removes a condition, for those that exist only while true, as kstatus expects of `Reconciling` and `Stalled`.
  public mutating func remove(_ type: String) { list.removeAll { $0.type == type } }

  /// Merges parts into a whole, as Cluster API does for `Ready`: the worst part decides.
  ///
  ///     parts                        whole     reason                       message
  ///     one False                    False     its reason                   its message
  ///     several False                False     the first one's reason       each with its type
  ///     none False, one Unknown      Unknown   its reason                   its message
  ///     one absent                   Unknown   `whenUnknown`                names the absent types
  ///     all True                     True      `whenTrue`                   empty, or `message`
  /// - Parameter parts: types in order of precedence.
  public mutating func summarise(
    _ parts: [String],
    as whole: String,
    whenTrue: String,
    whenUnknown: String = "Waiting",
    message: String = ""
  ) {
    let known = parts.compactMap { self[$0] }
    for status in [Status.false, .unknown] {
      let bad = known.filter { $0.status == status.rawValue }
      guard let first = bad.first else { continue }
      let text = bad.count == 1 ? first.message : bad.map { "\($0.type): \($0.message)" }.joined(separator: "; ")
      return set(whole, status, reason: first.reason, text)
    }
    let missing = parts.filter { self[$0] == nil }
    guard missing.isEmpty else {
      return set(whole, .unknown, reason: whenUnknown, "not known yet: \(missing.joined(separator: ", "))")
    }
    set(whole, .true, reason: whenTrue, message)
  }
}

extension String {
  /// The text with at most this many bytes of UTF-8, cut between characters, with an ellipsis if something was cut.
  func shortened(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    let ellipsis = "…"
    var rest = max(0, limit - ellipsis.utf8.count)
    var out = ""
    for character in self {
      let size = character.utf8.count
      guard size <= rest else { break }
      rest -= size
      out.append(character)
    }
    return limit < ellipsis.utf8.count ? out : out + ellipsis
  }
}
