public import Foundations

/// So many requests a second and no more, with some in hand for a burst: a token bucket, as the clouds' own limits are.
/// First come, first served.
///
/// They count by account, project or subscription, in which other programs have a share: one budget is shared by all
/// that speak to the same.
public final class RequestBudget: Sendable {
  /// Half of EC2's tightest common bucket, the least that Azure refills.
  public static let requestsPerSecond = 10.0

  private let interval: Duration
  private let slack: Duration
  private let time: any TimeSource
  /// When the next request would be due if they came evenly.
  private let due: Locked<ContinuousClock.Instant?>

  /// - Parameter burst: how many may go at once after a pause; default what five seconds give.
  public init(perSecond: Double = requestsPerSecond, burst: Int? = nil, time: any TimeSource = SystemTimeSource()) {
    let perSecond = max(perSecond, 0.01)
    interval = .seconds(1) / perSecond
    slack = interval * max(burst.map(Double.init) ?? 5 * perSecond, 1) - interval
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
