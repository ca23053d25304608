internal import Foundations
internal import Glibc

/// Work that blocks: reading files that may lie on a network, waiting for other programs. It gets a thread of its own,
/// because the cooperative pool has only as many as there are cores, and one that waits delays every other task.
enum BlockingThread {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `work` on a new thread and suspends until it is done. Does not react to cancellation.
  static func run<Value: Sendable>(
    _ work: @escaping @Sendable () throws(KubernetesError) -> Value
  ) async throws(KubernetesError) -> Value {
    let result = Locked<Result<Value, KubernetesError>?>(nil)
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let started = start {
        do throws(KubernetesError) {
          let value = try work()
          result.withLock { $0 = .success(value) }
        } catch {
          result.withLock { $0 = .failure(error) }
        }
        continuation.resume()
      }
      if !started { continuation.resume() }
    }
    guard let result = result.withLock({ $0 }) else {
      throw KubernetesError(.configuration, "the system gave no thread for reading credentials")
    }
    return try result.get()
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
