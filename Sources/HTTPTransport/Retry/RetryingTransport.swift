public import Foundations

/// Repeats requests as its policy says. A stream is repeated until its head has arrived; its body never is.
public struct RetryingTransport: Transport {
  /// Facts about a repetition, for logs and metrics.
  public struct Retry: Sendable {
    public var request: HTTPRequest
    public var outcome: RetryPolicy.Outcome
    /// The number of attempts so far.
    public var attempt: Int
    public var delay: Duration
  }
  private let base: any Transport
  private let policy: RetryPolicy
  private let time: any TimeSource
  private let willRetry: @Sendable (Retry) -> Void

  /// - Parameter willRetry: called before each wait.
  public init(
    _ base: any Transport,
    policy: RetryPolicy = RetryPolicy(),
    time: any TimeSource = SystemTimeSource(),
    willRetry: @escaping @Sendable (Retry) -> Void = { _ in }
  ) {
    self.base = base
    self.policy = policy
    self.time = time
    self.willRetry = willRetry
  }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    try await repeating(request, head: { $0.head }) { () async throws(TransportError) in try await base.send(request) }
  }

  public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await repeating(request, head: { $0.head }) { () async throws(TransportError) in
      try await base.stream(request)
    }
  }

  private func repeating<Answer: Sendable>(
    _ request: HTTPRequest,
    head: (Answer) -> HTTPResponseHead,
    attempt make: () async throws(TransportError) -> Answer
  ) async throws(TransportError) -> Answer {
    let start = time.now
    var attempt = 1
    while true {
      let result: Result<Answer, TransportError>
      do throws(TransportError) { result = .success(try await make()) } catch { result = .failure(error) }
      let outcome: RetryPolicy.Outcome =
        switch result {
        case .success(let answer): .answer(head(answer))
        case .failure(let error): .failure(error)
        }
      guard case .retry(let delay) = decide(outcome, of: request, attempt: attempt, since: start) else {
        return try result.get()
      }
      willRetry(Retry(request: request, outcome: outcome, attempt: attempt, delay: delay))
      do { try await time.sleep(for: delay) } catch { throw Self.cancelled(outcome) }
      attempt += 1
    }
  }

  private func decide(
    _ outcome: RetryPolicy.Outcome,
    of request: HTTPRequest,
    attempt: Int,
    since start: ContinuousClock.Instant
  ) -> RetryPolicy.Decision {
    var generator = RandomSource()
    return policy.decide(
      outcome,
      of: request,
      attempt: attempt,
      elapsed: start.duration(to: time.now),
      now: time.timestamp,
      using: &generator
    )
  }

  private static func cancelled(_ outcome: RetryPolicy.Outcome) -> TransportError {
    let last =
      switch outcome {
      case .answer(let head): "status \(head.status)"
      case .failure(let error): error.description
      }
    return TransportError(.cancelled, "cancelled while waiting to retry after \(last)", mayHaveBeenProcessed: true)
  }
}
