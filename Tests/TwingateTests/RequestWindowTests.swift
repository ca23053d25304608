import TestSupport
import Testing

@testable import Twingate

@Suite struct RequestWindowTests {
  private typealias Ticket = RequestWindow.Ticket
  private let start = ContinuousClock.now

  private func moment(_ seconds: Double) -> ContinuousClock.Instant { start.advanced(by: .seconds(seconds)) }

  @Test func anEarlierLaneGoesFirstAndWithinALaneTheEarlierRequest() {
    var window = RequestWindow(limit: 2, length: .seconds(60))
    let tickets = [
      Ticket(lane: .look, number: 1), Ticket(lane: .change, number: 2), Ticket(lane: .repair, number: 3),
      Ticket(lane: .revocation, number: 4), Ticket(lane: .change, number: 5),
    ]
    for ticket in tickets { window.enqueue(ticket) }
    #expect(window.admit(now: start).map(\.number) == [4, 2])
    #expect(window.nextOpening(now: start) == nil, "an answer has to come first")
    window.answered(now: moment(1))
    window.answered(now: moment(2))
    #expect(window.nextOpening(now: moment(2)) == moment(61))
    #expect(window.admit(now: moment(60.9)).isEmpty)
    #expect(window.admit(now: moment(61)).map(\.number) == [5])
    window.withdraw(tickets[2])
    #expect(window.admit(now: moment(62)).map(\.number) == [1])
  }

  @Test func aPauseHoldsAllRequests() {
    var window = RequestWindow(limit: 20, length: .seconds(60))
    window.pause(until: moment(30))
    window.pause(until: moment(10))
    window.enqueue(Ticket(lane: .revocation, number: 1))
    #expect(window.admit(now: moment(29)).isEmpty && window.nextOpening(now: moment(29)) == moment(30))
    #expect(window.expectedWait(.revocation, now: moment(20)) == .seconds(10))
    #expect(window.admit(now: moment(30)).count == 1)
  }

  @Test func theExpectedWaitCountsOnlyRequestsThatGoFirst() {
    var window = RequestWindow(limit: 2, length: .seconds(60))
    for number in 0..<2 { window.enqueue(Ticket(lane: .change, number: number)) }
    _ = window.admit(now: start)
    window.answered(now: start)
    window.answered(now: moment(10))
    for number in 2..<5 { window.enqueue(Ticket(lane: .repair, number: number)) }
    #expect(window.expectedWait(.change, now: moment(20)) == .seconds(40))
    #expect(window.expectedWait(.look, now: moment(20)) == .seconds(110))
    #expect(window.expectedWait(.look, now: moment(20)) == .seconds(110))
  }

  /// No 60 s have more requests than the limit, in any sequence of events.
  @Test(arguments: 0..<50)
  func noWindowHoldsMoreThanTheLimit(seed: UInt64) {
    var random = SeededGenerator(seed)
    var window = RequestWindow(limit: 5, length: .seconds(60))
    var (now, number, inFlight) = (0.0, 0, 0)
    var sent: [Double] = []
    for _ in 0..<400 {
      switch Int.random(in: 0..<4, using: &random) {
      case 0:
        number += 1
        window.enqueue(Ticket(lane: Lane.allCases.randomElement(using: &random) ?? .look, number: number))
      case 1 where inFlight > 0:
        inFlight -= 1
        window.answered(now: moment(now))
      default: now += Double.random(in: 0..<20, using: &random)
      }
      let admitted = window.admit(now: moment(now)).count
      inFlight += admitted
      sent += Array(repeating: now, count: admitted)
      #expect(sent.count { $0 > now - 60 } <= 5)
    }
    #expect(sent.count > 20, "it lets requests through")
  }
}
