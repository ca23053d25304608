internal import Foundations
internal import HTTPTransport

/// Decides when a request is sent again. A value that receives the outcome and returns how long to wait, if at all.
///
///     outcome                                   safe verbs   create of a name       other verbs
///     429                                       again        again                  again: it was not processed
///     500, 502, 503, 504                        again        with Retry-After       with Retry-After, as client-go
///     no answer, and the request was not sent   again        again                  again
///     no answer, or half of one                 again        once more              no: it may have been processed
///     anything else                             no           no                     no
///
/// Creating an object with a fixed name twice is harmless: if the lost request was processed, the second is answered
/// with 409 (AlreadyExists). An API server that ends a connection with GOAWAY drops requests in this way.
///
/// Safe verbs can be repeated without further effect: GET, apply, and DELETE of an object with a given uid. There are
/// at most three more attempts, after full jitter of up to 100, 200, 400 ms, and never sooner than the server asked. If
/// it asks for more than 5 s, the error goes to the caller, whose queue can wait without holding a worker.
struct RequestRetry {
  static let attempts = 4
  static let longestWait: Duration = .seconds(5)
  private static let backoff = Backoff(initial: .milliseconds(100), maximum: .seconds(2))

  let isSafe: Bool
  private var mayRepeatLost: Bool
  private var attempt = 0

  /// - Parameter createsName: whether it creates an object with a fixed name.
  init(isSafe: Bool, createsName: Bool = false) {
    self.isSafe = isSafe
    mayRepeatLost = createsName
  }

  mutating func delay(after error: KubernetesError) -> Duration? {
    switch error.kind {
    case .tooManyRequests: break
    case .serverError, .unavailable: guard isSafe || error.retryAfter != nil else { return nil }
    default: return nil
    }
    return next(floor: error.retryAfter ?? .zero)
  }

  mutating func delay(after error: TransportError) -> Duration? {
    switch error.kind {
    case .connect, .resolve, .reset, .proxy: break
    case .cancelled, .tls, .timeout, .idle, .protocolViolation, .tooLarge, .invalidRequest: return nil
    }
    if !isSafe, error.mayHaveBeenProcessed {
      guard mayRepeatLost else { return nil }
      mayRepeatLost = false
    }
    return next(floor: .zero)
  }

  private mutating func next(floor: Duration) -> Duration? {
    attempt += 1
    guard attempt < Self.attempts, floor <= Self.longestWait else { return nil }
    return max(floor, Self.backoff.delay(attempt: attempt))
  }
}
