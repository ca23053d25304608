internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Kubernetes

/// Records an event for every change of a tunnel's state, of the enforcement of NetworkPolicies, and of the obstacle
/// that keeps the operator from acting.
enum TunnelEvents {
  static func record(
    from old: VPNConnectionStatus?,
    to new: VPNConnectionStatus,
    of connection: VPNConnection,
    _ events: EventRecorder
  ) {
    for tunnel in new.tunnels ?? [] {
      let before = old?.tunnels?.first { $0.name == tunnel.name }
      let known = Set((before?.draining ?? []).map(\.gateway))
      for gateway in tunnel.draining ?? [] where !known.contains(gateway.gateway) {
        events.normal(
          connection,
          reason: "GatewayDraining",
          action: "Drain",
          "gateway pod \(gateway.gateway) of tunnel \(tunnel.name) takes no new connections, and ends when it has none "
            + "left, at \(gateway.until) at the latest"
        )
      }
      guard before?.state != tunnel.state || before?.reason != tunnel.reason else { continue }
      let place = "tunnel \(tunnel.name) to \(tunnel.server ?? "")"
      switch tunnel.state {
      case .connected:
        let address = tunnel.virtualIP.map { " as \($0)" } ?? ""
        events.normal(connection, reason: "TunnelConnected", action: "Connect", "\(place) is connected\(address)")
      case .failed:
        events.warning(
          connection,
          reason: "TunnelFailed",
          action: "Connect",
          "\(place): \(tunnel.lastError ?? "no cause is known")"
        )
      case .disconnected where before != nil:
        events.normal(connection, reason: "TunnelDisconnected", action: "Disconnect", "\(place) is disconnected")
      case .connecting where before?.state == .connected && before?.gateway == tunnel.gateway:
        events.warning(
          connection,
          reason: "TunnelLost",
          action: "Connect",
          "\(place) was lost: \(tunnel.lastError ?? "connecting again")"
        )
      case .unknown:
        let words = tunnel.lastError ?? "its gateway is silent"
        events.warning(connection, reason: "GatewaySilent", action: "Listen", "\(place): \(words)")
      default: break
      }
    }
    PolicyEnforcement.record(from: old?.conditions, to: new.conditions, of: connection, events)
    let obstacle = new.conditions?[.reconciling].flatMap { $0.reason == Reason.apiError.rawValue ? $0 : nil }
    if let obstacle, old?.conditions?[.reconciling]?.message != obstacle.message {
      events.warning(connection, reason: obstacle.reason, action: "Reconcile", obstacle.message)
    }
  }
}
