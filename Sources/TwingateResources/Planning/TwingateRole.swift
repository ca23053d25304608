/// The keys of objects in the ledger.
enum TwingateRole {
  static let remoteNetwork = "remoteNetwork"
  static func connector(_ name: String) -> String { "connector/\(name)" }
  /// The access granted on a resource for the spec.
  static func grants(_ origin: String) -> String { "grants/\(origin)" }
  static func resource(_ origin: String) -> String { "resource/\(origin)" }
  static func group(_ name: String) -> String { "group/\(name)" }
  static func serviceAccount(_ name: String) -> String { "serviceAccount/\(name)" }

  /// The name in a key of this kind; nil for a key of another kind.
  static func name(in role: String, of kind: (String) -> String) -> String? {
    let prefix = kind("")
    return role.hasPrefix(prefix) ? String(role.dropFirst(prefix.count)) : nil
  }
}
