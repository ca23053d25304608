internal import Foundations
internal import Glibc

/// Work that blocks: reading files that may lie on a network, waiting for other programs. It gets a thread of its own,
/// because the cooperative pool has only as many as there are cores, and one that waits delays every other task.
package enum BlockingThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `work` on a new thread and suspends until it is done; here, should the system give no thread. Does not react
  /// to cancellation.
  package static func run<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result = Locked<Result<Value, Failure>?>(nil)
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let started = start {
        let outcome = outcome(of: work)
        result.withLock { $0 = outcome }
        continuation.resume()
      }
      if !started { continuation.resume() }
    }
    return try (result.withLock { $0 } ?? outcome(of: work)).get()
  }

  private static func outcome<Value, Failure: Error>(of work: () throws(Failure) -> Value) -> Result<Value, Failure> {
    do throws(Failure) { return .success(try work()) } catch { return .failure(error) }
  }

  private static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    let context = Unmanaged.passRetained(Body(body)).toOpaque()
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    // Signals are the main thread's business.
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let code = pthread_create(
      &thread,
      nil,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      },
      context
    )
    guard code == 0 else {
      Unmanaged<Body>.fromOpaque(context).release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}
