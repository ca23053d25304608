internal import CloudLinkerAPI
internal import Gateway
internal import Kubernetes

/// A valid PortForward that asks its connection for ports. Only this type decides whether it gets them, both for its
/// own status and for the gateways' configuration (`ForwardAdmission`).
struct ForwardClaim: Sendable {
  var forward: PortForward
  /// The connection's `remoteNetworks`.
  var networks: [String]
  /// Set if the namespace has too many PortForwards and this one is among the youngest.
  var beyondLimit: Refusal?
  /// The first of its ports that an older claim holds.
  var conflict: PortClaims.Conflict?

  static let checks = CheckChain<ForwardClaim>(isWithinLimit, targetsAreInside, portsAreFree)

  @Sendable static func isWithinLimit(_ claim: ForwardClaim) -> Refusal? { claim.beyondLimit }

  /// Checks what is known before names are resolved.
  @Sendable static func targetsAreInside(_ claim: ForwardClaim) -> Refusal? {
    claim.forward.targetsOutside(claim.networks).first.map {
      Refusal(condition: .accepted, reason: .targetOutsideRemoteNetworks, message: "\($0)")
    }
  }

  @Sendable static func portsAreFree(_ claim: ForwardClaim) -> Refusal? {
    claim.conflict.map { conflict in
      Refusal(
        condition: .accepted,
        reason: .portConflict,
        message:
          "spec.ports: \(conflict.port.transport.rawValue) port \(conflict.port.port) belongs to the older PortForward "
          + "\(conflict.holder.name): choose another"
      )
    }
  }
}
