internal import CloudLinkerAPI
internal import Kubernetes

/// Whether a connection may be carried out at all, decided before anything is made.
///
///     the namespace is the operator's               NamespaceRefused        stalled
///     spec breaks a rule                            InvalidSpec             stalled
///     image outside the allowed ones                GatewayOptionsRefused   stalled
///     an older connection has the Service name      ServiceNameConflict     stalled
///     a Service of that name is somebody else's     ServiceNotOwned         stalled
///     a Secret, or a key of one, is missing         SecretNotFound, SecretKeyMissing
///     a profile has a directive that is refused     ProfileRefused
///     otherwise                                     accepted
enum VPNConnectionVerdict {
  static func accepted(_ facts: VPNConnectionFacts) -> Refusal? {
    let connection = facts.connection
    if let refusal = Refusal(connection.key, reserved: facts.defaults.reservedNamespaces) { return refusal }
    if let refusal = Refusal(connection.validate()) { return refusal }
    if let image = connection.spec.gateway?.image, image != facts.defaults.image,
      !facts.defaults.allowedImages.contains(where: { image.hasPrefix($0) })
    {
      return Refusal(
        condition: .accepted,
        reason: .gatewayOptionsRefused,
        message: "spec.gateway.image: \"\(image)\" is not among the images that this operator's owner allows "
          + "(--allowed-gateway-image): leave it out, or ask the owner"
      )
    }
    if connection.spec.gateway?.security?.seccompProfile?.type == "Unconfined" {
      return Refusal(
        condition: .accepted,
        reason: .gatewayOptionsRefused,
        message: "spec.gateway.security.seccompProfile.type: Unconfined is not allowed in the gateways' namespace: "
          + "use RuntimeDefault or Localhost"
      )
    }
    let name = connection.spec.serviceName
    if let older = facts.rivals.filter({ Precedence.isOlder($0, connection) }).min(by: Precedence.isOlder) {
      return Refusal(
        condition: .accepted,
        reason: .serviceNameConflict,
        message: "spec.service.name: \"\(name)\" belongs to the older VPNConnection \(older.key.name): "
          + "choose another name"
      )
    }
    if let alias = facts.alias, GatewayLabels.connectionKey(of: alias.metadata) != connection.key {
      return Refusal(
        condition: .accepted,
        reason: .serviceNotOwned,
        message: "spec.service.name: a Service \"\(name)\" exists in this namespace and is not this connection's: "
          + "delete it or choose another name"
      )
    }
    return nil
  }

  static func missing(_ credential: MissingCredential) -> Refusal {
    Refusal(
      condition: .dependenciesReady,
      reason: credential.key == nil ? .secretNotFound : .secretKeyMissing,
      message: credential.message
    )
  }
}
