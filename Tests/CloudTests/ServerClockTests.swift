import Cloud
import Foundations
import HTTPTransport
import Testing

@Suite struct ServerClockTests {
  private let time = VirtualTimeSource(wall: Timestamp(seconds: 784_111_777))
  private func refusal(_ date: String?) -> HTTPResponseHead {
    var headers = HTTPHeaders()
    headers["Date"] = date
    return HTTPResponseHead(status: 401, headers: headers)
  }

  @Test func itIsOursUntilAServerSaysOtherwise() {
    let clock = ServerClock(time)
    #expect(clock.timestamp == time.timestamp)
    #expect(!clock.correct(by: refusal("Sun, 06 Nov 1994 08:53:00 GMT")), "3 min 23 s are nobody's cause")
    #expect(clock.offset == .zero)
  }

  @Test(arguments: [("Sun, 06 Nov 1994 09:09:37 GMT", 1200), ("Sun, 06 Nov 1994 08:29:37 GMT", -1200)])
  func aServersDatePutsItRightOnce(date: String, seconds: Int) {
    let clock = ServerClock(time)
    #expect(clock.correct(by: refusal(date)))
    #expect(clock.timestamp == time.timestamp.advanced(by: .seconds(seconds)))
    #expect(!clock.correct(by: refusal(date)), "the same again has another cause")
  }

  @Test func aClockThatWasSetRightMeanwhileIsFollowed() {
    let clock = ServerClock(time)
    _ = clock.correct(by: refusal("Sun, 06 Nov 1994 09:09:37 GMT"))
    time.advance(by: .seconds(1200))
    #expect(clock.correct(by: refusal("Sun, 06 Nov 1994 09:09:37 GMT")))
    #expect(clock.timestamp == time.timestamp)
  }

  @Test(arguments: [nil, "", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT"]) func withoutADateItStays(date: String?) {
    #expect(!ServerClock(time).correct(by: refusal(date)))
  }
}
