/// How soon a key's turn comes.
public enum WorkPriority: Int, Sendable, CaseIterable, Comparable {
  /// Someone has just changed something and may be waiting for the result.
  case user
  /// Nobody is waiting: the key came with a list (thousands do after a restart) or for a periodic check for drift.
  /// While user keys wait, every eighth key that is taken is a background key.
  case background

  public static func < (left: WorkPriority, right: WorkPriority) -> Bool { left.rawValue < right.rawValue }
}
