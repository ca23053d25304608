/// The source of time. Everything that waits or records a time takes one as a parameter, so that tests run on virtual
/// time.
public protocol TimeSource: Sendable {
  /// Monotonic time, for measuring and for deadlines.
  var now: ContinuousClock.Instant { get }
  /// Wall-clock time, for people and other programs.
  var timestamp: Timestamp { get }
  /// Suspends until `deadline`. Throws `CancellationError` when the task is cancelled first.
  func sleep(until deadline: ContinuousClock.Instant) async throws
}

extension TimeSource {
  /// Suspends for `duration`. Throws `CancellationError` when the task is cancelled first.
  public func sleep(for duration: Duration) async throws {
    try await sleep(until: now.advanced(by: duration))
  }
}

/// The system's own clocks.
public struct SystemTimeSource: TimeSource {
  public init() {}
  public var now: ContinuousClock.Instant { .now }
  public var timestamp: Timestamp { .now() }
  public func sleep(until deadline: ContinuousClock.Instant) async throws {
    try await Task.sleep(until: deadline, clock: .continuous)
  }
}
