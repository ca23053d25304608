internal import Foundations
internal import Glibc

/// SIGTERM and SIGINT as an event: the first lets the program stop in order, a second ends it at once.
public enum Termination {
  private static var signals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    return signals
  }

  /// Call first in `main`, before anything starts a thread: the signals stay blocked in every thread that follows, so
  /// that only the one of `onSignal` takes them.
  public static func block() {
    var signals = signals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Calls `stop` at the first signal. If the process is still there `grace` later it ends with status 1, so that a
  /// stop that hangs is no stop that never comes.
  public static func onSignal(grace: Duration = .seconds(30), _ stop: @escaping @Sendable () -> Void) {
    let waiting = Waiting(signals: signals, grace: grace, stop: stop)
    var thread = pthread_t()
    pthread_create(
      &thread,
      nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Waiting>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      },
      Unmanaged.passRetained(waiting).toOpaque()
    )
    pthread_detach(thread)
  }

  private final class Waiting {
    var signals: sigset_t
    let grace: Duration
    let stop: @Sendable () -> Void
    init(signals: sigset_t, grace: Duration, stop: @escaping @Sendable () -> Void) {
      self.signals = signals
      self.grace = grace
      self.stop = stop
    }

    func run() {
      var signal: Int32 = 0
      sigwait(&signals, &signal)
      stop()
      var limit = timespec(tv_sec: Int(grace.components.seconds), tv_nsec: 0)
      sigtimedwait(&signals, nil, &limit)
      _exit(1)
    }
  }
}
