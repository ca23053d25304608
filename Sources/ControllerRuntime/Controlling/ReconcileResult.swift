/// How a reconcile ended well.
public enum ReconcileResult: Sendable, Equatable {
  case done
  /// Not there yet: again after the key's own backoff (5 ms, doubling), as after a failure.
  case requeueWithBackoff
  /// Look again after this long even if nothing changes. Ends a series of failures.
  case requeue(after: Duration)

  /// Looks again after `interval`, give or take `fraction` of it: for drift detection, so that a thousand objects do not
  /// come back together.
  public static func requeue(after interval: Duration, jitter fraction: Double) -> ReconcileResult {
    .requeue(after: interval.jittered(by: fraction))
  }
}

/// Bad input: trying again is useless until the object changes.
public struct TerminalError: Error, Sendable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
