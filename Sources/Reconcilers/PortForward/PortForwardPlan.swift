internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Everything that the status of one PortForward looks at.
struct PortForwardFacts: Sendable {
  var forward: PortForward
  /// Nil: there is none of that name.
  var connection: VPNConnection?
  /// The other PortForwards of the connection that name one of its ports.
  var rivals: [PortForward] = []
  /// Set when the namespace has more PortForwards than it may, and this one is among the youngest.
  var beyondLimit: Refusal?
  var observations: [String: GatewayObservation] = [:]
  /// Namespaces in which no PortForward is accepted.
  var reservedNamespaces: Set<String> = []
  var now: Timestamp
}

/// What to say of one PortForward: a pure function of the facts.
///
///     connection   spec        gateways                         Ready
///     absent       any         any                              False ConnectionNotFound *
///     any          reserved    any                              False NamespaceRefused
///     any          invalid     any                              False InvalidSpec
///     any          no place    any                              False NamespaceLimitReached
///     any          conflict    any                              False PortConflict
///     any          outside     any                              False TargetOutsideRemoteNetworks
///     any          suspended   any                              False Suspended
///     accepted     accepted    silent                           Unknown GatewaysSilent
///     accepted     accepted    none connected, and failed       False ConnectionNotReady
///     accepted     accepted    none connected, may yet be       False ConnectionNotReady *
///     accepted     accepted    connected, ports not loaded      False Progressing *
///     accepted     accepted    loaded, a target is dead         False TargetsUnreachable
///     accepted     accepted    loaded                           True  Forwarding
///
/// * Nothing is written for `patience`: objects that are applied together come in any order.
struct PortForwardPlan {
  /// Nil: too early to say; what stands is true enough for a moment.
  var status: PortForwardStatus?
  /// Look again after this long even if nothing is heard.
  var requeueAfter: Duration?

  /// How long a change may be on its way to the gateways before that is news: one write instead of two for each
  /// forward. The kubelet refreshes a mount within 2 s.
  static let patience: Duration = .seconds(10)

  /// - Parameter age: how long the forward has been waiting in its present generation.
  init(_ facts: PortForwardFacts, age: Duration) {
    let forward = facts.forward
    var status = PortForwardStatus()
    status.observedGeneration = forward.metadata.generation
    status.lastHandledReconcileAt = forward.metadata.annotations?[CloudLinker.Annotation.requestedAt]
    status.portCount = forward.spec.ports.count
    var set = ConditionWriter(
      before: forward.status?.conditions ?? [],
      generation: forward.metadata.generation,
      now: facts.now
    )
    if let (reason, message) = Self.refusal(facts) {
      let isDependency = reason == .connectionNotFound
      set(isDependency ? .dependenciesReady : .accepted, false, reason, message)
      set(.ready, false, reason, message)
      if reason != .suspended { set(.stalled, true, reason, message) }
      status.conditions = set.conditions
      propose(status, isSettled: !isDependency, age)
      return
    }
    let service = facts.connection?.spec.serviceName ?? ""
    status.address = "\(service).\(forward.key.namespace)"
    let ports = PortReport(facts)
    status.ports = ports.lines
    set(.accepted, true, .asExpected, "The ports are this PortForward's")
    set(.dependenciesReady, true, .asExpected, "VPNConnection \(forward.spec.vpnConnectionRef.name) is there")
    let (ready, reason, message) = ports.verdict
    set(.forwardsReady, ready, reason, message)
    set(.ready, ready, reason, message)
    if reason == .progressing { set(.reconciling, true, .progressing, message) }
    status.conditions = set.conditions
    propose(status, isSettled: ports.isSettled, age)
  }

  private mutating func propose(_ proposed: PortForwardStatus, isSettled: Bool, _ age: Duration) {
    let isOnItsWay = !isSettled && age < Self.patience
    status = isOnItsWay ? nil : proposed
    requeueAfter = isOnItsWay ? Self.patience - age : nil
  }

  private static func refusal(_ facts: PortForwardFacts) -> (Reason, String)? {
    let forward = facts.forward
    if let refusal = Refusal(forward.key, reserved: facts.reservedNamespaces) {
      return (refusal.reason, refusal.message)
    }
    let errors = forward.validate()
    if let first = errors.first {
      return (.invalidSpec, errors.count > 1 ? "\(first) (and \(errors.count - 1) more)" : "\(first)")
    }
    let name = forward.spec.vpnConnectionRef.name
    if facts.connection?.metadata.deletionTimestamp != nil {
      return (
        .connectionNotFound, "VPNConnection \"\(name)\" is being deleted: name another, or delete this object too"
      )
    }
    guard let connection = facts.connection else {
      return (
        .connectionNotFound,
        "spec.vpnConnectionRef.name: there is no VPNConnection \"\(name)\" in this namespace: create it or correct the name"
      )
    }
    if forward.spec.isSuspended {
      return (.suspended, "Suspended: its ports are closed. Set spec.suspend to false to open them")
    }
    if let refusal = facts.beyondLimit { return (refusal.reason, refusal.message) }
    if let outside = forward.targetsOutside(connection.spec.remoteNetworks).first {
      return (.targetOutsideRemoteNetworks, "\(outside)")
    }
    if let (port, holder) = PortClaims.conflict(of: forward, among: facts.rivals) {
      return (
        .portConflict,
        "spec.ports: \(port.transport) port \(port.number) belongs to the older PortForward \(holder.name): choose another"
      )
    }
    return nil
  }
}
