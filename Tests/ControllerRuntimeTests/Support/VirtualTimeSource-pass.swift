import Foundations
import TestSupport
import Testing

extension VirtualTimeSource {
  /// Waits until somebody sleeps for just `duration`, and lets so much time go by.
  func pass(_ duration: Duration, at location: SourceLocation = #_sourceLocation) async {
    if !(await eventually { self.remaining.contains(duration) }) {
      Issue.record("nobody sleeps for \(duration), but for \(remaining)", sourceLocation: location)
    }
    advance(by: duration)
  }
}
