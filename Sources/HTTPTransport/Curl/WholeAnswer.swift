internal import Foundations

/// The answer of a `send`. Finished exactly once: by the loop, or by the mailbox if there is no loop.
final class WholeAnswer: Sendable {
  private struct State: Sendable {
    var waiter: CheckedContinuation<Void, Never>?
    var result: Result<HTTPResponse, TransportError>?
  }
  private let state = Locked(State())

  func await(_ continuation: CheckedContinuation<Void, Never>) { state.withLock { $0.waiter = continuation } }

  func finish(_ result: Result<HTTPResponse, TransportError>) {
    let waiter = state.withLock { state in
      state.result = state.result ?? result
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Called after the continuation was resumed. The value goes through the lock, which ThreadSanitizer understands.
  func result() throws(TransportError) -> HTTPResponse {
    let result = state.withLock { state in
      defer { state.result = nil }
      return state.result
    }
    return try (result ?? .failure(.lost)).get()
  }
}

extension TransportError {
  /// A waiter was woken without a result. This is a bug here, and is reported instead of trapping.
  static let lost = TransportError(
    .protocolViolation,
    "the answer was lost inside the client",
    mayHaveBeenProcessed: true
  )
}
