/// How soon a key's turn comes.
public enum WorkPriority: Int, Sendable, CaseIterable, Comparable {
  /// Somebody just changed something and may be waiting for the result.
  case user
  /// Nobody waits for it: a key that came with a list (after a restart there are thousands of these), or a periodic
  /// look for drift. While keys of users wait, every eighth key that is taken is one of these.
  case background

  public static func < (left: WorkPriority, right: WorkPriority) -> Bool { left.rawValue < right.rawValue }
}
