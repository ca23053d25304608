import Foundations
import Testing

/// Waits for what other tasks are about to do; true as soon as `condition` is, false when it does not come true at all.
/// Nothing is measured by it: it only lets the others run.
func soon(_ condition: @Sendable () -> Bool) async -> Bool {
  for attempt in 0..<20_000 {
    if condition() { return true }
    if attempt < 50 { await Task.yield() } else { try? await Task.sleep(for: .milliseconds(1)) }
  }
  return false
}

extension VirtualTimeSource {
  /// Waits until somebody sleeps for just `duration`, and lets so much time go by.
  func pass(_ duration: Duration, at location: SourceLocation = #_sourceLocation) async {
    if !(await soon { self.remaining.contains(duration) }) {
      Issue.record("nobody sleeps for \(duration), but for \(remaining)", sourceLocation: location)
    }
    advance(by: duration)
  }
}
