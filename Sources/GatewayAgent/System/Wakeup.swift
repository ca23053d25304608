internal import CSystem
internal import Glibc

/// Wakes a thread from `poll`, where it may wait for other descriptors too. A signal before the wait counts.
final class Wakeup: Sendable {
  /// Readable while signalled.
  let descriptor: Int32

  init() { descriptor = system_eventfd() }
  deinit { close(descriptor) }

  func signal() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, 8)
  }

  /// Waits for a signal or the end of the time, and clears the signal. True if there was one.
  @discardableResult
  func wait(for duration: Duration) -> Bool {
    _ = Poll.wait([(descriptor, Int16(POLLIN))], for: duration)
    return take()
  }

  @discardableResult
  func take() -> Bool {
    var count: UInt64 = 0
    return read(descriptor, &count, 8) == 8
  }
}

/// Waits in the kernel and therefore by the machine's own clock. Code that decides takes a `TimeSource` instead.
enum Poll {
  /// Waits for any of the descriptors and returns their events in order; all are 0 if the time ran out.
  static func wait(_ descriptors: [(Int32, Int16)], for duration: Duration) -> [Int16] {
    var entries = descriptors.map { pollfd(fd: $0.0, events: $0.1, revents: 0) }
    let deadline = ContinuousClock.now.advanced(by: duration)
    while true {
      let left = max(0, min(milliseconds(deadline - .now), Int64(Int32.max)))
      let count = poll(&entries, nfds_t(entries.count), Int32(left))
      if count < 0 && errno == EINTR { continue }
      return entries.map(\.revents)
    }
  }

  /// Rounded up, so that no wait ends early.
  static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds &* 1000 &+ (attoseconds &+ 999_999_999_999_999) / 1_000_000_000_000_000
  }
}
