internal import CloudResources
internal import Digests

/// The entries of clusters' planners in `Ledger.settled`.
extension Ledger {
  /// How often an object that failed before it was ever ready is created again.
  static let remakes = 2

  /// Whether a difference is someone else's change and not the spec's: the object once matched what is wanted now.
  /// - Parameters:
  ///   - wanted: everything of the spec that was compared.
  ///   - isThere: whether nothing differs, which is remembered.
  ///   - earlier: the entries that previous passes left.
  mutating func isDrift(
    _ role: some ResourceRole,
    from wanted: String,
    isThere: Bool,
    since earlier: Ledger
  ) -> Bool {
    let key = "as-wanted-\(role)"
    let digest = String(SHA256.text(wanted).prefix(12))
    if isThere { settled[key] = digest }
    return earlier.settled[key] == digest
  }

  /// Records that a creation failed.
  /// - Parameter birth: identifies the creation, however often its failure is seen.
  /// - Returns: whether the object is to be created again.
  mutating func mayRemake(_ role: some ResourceRole, birth: String) -> Bool {
    var births = (settled[Self.failed(role)] ?? "").split(separator: " ").map(String.init)
    if !births.contains(birth) { births.append(birth) }
    settled[Self.failed(role)] = births.joined(separator: " ")
    return births.count <= Self.remakes
  }

  /// Prefixes of roles that a spec may have many of. Their entries would pile up.
  private static let plurals = ["pool-", "node-pool-", "node-group-", "entry-"]

  /// Drops what is remembered of pools and entries that are gone.
  /// - Precondition: the cluster is as it should be, so that `ids` has every one of them.
  mutating func forgetOthers() {
    settled = settled.filter { entry in
      guard let prefix = ["as-wanted-", "failed-", "ran-"].first(where: { entry.key.hasPrefix($0) }) else {
        return true
      }
      let role = String(entry.key.dropFirst(prefix.count))
      return ids[role] != nil || !Self.plurals.contains { role.hasPrefix($0) }
    }
  }

  mutating func noteReady(_ role: some ResourceRole) { settled[Self.failed(role)] = nil }

  private static func failed(_ role: some ResourceRole) -> String { "failed-\(role)" }
}
