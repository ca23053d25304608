internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// What to do for one VPNConnection, and what to say of it: a pure function of the facts.
///
///     verdict     suspended   plan mode   actions                          Ready
///     refused     any         any         none                             False, the refusal's reason
///     accepted    no          no          objects, finalizer first         by tunnels, see `ready`
///     accepted    yes         no          objects with replicas 0          False Suspended
///     accepted    any         yes         none; listed in status.plan      by tunnels
struct VPNConnectionPlan {
  var actions: [GatewayAction] = []
  var status = VPNConnectionStatus()
  /// False: what is written already is truer than `status`, which lacks the word of a gateway.
  var statusIsKnown = true
  var repaired: [String] = []
  /// Look again after this long even if nothing is heard.
  var requeueAfter: Duration?

  /// How often drift is looked for (design: 10 min ± 20 %; the jitter is the caller's).
  static let period: Duration = .seconds(600)

  init(_ facts: VPNConnectionFacts) {
    let connection = facts.connection
    status.lastHandledReconcileAt = connection.metadata.annotations?[CloudLinker.Annotation.requestedAt]
    requeueAfter = Self.period
    let forwards = PortClaims.accepted(facts.forwards).filter { $0.isWithin(connection.spec.remoteNetworks) }
    var contents: [String: GatewaySecret] = [:]
    var refusal = VPNConnectionVerdict.accepted(facts)
    if refusal == nil { (contents, refusal) = Self.contents(facts, forwards) }
    if refusal == nil {
      let objects = GatewayObjectsPlan(facts: facts, contents: contents, forwards: forwards)
      repaired = objects.repaired
      let isMarked = connection.metadata.finalizers?.contains(GatewayLabels.finalizer) == true
      actions = (isMarked ? [] : [.addFinalizer]) + objects.actions
      if objects.held != nil { requeueAfter = .seconds(30) }
    }
    let isPlanOnly =
      connection.metadata.annotations?[CloudLinker.Annotation.reconcile] == CloudLinker.Annotation.reconcilePlan
    if isPlanOnly {
      status.plan = actions.map(\.description)
      actions = []
    }
    describe(facts, contents, forwards)
    statusIsKnown = refusal != nil || connection.spec.isSuspended || !facts.awaitsFirstWord
    let writer = VPNConnectionConditions(
      facts: facts,
      refusal: refusal,
      status: status,
      contents: contents,
      acceptedForwards: forwards.count,
      isPlanOnly: isPlanOnly
    )
    status.conditions = writer.conditions()
    status.observedGeneration = connection.metadata.generation
    keepCounters(of: connection.status)
  }

  private static func contents(
    _ facts: VPNConnectionFacts,
    _ forwards: [PortForward]
  ) -> ([String: GatewaySecret], Refusal?) {
    let objects = GatewayObjects(connection: facts.connection, defaults: facts.defaults)
    let content = GatewayContent(
      connection: facts.connection,
      credentials: facts.credentials,
      forwards: forwards,
      siblings: facts.connection.spec.tunnels.count > 1 ? objects.siblingsHost() : nil
    )
    var contents: [String: GatewaySecret] = [:]
    for tunnel in facts.connection.spec.tunnels {
      do {
        contents[tunnel.name] = try content.secret(tunnel)
      } catch let missing as MissingCredential {
        return ([:], VPNConnectionVerdict.missing(missing))
      } catch let profile as RefusedProfile {
        return (
          [:],
          Refusal(
            condition: .dependenciesReady,
            reason: .profileRefused,
            message: profile.message
          )
        )
      } catch {
        return (
          [:],
          Refusal(
            condition: .dependenciesReady,
            reason: .other,
            message: "configuration cannot be written: \(error)"
          )
        )
      }
    }
    return (contents, nil)
  }

  private mutating func describe(
    _ facts: VPNConnectionFacts,
    _ contents: [String: GatewaySecret],
    _ forwards: [PortForward]
  ) {
    let tunnels = facts.connection.spec.tunnels.map { TunnelReport.tunnel($0, facts) }
    let connected = tunnels.count { $0.state == .connected }
    status.tunnels = tunnels
    status.connectedTunnels = connected
    status.tunnelsReady = "\(connected)/\(tunnels.count)"
    status.serviceHost = "\(facts.connection.spec.serviceName).\(facts.connection.key.namespace)"
    status.portCount = forwards.reduce(0) { $0 + $1.spec.ports.count }
    var notices = facts.observations.sorted { $0.key < $1.key }.flatMap { tunnel, observation in
      (observation.status?.notices ?? []).map { "tunnel \(tunnel): \($0)" }
    }
    notices += facts.unlabelledNamespaces.map {
      "namespace \($0) lacks the label kubernetes.io/metadata.name=\($0) (Kubernetes sets it since 1.21): "
        + "add it, else a policy engine admits none of its pods"
    }
    status.notices = notices.isEmpty ? nil : notices
  }

  /// When only the byte counters differ, the old ones are kept and nothing is written.
  private mutating func keepCounters(of old: VPNConnectionStatus?) {
    guard let old else { return }
    var quiet = status
    for (index, tunnel) in (quiet.tunnels ?? []).enumerated() {
      guard let before = old.tunnels?.first(where: { $0.name == tunnel.name }) else { continue }
      quiet.tunnels?[index].bytesReceived = before.bytesReceived
      quiet.tunnels?[index].bytesSent = before.bytesSent
    }
    if quiet == old { status = quiet }
  }
}
