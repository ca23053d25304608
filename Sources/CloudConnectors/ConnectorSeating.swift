package import Foundations

/// A machine that runs or is starting.
package struct SeatedMachine: Sendable, Hashable {
  package var key: String
  package var imageID: String
  package var launched: Timestamp
  package init(key: String, imageID: String, launched: Timestamp) {
    self.key = key
    self.imageID = imageID
    self.launched = launched
  }
}

/// Decides which connectors should exist now. A machine is replaced by a new connector, one seat at a time: the new
/// connector comes alive first, and then the old one is deleted.
///
///     machines of the seat               the others           connectors of the seat
///     none                               any                  the wanted one
///     the wanted one                     any                  the wanted one
///     old ones, none alive               any                  the wanted one: the old ones serve nobody
///     an old one                         settled              both
///     an old one                         not settled          the old one, for now
///     an old one and the wanted one      any                  both, until the wanted one is settled
///
/// A connector is settled when it is alive and its machine has run for a minute.
package struct ConnectorSeating: Sendable {
  /// How long a machine must have run until its connector counts as settled.
  package static let settling = Duration.seconds(60)

  package private(set) var connectors: [SeatedConnector] = []
  /// Whether a seat waits for others before its machine is replaced.
  package private(set) var isHeld = false

  private let machines: [Int: [SeatedMachine]]
  private let alive: Set<String>
  private let now: Timestamp

  /// - Parameters:
  ///   - wanted: the connector that each seat should have in the end.
  ///   - machines: those that run or are starting.
  ///   - alive: keys of the connectors that are alive.
  package init(wanted: [SeatedConnector], machines: [SeatedMachine], alive: Set<String>, now: Timestamp) {
    self.machines = Dictionary(grouping: machines) { SeatedConnector.number(of: $0.key) ?? 0 }
    self.alive = alive
    self.now = now
    // A replacement that has begun is finished before another begins.
    var isReplacing = wanted.contains { isBegun($0) && !isSettled($0.seat.number, $0.key) }
    for connector in wanted {
      let others = old(connector)
      guard !others.isEmpty, !isSettled(connector.seat.number, connector.key), others.contains(where: isAlive) else {
        connectors.append(connector)
        continue
      }
      if !isBegun(connector) {
        let isQuiet = wanted.allSatisfy { $0.seat == connector.seat || isSettled($0.seat.number, nil) }
        guard isQuiet, !isReplacing else {
          connectors += others.map { Self.kept($0, connector) }
          isHeld = true
          continue
        }
        isReplacing = true
      }
      connectors += others.map { Self.kept($0, connector) } + [connector]
    }
  }

  private static func kept(_ machine: SeatedMachine, _ wanted: SeatedConnector) -> SeatedConnector {
    SeatedConnector(seat: wanted.seat, key: machine.key, imageID: machine.imageID)
  }

  private func old(_ connector: SeatedConnector) -> [SeatedMachine] {
    (machines[connector.seat.number] ?? []).filter { $0.key != connector.key }.sorted { $0.key < $1.key }
  }

  /// Whether the replacement of the seat's old connector has begun.
  private func isBegun(_ connector: SeatedConnector) -> Bool {
    let here = machines[connector.seat.number] ?? []
    return here.count > 1 && here.contains { $0.key == connector.key }
  }

  private func isAlive(_ machine: SeatedMachine) -> Bool { alive.contains(machine.key) }

  /// - Parameter key: nil: any connector of the seat.
  private func isSettled(_ seat: Int, _ key: String?) -> Bool {
    (machines[seat] ?? []).contains { machine in
      (key == nil || machine.key == key) && isAlive(machine) && now.since(machine.launched) >= Self.settling
    }
  }
}
