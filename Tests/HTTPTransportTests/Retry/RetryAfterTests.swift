internal import Foundations
internal import HTTPTransport
internal import Testing

@Suite struct RetryAfterTests {
  /// 1994-11-06T08:49:37Z, the moment of RFC 9110's examples.
  static let example = Timestamp(seconds: 784_111_777)

  private func delay(_ value: String, now: Timestamp = example) -> Duration? {
    RetryAfter.delay(in: HTTPResponseHead(status: 429, headers: ["retry-after": value]), now: now)
  }

  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ])
  func `the three forms of a date are one moment`(text: String) {
    #expect(RetryAfter.date(text) == Self.example)
  }

  @Test func `two digits of a year are of this century until they reach 70`() {
    #expect(RetryAfter.date("Sunday, 06-Nov-69 08:49:37 GMT") == Timestamp("2069-11-06T08:49:37Z"))
    #expect(RetryAfter.date("Friday, 06-Nov-70 08:49:37 GMT") == Timestamp("1970-11-06T08:49:37Z"))
  }

  @Test func `seconds are taken as they are, up to the longest wait`() {
    #expect(delay("0") == .zero)
    #expect(delay("120") == .seconds(120))
    for absurd in ["86400", "9223372036854775807", "99999999999999999999999", String(repeating: "9", count: 400)] {
      #expect(delay(absurd) == RetryAfter.longest)
    }
  }

  @Test(
    arguments: [
      (-1, .zero), (0, .zero), (.nan, .zero), (-.infinity, .zero), (2.5, .milliseconds(2500)),
      (1e300, RetryAfter.longest), (.infinity, RetryAfter.longest),
    ] as [(Double, Duration)]
  )
  func `any number of seconds becomes a wait`(seconds: Double, wait: Duration) {
    #expect(RetryAfter.clamped(seconds: seconds) == wait)
  }

  @Test func `a date far ahead is not waited for`() throws {
    #expect(delay("Fri, 31 Dec 9999 23:59:59 GMT") == RetryAfter.longest)
    // So far apart that the difference is no Int64 of microseconds.
    let wrapped = try #require(delay("Fri, 31 Dec 9999 23:59:59 GMT", now: Timestamp(microseconds: .min)))
    #expect(wrapped >= .zero && wrapped <= RetryAfter.longest)
  }

  @Test func `a date counts from now, and one that is past not at all`() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    #expect(delay(date, now: Self.example.advanced(by: .seconds(-90))) == .seconds(90))
    #expect(delay(date, now: Self.example.advanced(by: .seconds(90))) == .zero)
  }

  @Test(arguments: [
    "", " ", "-1", "+5", "1.5", "soon", "1 s", "٣", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6x Nov 1994 08:49:37 GMT",
    "Sun, 32 Jan 1994 08:49:37 GMT", "Sun, 06 Nov 994 08:49:37 GMT", "Sun, 06 November 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:61:00 GMT", "Sun Nov  6 08:49:37",
  ])
  func `what is neither is no answer`(text: String) {
    #expect(delay(text) == nil)
  }

  @Test func `no header asks for nothing`() {
    #expect(RetryAfter.delay(in: HTTPResponseHead(status: 503), now: Self.example) == nil)
  }
}
