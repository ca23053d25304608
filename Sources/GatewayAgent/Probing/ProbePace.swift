/// Decides how often the tunnel is probed. A quick answer helps only connections that could go to a sibling instead,
/// and each probe wakes both the agent and the VPN client. No I/O.
///
/// | in the last 10 s | a sibling is ready | period |
/// |---|---|---|
/// | a probe failed, or the verdict changed | any | as configured |
/// | packets were forwarded | yes | as configured |
/// | packets were forwarded | no | 1 s, or longer if configured |
/// | neither | any | 1 s, or longer if configured |
///
/// The first packet after a quiet time makes the next probe due at once, so failover takes no longer then.
struct ProbePace: Sendable {
  typealias Instant = ContinuousClock.Instant
  static let calm = Duration.seconds(10)
  static let calmPeriod = Duration.seconds(1)

  private var event: Instant
  private var forwarded: UInt64?
  private var traffic: Instant

  /// - Parameter now: when the tunnel came up.
  init(now: Instant) {
    event = now
    traffic = now
  }

  /// A probe failed, or the verdict on the tunnel changed.
  mutating func somethingHappened(now: Instant) { event = now }

  /// - Parameter count: packets forwarded since the pod began; nil if nothing counts them, which is taken for traffic.
  mutating func forwarded(_ count: UInt64?, now: Instant) {
    if count == nil || count != forwarded { traffic = now }
    forwarded = count
  }

  func period(configured: Duration, hasReadySibling: Bool, now: Instant) -> Duration {
    let isWatched = now - event < Self.calm || hasReadySibling && now - traffic < Self.calm
    return isWatched ? configured : max(configured, Self.calmPeriod)
  }
}
