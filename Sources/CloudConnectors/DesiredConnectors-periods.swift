internal import Foundations

/// For images whose versions cannot be compared: those of a family, or with a tag in a registry.
extension DesiredConnectors {
  /// The number of the current period of `updatesEvery`. Machines are replaced once a period, to take the images again.
  func period(_ now: Timestamp) -> String {
    guard let length = machine.updatesEvery?.components.seconds, length > 0 else { return "0" }
    return "\(now.microseconds / 1_000_000 / length)"
  }

  /// See `ConnectorPlanner.wanted`.
  /// - Parameters:
  ///   - machines: with the period in which each was started as its `imageID`.
  ///   - known: keys of the connectors that exist.
  ///   - key: returns the key of the connector that a seat has in a period.
  func wanted(
    _ machines: [ConnectorMachine],
    known: Set<String>,
    now: Timestamp,
    key: (Seat, String) -> String
  ) -> [SeatedConnector] {
    seats.map { seat in
      let here = known.filter { SeatedConnector.number(of: $0) == seat.number }
      if isSuspended, let before = here.min() { return SeatedConnector(seat: seat, key: before, imageID: "") }
      let machines = machines.filter { $0.isLive && $0.key == key(seat, $0.imageID) }
      if let kept = machines.first(where: { !isDue($0, now) }) {
        return SeatedConnector(seat: seat, key: kept.key, imageID: kept.imageID)
      }
      // If someone deletes a machine in the console, its connector gets another, unless the connector is replaced as well.
      let periods = [period(now), machine.updatesEvery.map { period(now.advanced(by: .zero - $0)) }].compactMap { $0 }
      let due = Set(machines.map { $0.key })
      let former = periods.first { here.contains(key(seat, $0)) && !due.contains(key(seat, $0)) }
      let chosen = former ?? periods[0]
      return SeatedConnector(seat: seat, key: key(seat, chosen), imageID: chosen)
    }
  }

  private func isDue(_ machine: ConnectorMachine, _ now: Timestamp) -> Bool {
    guard let period = self.machine.updatesEvery, let launched = machine.launched else { return false }
    return now.since(launched) >= period
  }
}
