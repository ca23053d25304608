internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Plans what remains to be removed for a deleted connection. When nothing is left, its finalizer may be removed.
///
///     live                                   actions
///     a ready pod                            tell it not to wait for its connections, see `Disconnection`
///     anything but policies                  delete it, the Deployments first, so that no pod comes back
///     NetworkPolicies                        delete them when no Deployment or pod is left that they protect
///     only pods that are ending              none: wait for them
///     nothing                                none: `isDone`, and the finalizer is removed
struct GatewayTeardown {
  var actions: [GatewayAction] = []
  /// A description of what is waited for; nil: nothing is left.
  var waitsFor: String?
  /// When the next pass is due; nil: when something changes.
  var requeueAfter: Duration?
  /// Whether nothing is left, so that the finalizer can be removed.
  let isDone: Bool
  private let pods: [Pod]

  /// - Parameters:
  ///   - aliases: the connection's Services in the environment.
  ///   - now: the time by which it is decided whether pods have had notice.
  init(live: GatewayLive, aliases: [Service], now: Timestamp) {
    pods = live.pods
    isDone = live.isEmpty && aliases.isEmpty
    let farewell = Disconnection(live.pods, now: now)
    if !live.deployments.isEmpty, let wait = farewell.wait {
      actions = farewell.actions
      requeueAfter = wait
      waitsFor = "the gateways to disconnect"
      return
    }
    func remove<Object: Resource>(_ objects: [Object]) {
      actions += objects.filter { $0.metadata.deletionTimestamp == nil }.map {
        .delete(kind: Object.resourceType.kind, $0.key, uid: $0.metadata.uid)
      }
    }
    remove(live.deployments)
    remove(aliases)
    remove(live.services)
    remove(live.secrets)
    remove(live.budgets)
    if live.deployments.isEmpty && live.pods.isEmpty { remove(live.networkPolicies) }
    if !live.pods.isEmpty {
      waitsFor = "the gateway pods \(live.pods.map(\.key.name).sorted().joined(separator: ", ")) to end"
    } else if !isDone {
      waitsFor = "the gateways' objects to go"
    }
  }

  /// The status of a connection that is being deleted. Nobody listens to its gateways any more.
  func status(of connection: VPNConnection, despite obstacle: Obstacle?, now: Timestamp) -> VPNConnectionStatus {
    var status = connection.status ?? VPNConnectionStatus()
    let before = status.conditions
    status.observedGeneration = connection.metadata.generation
    status.plan = nil
    status.notices = nil
    status.tunnels = status.tunnels?.map { tunnel in
      var line = VPNConnectionStatus.Tunnel(name: tunnel.name, state: .disconnected)
      line.server = tunnel.server
      line.zone = tunnel.zone
      line.gateway = pods.first { $0.metadata.labels?[GatewayLabels.tunnel] == tunnel.name }?.key.name
      line.since = tunnel.state == .disconnected ? tunnel.since : now
      return line
    }
    status.connectedTunnels = status.tunnels.map { _ in 0 }
    status.tunnelsReady = status.tunnels.map { "0/\($0.count)" }
    var set = ConditionWriter(before: before ?? [], generation: connection.metadata.generation, now: now)
    let wait = waitsFor.map { "waiting for \($0)" } ?? "nothing is left"
    let told = obstacle.flatMap { $0.isWorthTelling ? $0.message(before: before) : nil }
    set(.ready, false, .deleting, "Deleting: \(told ?? wait)")
    set(.reconciling, true, told == nil ? .deleting : .apiError, told ?? "Deleting: \(wait)")
    status.conditions = set.conditions
    return status
  }
}
