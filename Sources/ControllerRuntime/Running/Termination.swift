internal import CSystem
internal import Foundations
internal import Glibc

/// SIGTERM and SIGINT as an event: the first lets the program stop in order, a second ends it at once.
///
/// By a handler and a pipe, not by blocking the signals: libdispatch parks the main thread of an async program in
/// `sigsuspend` with no signal blocked.
public enum Termination {
  /// Calls `stop`, on a thread of its own, at the first signal. If the process is still there `grace` later, or at a
  /// second signal, it ends with status 1: a stop that hangs must not be a stop that never comes.
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
