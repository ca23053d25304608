internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Everything that the status of a PortForward depends on.
struct PortForwardFacts: Sendable {
  var forward: PortForward
  /// Nil: no connection has that name.
  var connection: VPNConnection?
  /// Other PortForwards of the connection that name one of its ports.
  var rivals: [PortForward] = []
  /// Set if the namespace has too many PortForwards and this one is among the youngest.
  var beyondLimit: Refusal?
  var observations: [String: GatewayObservation] = [:]
  /// Namespaces in which no PortForward is accepted.
  var reservedNamespaces: Set<String> = []
  var now: Timestamp

  /// The forward's claim on its ports, once there is a connection.
  var claim: ForwardClaim {
    ForwardClaim(
      forward: forward,
      networks: connection?.spec.remoteNetworks ?? [],
      beyondLimit: beyondLimit,
      conflict: PortClaims.conflict(of: forward, among: rivals)
    )
  }
}
