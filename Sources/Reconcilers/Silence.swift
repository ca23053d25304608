internal import Foundations

/// Something has been silent for so long that its last report no longer counts.
struct Silence: Equatable {
  /// A lower bound: `patience`, doubled until it would exceed the age. A status with the exact age would have to be
  /// written without end.
  let age: Duration
  /// When the next doubling is reached, and the status changes.
  let next: Duration

  /// Nil: it was heard less than `patience` ago.
  init?(since: Timestamp, now: Timestamp, patience: Duration) {
    let silence = now.since(since)
    guard patience > .zero, silence >= patience else { return nil }
    var age = patience
    while age * 2 <= silence { age *= 2 }
    self.age = age
    next = age * 2 - silence
  }

  /// `over 4 min ago`.
  var words: String {
    let seconds = age.components.seconds
    if seconds < 120 { return "over \(seconds) s ago" }
    return seconds < 7200 ? "over \(seconds / 60) min ago" : "over \(seconds / 3600) h ago"
  }
}
