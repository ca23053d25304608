/// How a reconcile that did not fail ended.
public enum ReconcileResult: Sendable, Equatable {
  case done
  /// Not there yet: again after the key's own backoff (5 ms, doubling), as after a failure.
  case requeueWithBackoff
  /// Look again after this long even if nothing changes. Ends a series of failures.
  ///
  /// A delay of a minute or more is a periodic look, which comes back at background priority; a shorter one waits for
  /// something that is under way and keeps the priority of this look. Less than 100 ms becomes 100 ms, and zero or less
  /// is `requeueWithBackoff`, so that no reconcile spins.
  case requeue(after: Duration)

  /// From this delay on nobody waits for the look.
  static let periodic: Duration = .seconds(60)
  /// The shortest delay until a look that was asked for.
  static let shortestDelay: Duration = .milliseconds(100)

  /// Looks again after `interval`, plus or minus `fraction` of it: for drift detection, so that a thousand objects do not
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
