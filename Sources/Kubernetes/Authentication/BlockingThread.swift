internal import Foundations

/// Runs blocking work, such as reading files that may be on a network or waiting for other programs, on a thread of its
/// own. The cooperative pool has only as many threads as there are cores, and one that blocks delays every other task.
package enum BlockingThread {
  /// Runs `work` on a new thread and suspends until it is done. Runs it on the current thread if the system cannot
  /// create one. Does not react to cancellation.
  package static func run<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
  ) async throws(Failure) -> Value {
    let result = Locked<Result<Value, Failure>?>(nil)
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let started = DetachedThread.start(name: "blocking") {
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
}
