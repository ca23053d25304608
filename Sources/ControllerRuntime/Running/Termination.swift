internal import CSystem
internal import Foundations
internal import Glibc

/// SIGTERM and SIGINT as an event: the first one lets the program stop in order, the second one ends it at once.
///
/// Uses a handler and a pipe instead of blocking the signals, because libdispatch parks the main thread of an async
/// program in `sigsuspend` with no signal blocked.
public enum Termination {
  /// Calls `stop` at the first signal, on a thread of its own. If the process still runs `grace` later, or at a second
  /// signal, it ends with status 1, so that a stop that hangs does not hang for ever.
  public static func onSignal(grace: Duration = .seconds(30), _ stop: @escaping @Sendable () -> Void) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    for signal in [SIGTERM, SIGINT] { _ = system_signal_to(signal, ends[1]) }
    let reading = ends[0]
    _ = DetachedThread.start(name: "signals") {
      var number: UInt8 = 0
      while read(reading, &number, 1) < 0 && errno == EINTR {}
      stop()
      var second = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      _ = poll(&second, 1, Int32(clamping: grace.components.seconds.multipliedReportingOverflow(by: 1000).partialValue))
      _exit(1)
    }
  }
}
