public import Foundations

/// So many requests a second and no more, with some in hand for a burst: a token bucket, as the clouds' own limits are.
///
/// They count by account, project or subscription, in which other programs have a share: one budget is shared by all
/// that speak to the same.
public final class RequestBudget: Sendable {
  private let interval: Duration
  private let slack: Duration
  private let time: any TimeSource
  /// When the next request would be due if they came evenly.
  private let due: Locked<ContinuousClock.Instant?>

  /// - Parameters:
  ///   - perSecond: default 10: half of EC2's tightest common bucket, the least that Azure refills. Compute Engine's
  ///     1500 a minute (https://cloud.google.com/compute/api-quota) wants less.
  ///   - burst: default 50.
  public init(perSecond: Double = 10, burst: Int = 50, time: any TimeSource = SystemTimeSource()) {
    interval = .seconds(1) / max(perSecond, 0.01)
    slack = interval * Double(max(burst, 1) - 1)
    self.time = time
    due = Locked(nil)
  }

  /// Returns when the request may go. Throws `CancellationError` when the task is cancelled first.
  public func take() async throws {
    let now = time.now
    let wait = due.withLock { due -> Duration in
      let at = max(due ?? now, now)
      due = at.advanced(by: interval)
      return now.duration(to: at) - slack
    }
    if wait > .zero { try await time.sleep(for: wait) }
  }
}
