public import Foundations

/// Decides whether a request is worth repeating, and how long to wait first. A value that does nothing itself.
///
///     outcome                              harmless to repeat   not
///     429                                  retry                retry
///     500, 502, 503, 504                   retry                give up
///     no answer, and none was processed    retry                retry
///     no answer, may have been processed   retry                give up
///     cancelled, invalid, too large        give up              give up
///     any other status                     give up              give up
///
/// GET, HEAD, OPTIONS, PUT and DELETE are harmless (RFC 9110 §9.2.2), and so are requests that say so themselves
/// (`HTTPRequest.isIdempotent`). Retry-After (RFC 9110 §10.2.3) is the shortest delay. If a delay would end after the
/// budget, the policy gives up at once.
public struct RetryPolicy: Sendable, Hashable {
  /// The result of an attempt.
  public enum Outcome: Sendable {
    case answer(HTTPResponseHead)
    case failure(TransportError)
  }
  public enum Decision: Sendable, Hashable {
    case retry(after: Duration)
    /// Hand the result to the caller, good or bad.
    case giveUp
  }

  /// By default 200 ms, doubled up to 20 s, with full jitter.
  public var backoff: Backoff
  /// The number of attempts, including the first. Default 5.
  public var maxAttempts: Int
  /// The longest time from the start of the first attempt to the start of the last. Default 60 s; nil: no limit.
  public var budget: Duration?

  public init(
    backoff: Backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(20)),
    maxAttempts: Int = 5,
    budget: Duration? = .seconds(60)
  ) {
    self.backoff = backoff
    self.maxAttempts = maxAttempts
    self.budget = budget
  }

  /// - Parameters:
  ///   - attempt: the number of attempts so far, from 1.
  ///   - elapsed: the time since the start of the first.
  ///   - now: wall-clock time, against which a Retry-After date is measured.
  public func decide(
    _ outcome: Outcome,
    of request: HTTPRequest,
    attempt: Int,
    elapsed: Duration,
    now: Timestamp,
    using generator: inout some RandomNumberGenerator
  ) -> Decision {
    guard attempt < maxAttempts, Self.isWorthRepeating(outcome, of: request) else { return .giveUp }
    var delay = backoff.delay(attempt: attempt, using: &generator)
    if case .answer(let head) = outcome, let floor = RetryAfter.delay(in: head, now: now) { delay = max(delay, floor) }
    if let budget, elapsed + delay > budget { return .giveUp }
    return .retry(after: delay)
  }

  static func isWorthRepeating(_ outcome: Outcome, of request: HTTPRequest) -> Bool {
    let isHarmless = RequestCheck.isIdempotent(request)
    switch outcome {
    case .answer(let head):
      return head.status == 429 || (isHarmless && [500, 502, 503, 504].contains(head.status))
    case .failure(let error):
      switch error.kind {
      case .cancelled, .invalidRequest, .tooLarge: return false
      case .connect, .resolve, .tls, .timeout, .idle, .reset, .proxy, .protocolViolation:
        return isHarmless || !error.mayHaveBeenProcessed
      }
    }
  }
}
