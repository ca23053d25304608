/// How urgent a request is. If the budget is short, requests in earlier lanes go first.
public enum Lane: Int, Sendable, Hashable, CaseIterable, Comparable {
  /// Taking access away: a grant or a resource that the spec no longer has.
  case revocation
  /// What a user has just asked for.
  case change
  /// Putting back what someone else has changed.
  case repair
  /// Looking for drift.
  case look

  public static func < (left: Lane, right: Lane) -> Bool { left.rawValue < right.rawValue }
}

/// Twingate counts queries and mutations apart (docs, API overview).
public enum RequestKind: String, Sendable, Hashable, CaseIterable { case read, write }
