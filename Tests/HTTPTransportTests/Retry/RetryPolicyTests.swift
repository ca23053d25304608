internal import Foundations
internal import HTTPTransport
internal import Testing

/// Draws the same number for ever. A zero would do so literally: ranges refuse it and draw again.
struct FixedGenerator: RandomNumberGenerator {
  static let least: UInt64 = 2047
  var value: UInt64
  mutating func next() -> UInt64 { value }
}

@Suite struct RetryPolicyTests {
  static let start = Timestamp(seconds: 1_767_225_600)
  let policy = RetryPolicy(
    backoff: Backoff(initial: .seconds(1), maximum: .seconds(8)),
    maxAttempts: 5,
    budget: .seconds(60)
  )

  private func decide(
    _ outcome: RetryPolicy.Outcome,
    _ method: String = "GET",
    isIdempotent: Bool? = nil,
    attempt: Int = 1,
    elapsed: Duration = .zero,
    draw: UInt64 = FixedGenerator.least
  ) -> RetryPolicy.Decision {
    var generator = FixedGenerator(value: draw)
    let request = HTTPRequest(method: method, url: "http://a/", isIdempotent: isIdempotent)
    return policy.decide(
      outcome,
      of: request,
      attempt: attempt,
      elapsed: elapsed,
      now: Self.start,
      using: &generator
    )
  }
  private func answer(_ status: Int, retryAfter: String? = nil) -> RetryPolicy.Outcome {
    var headers = HTTPHeaders()
    headers["Retry-After"] = retryAfter
    return .answer(HTTPResponseHead(status: status, headers: headers))
  }
  private func failure(_ kind: TransportError.Kind, processed: Bool) -> RetryPolicy.Outcome {
    .failure(TransportError(kind, "test", mayHaveBeenProcessed: processed))
  }
  private func isRetried(_ decision: RetryPolicy.Decision) -> Bool { decision != .giveUp }

  @Test(arguments: ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
  func `what is harmless is repeated after a server's failure`(method: String) {
    for status in [429, 500, 502, 503, 504] { #expect(isRetried(decide(answer(status), method))) }
    #expect(isRetried(decide(failure(.reset, processed: true), method)))
  }

  @Test(arguments: ["POST", "PATCH", "LOCK"])
  func `what may change something twice is repeated only when nothing happened`(method: String) {
    #expect(isRetried(decide(answer(429), method)))
    for status in [500, 502, 503, 504] { #expect(!isRetried(decide(answer(status), method))) }
    #expect(!isRetried(decide(failure(.reset, processed: true), method)))
    #expect(isRetried(decide(failure(.connect, processed: false), method)))
  }

  @Test func `what a request says of itself counts more than its method`() {
    #expect(isRetried(decide(answer(503), "PATCH", isIdempotent: true)))
    #expect(!isRetried(decide(answer(503), "PUT", isIdempotent: false)))
    #expect(isRetried(decide(failure(.reset, processed: true), "PATCH", isIdempotent: true)))
  }

  @Test(arguments: [200, 201, 204, 301, 304, 400, 401, 403, 404, 408, 409, 410, 422, 501, 505])
  func `other answers are answers`(status: Int) {
    #expect(!isRetried(decide(answer(status, retryAfter: "1"))))
  }

  @Test(arguments: TransportError.Kind.allCases)
  func `a failure that would be the same again is not repeated`(kind: TransportError.Kind) {
    let isFinal = [.cancelled, .invalidRequest, .tooLarge].contains(kind)
    for processed in [true, false] { #expect(isRetried(decide(failure(kind, processed: processed))) != isFinal) }
  }

  @Test func `the delay is drawn between nothing and a bound that doubles`() {
    for (attempt, bound) in [(1, 1), (2, 2), (3, 4), (4, 8)] {
      #expect(decide(answer(503), attempt: attempt, draw: FixedGenerator.least) == .retry(after: .zero))
      guard case .retry(let most) = decide(answer(503), attempt: attempt, draw: .max) else {
        Issue.record("attempt \(attempt) was given up")
        continue
      }
      #expect(most > .seconds(bound) * 0.999 && most <= .seconds(bound))
    }
    #expect(decide(answer(503), attempt: 5) == .giveUp)
  }

  @Test func `the draws fill the whole range`() {
    var generator = RandomSource()
    let request = HTTPRequest(url: "http://a/")
    var quarters = Set<Int>()
    for _ in 0..<1000 {
      let decision = policy.decide(
        answer(503),
        of: request,
        attempt: 4,
        elapsed: .zero,
        now: Self.start,
        using: &generator
      )
      if case .retry(let delay) = decision { quarters.insert(Int(delay / .seconds(2.001))) }
    }
    #expect(quarters == [0, 1, 2, 3])
  }

  @Test func `Retry-After is a floor, not the delay`() {
    #expect(decide(answer(429, retryAfter: "7"), draw: FixedGenerator.least) == .retry(after: .seconds(7)))
    #expect(
      decide(answer(503, retryAfter: "Thu, 01 Jan 2026 00:00:09 GMT"), draw: FixedGenerator.least)
        == .retry(after: .seconds(9))
    )
    guard case .retry(let delay) = decide(answer(429, retryAfter: "1"), attempt: 4, draw: .max) else {
      Issue.record("429 was given up")
      return
    }
    #expect(delay > .seconds(7))
  }

  @Test func `a delay beyond the budget is a reason to give up at once`() {
    #expect(decide(answer(429, retryAfter: "60"), elapsed: .zero) == .retry(after: .seconds(60)))
    #expect(decide(answer(429, retryAfter: "60"), elapsed: .milliseconds(1)) == .giveUp)
    #expect(decide(answer(429, retryAfter: "99999999999999999999"), elapsed: .zero) == .giveUp)
    #expect(decide(answer(503), elapsed: .seconds(61)) == .giveUp)
    var endless = policy
    endless.budget = nil
    var generator = FixedGenerator(value: FixedGenerator.least)
    let decision = endless.decide(
      answer(503),
      of: HTTPRequest(url: "http://a/"),
      attempt: 1,
      elapsed: .seconds(1_000_000),
      now: Self.start,
      using: &generator
    )
    #expect(decision == .retry(after: .zero))
  }
}
