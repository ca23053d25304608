internal import Cloud
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// When this process last saw each object in its cloud, or first failed to.
final class CloudSights: Sendable {
  /// How long an object that was Ready is still reported so although its cloud does not answer: three looks for drift.
  static let trust: Duration = .seconds(1800)
  private let seen = Locked<[ObjectKey: Timestamp]>([:])

  /// The longest time, in seconds, for which an object has not been seen.
  func longestUnseen(now: Timestamp) -> Double {
    let oldest = seen.withLock { $0.values.min() }
    return oldest.map { max(0, now.since($0) / .seconds(1)) } ?? 0
  }

  func note(_ key: ObjectKey, at now: Timestamp) { seen.withLock { $0[key] = now } }

  /// Forgets an object that no longer exists, or that nobody looks at.
  func forget(_ key: ObjectKey) { seen.withLock { $0[key] = nil } }

  /// Notes that an object could not be read.
  /// - Parameters:
  ///   - isBelieved: whether the object was Ready when it was last seen. After a failure that may pass its status then stays
  ///     for `trust`, because nothing is known to have changed.
  ///   - patience: the pause after a failure that repeating does not cure.
  /// - Returns: nil as the outcome: the written status stays.
  func miss<Part, Action, Report>(
    _ error: CloudError,
    of key: ObjectKey,
    isBelieved: Bool,
    patience: Duration,
    now: Timestamp
  ) -> (outcome: CloudOutcome<Part, Action, Report>?, next: ReconcileResult) {
    let since = seen.withLock { seen in
      seen[key] = seen[key] ?? now
      return seen[key] ?? now
    }
    let silence = Silence(since: since, now: now, patience: Self.trust)
    var outcome: CloudOutcome<Part, Action, Report>?
    if !error.isTransient || !isBelieved {
      outcome = .failed(error, unseenSince: silence == nil ? nil : since)
    } else if let silence {
      outcome = .unseen(error, since: since, silence)
    }
    var next = ReconcileResult.requeue(after: patience, jitter: 0.2)
    if error.isTransient { next = .requeueWithBackoff }
    if let wait = error.retryAfter { next = .requeue(after: wait) }
    return (outcome, next)
  }
}
