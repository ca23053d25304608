internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Gateway
internal import Kubernetes

/// Decides the status of a PortForward. A pure function of the facts.
///
///     connection   spec        gateways                         Ready
///     absent       any         any                              False ConnectionNotFound *
///     any          reserved    any                              False NamespaceRefused
///     any          invalid     any                              False InvalidSpec
///     Twingate     any         any                              False ConnectionUnsuitable
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
/// * Nothing is written for `patience`, because objects that are applied together arrive in any order.
struct PortForwardPlan: KindPass {
  typealias Object = PortForward
  /// Nil while it is too early to tell: the written status stays.
  var status: PortForwardStatus?

  /// How long a change may take to reach the gateways before the status reports it. This saves one of two writes for
  /// each forward. The kubelet refreshes a mount within 2 s.
  static let patience: Duration = .seconds(10)

  let next: ReconcileResult
  /// Only the write of the status itself can fail.
  var obstacle: Obstacle?

  func act(_ logger: Logger) async {}

  /// - Parameter age: how long the forward has waited in its current generation.
  init(_ facts: PortForwardFacts, age: Duration) {
    let forward = facts.forward
    var status = PortForwardStatus()
    status.observedGeneration = forward.metadata.generation
    status.portCount = forward.spec.ports.count
    var set = ConditionWriter(
      before: forward.status?.conditions ?? [],
      generation: forward.metadata.generation,
      now: facts.now
    )
    let isSettled: Bool
    if let refusal = PortForwardChecks.all.refusal(facts) {
      // Without a connection, nobody knows whether it would be accepted.
      set.refuse(refusal, isAcceptanceKnown: false)
      isSettled = refusal.reason != .connectionNotFound
    } else {
      let service = facts.connection?.spec.serviceName ?? ""
      status.address = "\(service).\(forward.key.namespace)"
      let ports = PortReport(facts)
      status.ports = ports.lines
      set(.accepted, true, .asExpected, "The ports are this PortForward's")
      set(.dependenciesReady, true, .asExpected, "VPNConnection \(forward.spec.vpnConnectionRef.name) exists")
      let (ready, reason, message) = ports.verdict
      set(.forwardsReady, ready, reason, message)
      set(.ready, ready, reason, message)
      if reason == .progressing { set(.reconciling, true, .progressing, message) }
      isSettled = ports.isSettled
    }
    status.conditions = set.conditions
    let isOnItsWay = !isSettled && age < Self.patience
    self.status = isOnItsWay ? nil : status
    if isOnItsWay {
      next = .requeue(after: Self.patience - age)
    } else {
      next = facts.beyondLimit == nil ? .done : .requeue(after: ForwardPlaces.patience, jitter: 0.2)
    }
  }
}
