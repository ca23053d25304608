/// What is remembered of a cloud from one pass to the next.
///
/// None of it proves anything: what exists, and whose it is, is read from the cloud in every pass. The ledger helps where
/// a cloud does not show yet what it has made, where it answers with an operation, and where only the past can tell that a
/// difference is drift.
public struct Ledger: Sendable, Hashable {
  /// The format in which `operations` and `settled` are stored.
  public static let version = 1
  /// Ids of the objects that were made, by role.
  public var ids: [String: String] = [:]
  /// Handles of operations that the cloud accepted and may not have finished, by the role of their object.
  public var operations: [String: String] = [:]
  /// What is no object but was once as it should be, such as a route, by a name of its own. A difference is drift from then
  /// on.
  public var settled: [String: String] = [:]

  public init() {}

  /// Takes over what this one does not know.
  public mutating func fill(from other: Ledger) {
    ids.merge(other.ids) { mine, _ in mine }
    operations.merge(other.operations) { mine, _ in mine }
    settled.merge(other.settled) { mine, _ in mine }
  }
}
