public import Foundations

/// What is remembered of a cloud from one pass to the next, also where the process crashes in between.
///
/// None of it proves anything: what exists, and whose it is, is read from the cloud in every pass. The ledger helps where
/// a cloud does not show yet what it has made, where it answers with an operation, where only the past can tell that a
/// difference is drift, and where a refused action is not to be repeated at once.
public struct Ledger: Sendable, Hashable {
  /// The newest format in which all but `ids` is stored. Version 1 had neither `fresh` nor `refusals`, version 2 had no
  /// `failures`.
  public static let version = 3
  /// Whether what was stored in a format can be read: each keeps what the ones before it had.
  public static func canRead(version: Int) -> Bool { (1...Self.version).contains(version) }
  /// The format to store this ledger in: the oldest that has all of it, so that an earlier operator can read it.
  public var format: Int {
    if !failures.isEmpty { return 3 }
    return fresh.isEmpty && refusals.isEmpty ? 1 : 2
  }
  /// Ids of the objects that were made, by role.
  public var ids: [String: String] = [:]
  /// Handles of operations that the cloud accepted and may not have finished, by the role of their object.
  public var operations: [String: String] = [:]
  /// What is no object but was once as it should be, such as a route, by a name of its own. A difference is drift from then
  /// on.
  public var settled: [String: String] = [:]
  /// When the objects were created that the cloud may not show yet, by role.
  public var fresh: [String: Timestamp] = [:]
  /// Actions that the cloud refused, by their descriptions.
  public var refusals: [String: RefusedAction] = [:]
  /// Writes that the cloud accepted and then failed at, by the ids of their objects.
  public var failures: [String: FailedWrite] = [:]

  public init() {}

  /// Lets what failed be repeated at once, because somebody asks for it.
  public mutating func retryFailures(at now: Timestamp) {
    for id in failures.keys { failures[id]?.refusal.retryAt = now }
  }

  /// Takes over what this one does not know.
  public mutating func fill(from other: Ledger) {
    ids.merge(other.ids) { mine, _ in mine }
    operations.merge(other.operations) { mine, _ in mine }
    settled.merge(other.settled) { mine, _ in mine }
    fresh.merge(other.fresh) { mine, _ in mine }
    refusals.merge(other.refusals) { mine, _ in mine }
    failures.merge(other.failures) { mine, _ in mine }
  }
}
