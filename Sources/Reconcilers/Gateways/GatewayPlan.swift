internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Decides the actions and the status of a VPNConnection with gateways. A pure function of the facts.
///
///     verdict     suspended   plan mode   actions                          Ready
///     refused     any         any         none                             False, the refusal's reason
///     not known   any         any         none                             by tunnels, and what could not be read
///     accepted    no          no          objects                          by tunnels, see `GatewayConditions`
///     accepted    yes         no          objects with replicas 0          False Suspended
///     accepted    any         yes         none; listed in status.plan      by tunnels
struct GatewayPlan {
  var actions: [GatewayAction] = []
  var finalizer = FinalizerStep.keep
  /// The status if every action succeeds.
  var status: VPNConnectionStatus { status(despite: facts.unread) }
  /// False until every gateway named in the old status has answered this process; the old status is kept until then.
  var statusIsKnown = true
  var repaired: [String] = []
  /// Results of comparisons in this pass and earlier ones.
  private(set) var compared: ComparedObjects
  /// When the next pass is due even if nothing changes.
  var requeueAfter: Duration = Self.period
  /// What could not be read.
  var unread: Obstacle? { facts.unread }
  private let facts: GatewayFacts
  private let refusal: Refusal?
  private let contents: [String: GatewaySecret]
  private let admission: ForwardAdmission
  private let isPlanOnly: Bool
  /// Lists the directives of the profile that have no effect. The plan reports them once, instead of each gateway.
  private let profileNotice: String?
  /// The actions that plan mode lists.
  private var planned: [String]?

  /// How often drift is looked for (10 min ± 20 %; the caller adds the jitter).
  static let period: Duration = .seconds(600)

  init(_ facts: GatewayFacts) {
    let profile = facts.profile
    profileNotice = profile?.notice
    let facts = facts.withPorts(of: profile)
    compared = facts.compared
    let connection = facts.connection
    let admission = ForwardAdmission(facts.forwards, networks: connection.spec.remoteNetworks) { forward in
      facts.forwardsBeyondLimit.contains(forward.key) ? facts.limits.refusalOfForward() : nil
    }
    let forwards = admission.accepted
    var contents: [String: GatewaySecret] = [:]
    var refusal: Refusal?
    do throws(Refusal) {
      if let refusal = GatewayChecks.all.refusal(facts) { throw refusal }
      if facts.unread == nil {
        let settings = try facts.podSettings()
        contents = try Self.contents(facts, forwards)
        let objects = GatewayObjectsPlan(facts: facts, settings: settings, contents: contents, forwards: forwards)
        repaired = objects.repaired
        compared = objects.compared
        finalizer = .adding(GatewayLabels.finalizer, to: connection.metadata)
        actions = objects.actions
        if objects.held != nil { requeueAfter = .seconds(30) }
        if let wait = objects.untilDisconnected { requeueAfter = wait }
      }
    } catch {
      refusal = error
    }
    isPlanOnly = connection.isPlanOnly
    if isPlanOnly {
      planned = (finalizer == .keep ? [] : [finalizer.description]) + actions.map(\.description)
      actions = []
      finalizer = .keep
    }
    if let wait = facts.untilSilent { requeueAfter = min(requeueAfter, wait) }
    statusIsKnown = refusal != nil || connection.spec.isSuspended || !facts.awaitsFirstWord
    self.facts = facts
    self.refusal = refusal
    self.contents = contents
    self.admission = admission
  }

  /// - Parameter obstacle: what could not be read or done.
  func status(despite obstacle: Obstacle?) -> VPNConnectionStatus {
    let connection = facts.connection
    var status = VPNConnectionStatus()
    status.plan = planned
    describe(&status)
    let told = obstacle.flatMap { $0.isWorthTelling ? $0 : nil }
    let writer = GatewayConditions(
      facts: facts,
      refusal: refusal,
      obstacle: told,
      status: status,
      contents: contents,
      admission: admission,
      isPlanOnly: isPlanOnly
    )
    status.conditions = writer.conditions()
    // If this generation could not be carried out, it is not in force, and tools that wait for it must go on waiting.
    let isSettled = told == nil || refusal != nil
    status.observedGeneration = isSettled ? connection.metadata.generation : connection.status?.observedGeneration
    keepCounters(of: connection.status, &status)
    return status
  }

  private static func contents(
    _ facts: GatewayFacts,
    _ forwards: [PortForward]
  ) throws(Refusal) -> [String: GatewaySecret] {
    let objects = facts.objects
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
        throw missing.refusal
      } catch let refused as RefusedContent {
        throw refused.refusal
      } catch {
        throw Refusal(
          condition: .dependenciesReady,
          reason: .other,
          message: "configuration cannot be written: \(error)"
        )
      }
    }
    return contents
  }

  private func describe(_ status: inout VPNConnectionStatus) {
    let tunnels = facts.connection.spec.tunnels.map { TunnelReport.tunnel($0, facts) }
    let connected = tunnels.count { $0.state == .connected }
    status.tunnels = tunnels
    status.connectedTunnels = connected
    status.tunnelsReady = "\(connected)/\(tunnels.count)"
    status.serviceName = facts.connection.spec.serviceName
    status.serviceHost = "\(facts.connection.spec.serviceName).\(facts.connection.key.namespace)"
    status.portCount = admission.accepted.reduce(0) { $0 + $1.spec.ports.count }
    var notices = facts.observations.sorted { $0.key < $1.key }.flatMap { tunnel, observation in
      (observation.status?.notices ?? []).map { "tunnel \(tunnel): \($0)" }
    }
    if let profileNotice { notices.append(profileNotice) }
    notices += facts.connection.spec.tunnels.compactMap { tunnel in
      guard let successor = facts.live.successor(tunnel: tunnel.name) else { return nil }
      let trouble = PodTrouble.of(successor, or: nil)?.message ?? "gateway pod \(successor.key.name) is not ready yet"
      return "tunnel \(tunnel.name): its gateway is to be replaced and serves until its successor is ready: \(trouble)"
    }
    notices += facts.unlabelledNamespaces.map {
      "namespace \($0) lacks the label kubernetes.io/metadata.name=\($0) (Kubernetes sets it since 1.21): "
        + "add it, else a policy engine admits none of its pods"
    }
    if !facts.unknownNamespaces.isEmpty {
      notices.append(
        "the operator may not read the namespaces \(facts.unknownNamespaces.joined(separator: ", ")): whether they carry "
          + "the label kubernetes.io/metadata.name, by which a policy engine admits their pods, was not checked"
      )
    }
    if let refusal, refusal.condition == .dependenciesReady, !facts.live.pods.isEmpty {
      notices.append(
        "the gateways go on with the credentials they were given: set spec.suspend to true to disconnect"
      )
    }
    status.notices = notices.isEmpty ? nil : notices
  }

  /// If only the byte counters differ, the old ones are kept and nothing is written.
  private func keepCounters(of old: VPNConnectionStatus?, _ status: inout VPNConnectionStatus) {
    guard let old else { return }
    var quiet = status
    // `KindReconciler` sets it when it writes.
    quiet.lastHandledReconcileAt = old.lastHandledReconcileAt
    for (index, tunnel) in (quiet.tunnels ?? []).enumerated() {
      guard let before = old.tunnels?.first(where: { $0.name == tunnel.name }) else { continue }
      quiet.tunnels?[index].bytesReceived = before.bytesReceived
      quiet.tunnels?[index].bytesSent = before.bytesSent
    }
    if quiet == old { status = quiet }
  }
}
