internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Kubernetes
internal import Twingate

/// Records an event for every connector that comes alive or is lost, and for every new problem.
enum ConnectorEvents {
  static func record(
    from old: VPNConnectionStatus?,
    to new: VPNConnectionStatus,
    of connection: VPNConnection,
    _ events: EventRecorder
  ) {
    let alive = Connector.State.alive.rawValue
    let before = old?.twingate?.connectors ?? []
    for connector in new.twingate?.connectors ?? [] {
      let was = before.first { $0.name == connector.name }
      if connector.state == alive, was?.state != alive {
        let version = connector.version.map { ", version \($0)" } ?? ""
        events.normal(
          connection,
          reason: "ConnectorAlive",
          action: "Connect",
          "Twingate hears connector \(connector.name)\(version)"
        )
      } else if was?.state == alive, connector.state != alive, !connection.spec.isSuspended {
        let state = connector.state ?? "gone"
        events.warning(
          connection,
          reason: "ConnectorLost",
          action: "Connect",
          "Twingate does not hear connector \(connector.name) any more (\(state)): \(connector.lastError ?? "see its log")"
        )
      }
    }
    let known = Set(old?.twingate?.problems ?? [])
    for problem in new.twingate?.problems ?? [] where !known.contains(problem) {
      events.warning(connection, reason: problem.reason, action: "Reconcile", "\(problem.origin): \(problem.message)")
    }
  }
}
