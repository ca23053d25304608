import Testing

@testable import GatewayAgent

@Suite struct AnswerCacheTests {
  let start = ContinuousClock.now

  /// - Returns: the answer's body, which counts how many have been made.
  private func ask(_ cache: inout AnswerCache, _ path: String, after duration: Duration, _ made: inout Int) -> String {
    cache.answer(path, now: start.advanced(by: duration)) {
      made += 1
      return EndpointAnswer(200, "\(made)")
    }
    .body
  }

  @Test func anExpensiveAnswerIsMadeOnceASecond() {
    var cache = AnswerCache()
    var made = 0
    #expect(ask(&cache, "/status", after: .zero, &made) == "1")
    #expect(ask(&cache, "/status", after: .milliseconds(999), &made) == "1")
    #expect(ask(&cache, "/metrics", after: .milliseconds(999), &made) == "2")
    #expect(ask(&cache, "/status", after: .milliseconds(1000), &made) == "3")
  }

  @Test func aChangeShowsAtOnce() {
    var cache = AnswerCache()
    var made = 0
    #expect(ask(&cache, "/status", after: .zero, &made) == "1")
    cache.invalidate()
    #expect(ask(&cache, "/status", after: .zero, &made) == "2")
  }

  @Test func probesAreAnsweredAfresh() {
    var cache = AnswerCache()
    var made = 0
    for count in 1...3 { #expect(ask(&cache, "/readyz?local", after: .zero, &made) == "\(count)") }
  }

  @Test func theQueryMakesNoDifference() {
    var cache = AnswerCache()
    var made = 0
    for query in ["", "?", "?1", "?2?3"] { #expect(ask(&cache, "/status\(query)", after: .zero, &made) == "1") }
  }
}
