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

  /// Drops what is remembered of objects that are gone: pools, add-ons and entries would pile up, and an object that comes
  /// back would be compared with the one before it.
  /// - Precondition: the cluster is as it should be, so that `ids` has every object of it.
  mutating func forgetOthers() {
    settled = settled.filter { entry in
      guard let prefix = ["as-wanted-", "failed-", "ran-"].first(where: { entry.key.hasPrefix($0) }) else {
        return true
      }
      return ids[Self.bearer(String(entry.key.dropFirst(prefix.count)))] != nil
    }
  }

  /// The role in `ids` with which an object goes that has no entry there, because EKS makes and deletes it: the Auto
  /// Scaling group of a node group, and the security group of a cluster.
  private static func bearer(_ role: String) -> String {
    let scaling = "scaling-tags-"
    if role.hasPrefix(scaling) { return "node-group-" + role.dropFirst(scaling.count) }
    return role == "cluster-group" ? "cluster" : role
  }

  /// Drops what is remembered of an object that nobody looks after any more.
  mutating func forget(_ role: some ResourceRole) { settled["as-wanted-\(role)"] = nil }

  mutating func noteReady(_ role: some ResourceRole) { settled[Self.failed(role)] = nil }

  private static func failed(_ role: some ResourceRole) -> String { "failed-\(role)" }
}
