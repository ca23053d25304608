internal import Foundations

/// That something was not heard for so long that what it said last is no longer believed.
struct Silence: Equatable {
  /// At least so long, from `patience` on in doublings: a status that told the exact age would be written without end.
  let age: Duration
  /// When the next doubling is over, and there is something new to tell.
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
