import Foundations
import Kubernetes
import Testing

@testable import ControllerRuntime

@Suite struct EventLedgerTests {
  let start = ContinuousClock.now
  let wall = Timestamp(seconds: 1_767_225_600)

  private func identity(_ note: String = "note", object: String = "uid", type: String = "Normal")
    -> EventLedger.Identity
  {
    EventLedger.Identity(object: object, type: type, reason: "Reason", action: "Action", note: note)
  }

  private func record(
    _ ledger: inout EventLedger,
    _ identity: EventLedger.Identity,
    after delay: Duration = .zero,
    key name: String = "event"
  ) -> EventLedger.Decision {
    ledger.record(
      identity,
      key: key(name),
      now: start.advanced(by: delay),
      wall: wall.advanced(by: delay)
    ).decision
  }

  @Test func repetitionsWriteTheSeriesAtPowersOfTwo() {
    var ledger = EventLedger()
    let decisions = (0..<9).map { record(&ledger, identity(), after: .seconds($0)) }
    let event = key("event")
    #expect(
      decisions == [
        .create, .series(event, count: 2), .none, .series(event, count: 4), .none, .none, .none,
        .series(event, count: 8), .none,
      ]
    )
  }

  @Test func aThousandRepetitionsAreTenWrites() {
    var ledger = EventLedger()
    let writes = (0..<1000).filter { record(&ledger, identity(), after: .milliseconds($0)) != .none }
    #expect(writes.count == 10)
  }

  @Test func sixMinutesOfQuietEndASeries() {
    var ledger = EventLedger()
    #expect(record(&ledger, identity()) == .create)
    #expect(record(&ledger, identity(), after: .seconds(359)) == .series(key("event"), count: 2))
    #expect(record(&ledger, identity(), after: .seconds(359 + 360), key: "second") == .create)
  }

  @Test func theFinalCountIsWrittenWhenItWasNotYet() {
    var ledger = EventLedger()
    for second in 0..<3 { _ = record(&ledger, identity(), after: .seconds(second)) }
    #expect(ledger.sweep(now: start.advanced(by: .seconds(361))) == [])
    #expect(
      ledger.sweep(now: start.advanced(by: .seconds(362)))
        == [EventLedger.Final(key: key("event"), count: 3, lastSeen: wall.advanced(by: .seconds(2)))]
    )
    #expect(ledger.sweep(now: start.advanced(by: .seconds(1000))) == [])
  }

  @Test func aCountThatIsWrittenIsNotWrittenAgain() {
    var ledger = EventLedger()
    for second in 0..<4 { _ = record(&ledger, identity(), after: .seconds(second)) }
    #expect(ledger.sweep(now: start.advanced(by: .seconds(400))) == [])
  }

  @Test func anObjectHasABurstOfTwentyFiveAndOneMoreEveryFiveMinutes() {
    var ledger = EventLedger()
    let created = (0..<40).filter { record(&ledger, identity("note \($0)"), key: "event-\($0)") == .create }
    #expect(created.count == 25)
    #expect(record(&ledger, identity("late"), after: .seconds(299)) == .overBudget)
    #expect(record(&ledger, identity("later"), after: .seconds(301)) == .create)
    #expect(record(&ledger, identity("one more"), after: .seconds(301)) == .overBudget)
    #expect(record(&ledger, identity("other", object: "other"), after: .seconds(301)) == .create)
  }

  @Test func warningsHaveABudgetOfTheirOwn() {
    var ledger = EventLedger()
    func created(_ type: String) -> Int {
      (0..<40).filter { record(&ledger, identity("\($0)", type: type), key: "\(type)-\($0)") == .create }.count
    }
    #expect(created("Normal") == 25)
    #expect(created("Warning") == 25)
    #expect(record(&ledger, identity("one more", type: "Warning")) == .overBudget)
  }

  @Test func repetitionsCostNoBudget() {
    var ledger = EventLedger()
    for _ in 0..<100 { _ = record(&ledger, identity()) }
    let created = (0..<40).filter { record(&ledger, identity("note \($0)"), key: "event-\($0)") == .create }
    #expect(created.count == 24)
  }

  @Test func anEventThatIsGoneIsMadeAgain() {
    var ledger = EventLedger()
    _ = record(&ledger, identity())
    ledger.forget(key("event"))
    #expect(record(&ledger, identity(), after: .seconds(1), key: "second") == .create)
  }

  @Test func nothingIsKeptForEver() {
    var ledger = EventLedger()
    for object in 0..<50 { _ = record(&ledger, identity(object: "\(object)"), key: "event-\(object)") }
    #expect(ledger.size == 100)
    _ = ledger.sweep(now: start.advanced(by: .seconds(360)))
    #expect(ledger.size == 50)
    _ = ledger.sweep(now: start.advanced(by: .seconds(7500)))
    #expect(ledger.size == 0)
  }
}
