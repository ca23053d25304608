public import Foundations

/// A limit on requests a second, with a reserve for a burst: a token bucket, like the clouds' own limits. First come,
/// first served.
///
/// The clouds count by account, project or subscription, which other programs use, too. All clients of the same one
/// share a budget.
public final class RequestBudget: Sendable {
  /// Half of EC2's tightest common bucket, and the slowest rate at which Azure refills.
  public static let requestsPerSecond = 10.0

  private let interval: Duration
  private let slack: Duration
  private let time: any TimeSource
  /// When the next request would be due if requests came evenly.
  private let due: Locked<ContinuousClock.Instant?>

  /// - Parameter burst: how many requests may go at once after a pause; by default what five seconds allow.
  public init(perSecond: Double = requestsPerSecond, burst: Int? = nil, time: any TimeSource = SystemTimeSource()) {
    let perSecond = max(perSecond, 0.01)
    interval = .seconds(1) / perSecond
    slack = interval * max(burst.map(Double.init) ?? 5 * perSecond, 1) - interval
    self.time = time
    due = Locked(nil)
  }

  /// Returns when the request may go. Throws `CancellationError` if the task is cancelled first.
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
