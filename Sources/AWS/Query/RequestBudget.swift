public import Foundations

/// A token bucket: so many requests a second on average, so many at once. Who comes too early waits its turn, in order
/// of arrival.
public final class RequestBudget: Sendable {
  private struct State: Sendable {
    /// When the bucket would be full.
    var fullAt: ContinuousClock.Instant
  }
  private let interval: Duration
  private let burst: Int
  private let time: any TimeSource
  private let state: Locked<State>

  /// - Parameters:
  ///   - perSecond: default 10, half of what EC2 refills for an account and region in its tightest common bucket.
  ///   - burst: default 50.
  public init(perSecond: Double = 10, burst: Int = 50, time: any TimeSource = SystemTimeSource()) {
    interval = .seconds(1) / max(perSecond, 0.01)
    self.burst = max(1, burst)
    self.time = time
    state = Locked(State(fullAt: time.now))
  }

  /// Takes one, waiting for it if need be. Throws `CancellationError` when cancelled; the turn is lost then.
  func take() async throws {
    let now = time.now
    let wait: Duration = state.withLock { state in
      let fullAt = max(state.fullAt, now).advanced(by: interval)
      state.fullAt = fullAt
      return now.duration(to: fullAt) - interval * burst
    }
    if wait > .zero { try await time.sleep(for: wait) }
  }
}
