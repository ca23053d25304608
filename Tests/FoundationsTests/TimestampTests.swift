import Foundations
import Testing

@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-21T05:41:55Z", 1_795_239_715), ("2000-02-29T23:59:59Z", 951_868_799),
    ("1969-12-31T23:59:59Z", -1), ("2026-11-21T06:41:55+01:00", 1_795_239_715),
  ])
  func readsRFC3339(text: String, seconds: Int64) {
    #expect(Timestamp(text)?.seconds == seconds)
  }

  @Test(arguments: ["", "2026-11-21", "2026-13-01T00:00:00Z", "2026-11-21T05:41:55", "2026-11-21T05:41:55.Z", "x"])
  func refusesWhatIsNoTime(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test func writesWhatItReads() {
    for text in ["1970-01-01T00:00:00Z", "2024-02-29T12:00:00Z", "2099-12-31T23:59:59Z"] {
      #expect(Timestamp(text)?.description == text)
    }
    #expect(Timestamp("2026-11-21T05:41:55.123456Z")?.microDescription == "2026-11-21T05:41:55.123456Z")
    #expect(Timestamp("1969-12-31T23:59:59.900000Z")?.microDescription == "1969-12-31T23:59:59.900000Z")
  }

  @Test func writesTheFirstAndTheLastMomentToo() {
    // -9223372036854.775808 s: below the second, 1 - 0.775808.
    #expect(Timestamp(microseconds: .min).microDescription.hasSuffix(":05.224192Z"))
    #expect(Timestamp(microseconds: .max).microDescription.hasSuffix(":54.775807Z"))
  }
}
