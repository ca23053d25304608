package import Foundations

/// What one pass over a cloud remembers for the next, even if the process crashes in between.
///
/// Nothing in it is proof: every pass reads from the cloud what exists and who owns it. The ledger helps where a cloud
/// does not yet show what it has created, where it answers with an operation, where only the past tells drift from a
/// change of the spec, and where a refused action must not be repeated at once.
package struct Ledger: Sendable, Hashable {
  /// The newest storage format. Version 1 had neither `fresh` nor `refusals`; version 2 had no `failures`. `ids` are
  /// stored outside the format.
  package static let version = 3
  /// Whether this operator can read a stored format. Each version only adds to the one before.
  package static func canRead(version: Int) -> Bool { (1...Self.version).contains(version) }
  /// The format to store this ledger in: the oldest that can hold it, so that an earlier operator can read it.
  package var format: Int {
    if !failures.isEmpty { return 3 }
    return fresh.isEmpty && refusals.isEmpty ? 1 : 2
  }
  /// Ids of the objects that were created, by role.
  package var ids: [String: String] = [:]
  /// Handles of operations that the cloud accepted and may not have finished, by the role of their object.
  package var operations: [String: String] = [:]
  /// What is not an object but was once as it should be, such as a route, by a name of its own. From then on a
  /// difference is drift.
  package var settled: [String: String] = [:]
  /// When objects were created that the cloud may not show yet, by role.
  package var fresh: [String: Timestamp] = [:]
  /// Actions that the cloud refused, by their descriptions.
  package var refusals: [String: RefusedAction] = [:]
  /// Writes that the cloud accepted and then failed to carry out, by the ids of their objects.
  package var failures: [String: FailedWrite] = [:]

  package init() {}

  /// Makes failed writes due now, because somebody asks for a retry.
  package mutating func retryFailures(at now: Timestamp) {
    for id in failures.keys { failures[id]?.refusal.retryAt = now }
  }

  /// Copies every entry that this ledger lacks.
  package mutating func fill(from other: Ledger) {
    ids.merge(other.ids) { mine, _ in mine }
    operations.merge(other.operations) { mine, _ in mine }
    settled.merge(other.settled) { mine, _ in mine }
    fresh.merge(other.fresh) { mine, _ in mine }
    refusals.merge(other.refusals) { mine, _ in mine }
    failures.merge(other.failures) { mine, _ in mine }
  }
}
