import Foundations

/// Time in which nobody waits: whoever sleeps moves it on. What is signed and compared with other clocks is real, give
/// or take what a test says.
final class HastyTime: TimeSource {
  private let current = Locked(ContinuousClock.now)
  private let shift: Locked<Duration>
  /// - Parameter error: by how much the wall clock is ahead.
  init(error: Duration = .zero) { shift = Locked(error) }
  var now: ContinuousClock.Instant { current.withLock { $0 } }
  var timestamp: Timestamp { SystemTimeSource().timestamp.advanced(by: shift.withLock { $0 }) }
  /// The wall clock goes on so much at once.
  func advance(by duration: Duration) { shift.withLock { $0 += duration } }
  func sleep(until deadline: ContinuousClock.Instant) async throws {
    try Task.checkCancellation()
    current.withLock { $0 = max($0, deadline) }
  }
}
