/// How a successful reconcile ended.
public enum ReconcileResult: Sendable, Equatable {
  case done
  /// The goal is not reached yet. Reconcile again after the key's own backoff (5 ms, doubling), as after a failure.
  case requeueWithBackoff
  /// Reconcile again after this delay even if nothing changes. Ends a series of failures.
  ///
  /// A delay of a minute or more is a periodic check, which comes back at background priority. A shorter one waits for
  /// something that is under way and keeps the current priority. Less than 100 ms becomes 100 ms, and zero or less is
  /// `requeueWithBackoff`, so that no reconcile spins.
  case requeue(after: Duration)

  /// From this delay on, nobody waits for the reconcile.
  static let periodic: Duration = .seconds(60)
  /// The shortest delay that can be requested.
  static let shortestDelay: Duration = .milliseconds(100)

  /// Reconciles again after `interval`, plus or minus `fraction` of it, for drift detection: a thousand objects do not
  /// come back together.
  public static func requeue(after interval: Duration, jitter fraction: Double) -> ReconcileResult {
    .requeue(after: interval.jittered(by: fraction))
  }
}

/// Input that cannot succeed, so that a retry is useless until the object changes.
public struct TerminalError: Error, Sendable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
