internal import CloudLinkerAPI
internal import Kubernetes

/// The checks that a PortForward must pass before its ports count. The last three are `ForwardClaim.checks`, which also
/// decide for the gateways.
enum PortForwardChecks {
  static let all = CheckChain<PortForwardFacts>(
    namespaceIsTheTenants,
    specIsValid,
    connectionIsNotBeingDeleted,
    connectionExists,
    connectionLeadsOutwards,
    isNotSuspended,
    portsAreGranted
  )

  @Sendable static func namespaceIsTheTenants(_ facts: PortForwardFacts) -> Refusal? {
    Refusal(facts.forward.key, reserved: facts.reservedNamespaces)
  }

  @Sendable static func specIsValid(_ facts: PortForwardFacts) -> Refusal? { Refusal(facts.forward.validate()) }

  @Sendable static func connectionIsNotBeingDeleted(_ facts: PortForwardFacts) -> Refusal? {
    guard facts.connection?.isBeingDeleted == true else { return nil }
    let name = facts.forward.spec.vpnConnectionRef.name
    return Refusal(
      condition: .dependenciesReady,
      reason: .connectionNotFound,
      message: "VPNConnection \"\(name)\" is being deleted: name another, or delete this object too"
    )
  }

  @Sendable static func connectionExists(_ facts: PortForwardFacts) -> Refusal? {
    guard facts.connection == nil else { return nil }
    let name = facts.forward.spec.vpnConnectionRef.name
    return Refusal(
      condition: .dependenciesReady,
      reason: .connectionNotFound,
      message:
        "spec.vpnConnectionRef.name: there is no VPNConnection \"\(name)\" in this namespace: create it or correct "
        + "the name"
    )
  }

  @Sendable static func connectionLeadsOutwards(_ facts: PortForwardFacts) -> Refusal? {
    guard let connection = facts.connection, connection.spec.type == .twingate else { return nil }
    return Refusal(
      condition: .accepted,
      reason: .connectionUnsuitable,
      message:
        "spec.vpnConnectionRef.name: VPNConnection \"\(connection.key.name)\" is of type Twingate, which leads inwards "
        + "only: name one of type \(VPNConnectionSpec.gatewayTypes)"
    )
  }

  @Sendable static func isNotSuspended(_ facts: PortForwardFacts) -> Refusal? {
    guard facts.forward.spec.isSuspended else { return nil }
    return Refusal(
      condition: .accepted,
      reason: .suspended,
      message: "Suspended: its ports are closed. Set spec.suspend to false to open them"
    )
  }

  @Sendable static func portsAreGranted(_ facts: PortForwardFacts) -> Refusal? {
    ForwardClaim.checks.refusal(facts.claim)
  }
}
