import Foundations
import Testing

@testable import CloudConnectors

/// A machine is replaced by a new connector, one seat at a time: the new one comes alive, and then the old one goes.
@Suite struct ConnectorSeatingTests {
  private let now = Timestamp(seconds: 1_800_000_000)

  private func wanted(_ keys: String...) -> [SeatedConnector] {
    keys.map { key in
      let number = SeatedConnector.number(of: key) ?? 0
      return SeatedConnector(
        seat: .init(number: number, zone: "z\(number)", subnetID: "s\(number)"),
        key: key,
        imageID: "ami-new"
      )
    }
  }

  /// - Parameter age: the machine's.
  private func machine(_ key: String, age: Duration = .seconds(3600)) -> SeatedMachine {
    SeatedMachine(key: key, imageID: "ami-old", launched: now.advanced(by: .zero - age))
  }

  private func keys(
    _ wanted: [SeatedConnector],
    _ machines: [SeatedMachine],
    alive: Set<String>
  ) -> (keys: [String], isHeld: Bool) {
    let seating = ConnectorSeating(wanted: wanted, machines: machines, alive: alive, now: now)
    return (seating.connectors.map(\.key), seating.isHeld)
  }

  @Test func emptySeatsAreTakenAtOnce() {
    #expect(keys(wanted("1-a", "2-a"), [], alive: []).keys == ["1-a", "2-a"])
  }

  @Test func connectorsThatAreAsWantedStay() {
    let found = keys(wanted("1-a", "2-a"), [machine("1-a"), machine("2-a")], alive: ["1-a", "2-a"])
    #expect(found.keys == ["1-a", "2-a"] && !found.isHeld)
  }

  @Test func oneSeatIsReplacedAndTheOtherWaits() {
    let found = keys(wanted("1-b", "2-b"), [machine("1-a"), machine("2-a")], alive: ["1-a", "2-a"])
    #expect(found.keys == ["1-a", "1-b", "2-a"] && found.isHeld)
  }

  @Test func theOldOneStaysUntilTheNewOneHasBeenAliveForAMinute() {
    let machines = [machine("1-a"), machine("1-b", age: .seconds(30)), machine("2-a")]
    #expect(keys(wanted("1-b", "2-b"), machines, alive: ["1-a", "2-a"]).keys == ["1-a", "1-b", "2-a"])
    #expect(keys(wanted("1-b", "2-b"), machines, alive: ["1-a", "1-b", "2-a"]).keys == ["1-a", "1-b", "2-a"])
    let later = [machine("1-a"), machine("1-b", age: .seconds(60)), machine("2-a")]
    #expect(keys(wanted("1-b", "2-a"), later, alive: ["1-a", "1-b", "2-a"]).keys == ["1-b", "2-a"])
  }

  @Test func theNextSeatFollowsOnceTheFirstIsSettled() {
    let machines = [machine("1-b"), machine("2-a")]
    #expect(keys(wanted("1-b", "2-b"), machines, alive: ["1-b", "2-a"]).keys == ["1-b", "2-a", "2-b"])
  }

  @Test func aNewConnectorThatDoesNotComeAliveStopsTheRest() {
    let machines = [machine("1-a"), machine("1-b", age: .seconds(3600)), machine("2-a")]
    let found = keys(wanted("1-b", "2-b"), machines, alive: ["1-a", "2-a"])
    #expect(found.keys == ["1-a", "1-b", "2-a"] && found.isHeld)
  }

  @Test func anOldConnectorThatIsNotAliveIsReplacedAtOnce() {
    #expect(keys(wanted("1-b", "2-b"), [machine("1-a"), machine("2-a")], alive: ["2-a"]).keys == ["1-b", "2-a"])
    #expect(keys(wanted("1-b"), [machine("1-a")], alive: []).keys == ["1-b"])
  }

  @Test func nothingIsReplacedWhileAnotherSeatIsEmpty() {
    let found = keys(wanted("1-b", "2-b"), [machine("1-a")], alive: ["1-a"])
    #expect(found.keys == ["1-a", "2-b"] && found.isHeld)
  }

  @Test func anotherChangeOnTheWayKeepsWhatIsAlive() {
    let machines = [machine("1-a"), machine("1-b", age: .seconds(10))]
    #expect(keys(wanted("1-c"), machines, alive: ["1-a"]).keys == ["1-a", "1-b", "1-c"])
  }
}
