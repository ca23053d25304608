internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Whether a connection may be carried out at all, decided before anything is made.
///
///     the namespace is the operator's               NamespaceRefused        stalled
///     spec breaks a rule                            InvalidSpec             stalled
///     its gateway class is not there                GatewayClassNotFound    stalled
///     its gateway class cannot be used              GatewayClassInvalid     stalled
///     resources above the class's ceiling           GatewayOptionsRefused   stalled
///     a server lies in a range of the cluster       InvalidSpec             stalled
///     an object of another has one of its names     GatewayNameTaken        stalled
///     an older connection has the Service name      ServiceNameConflict     stalled
///     a Service of that name is somebody else's     ServiceNotOwned         stalled
///     a Secret, or a key of one, is missing         SecretNotFound, SecretKeyMissing
///     a profile has a directive that is refused     ProfileRefused
///     otherwise                                     accepted
enum VPNConnectionVerdict {
  /// - Returns: what the gateway class and the connection make of the gateways' pods.
  static func accepted(_ facts: VPNConnectionFacts) throws(Refusal) -> GatewayPodSettings {
    let connection = facts.connection
    if let refusal = Refusal(connection.key, reserved: facts.defaults.reservedNamespaces) { throw refusal }
    if let refusal = Refusal(connection.validate()) { throw refusal }
    let settings = try facts.podSettings()
    if let refusal = insideCluster(facts) ?? nameTaken(facts) ?? serviceTaken(facts) { throw refusal }
    return settings
  }

  private static func serviceTaken(_ facts: VPNConnectionFacts) -> Refusal? {
    let connection = facts.connection
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

  /// A server inside the cluster would let a tenant probe pods, Services and nodes from the gateways' namespace.
  private static func insideCluster(_ facts: VPNConnectionFacts) -> Refusal? {
    for (index, tunnel) in facts.connection.spec.tunnels.enumerated() {
      guard let address = IPv4Address(tunnel.server),
        let range = facts.defaults.clusterRanges.first(where: { $0.contains(address) })
      else { continue }
      return Refusal(
        condition: .accepted,
        reason: .invalidSpec,
        message:
          "spec.tunnels[\(index)].server: \(tunnel.server) lies in the cluster's own range \(range): name a server "
          + "outside the cluster"
      )
    }
    return nil
  }

  private static func nameTaken(_ facts: VPNConnectionFacts) -> Refusal? {
    guard let stranger = facts.strangers.first else { return nil }
    let owner = stranger.owner.map { "VPNConnection \($0)" } ?? "no VPNConnection"
    return Refusal(
      condition: .accepted,
      reason: .gatewayNameTaken,
      message: "metadata.name: \(stranger.kind) \(stranger.key) has a name that this connection needs, and belongs to "
        + "\(owner): nothing is overwritten. Choose another name for the connection, or have the cluster's owner delete "
        + "that object"
    )
  }

  static func missing(_ credential: MissingCredential) -> Refusal {
    Refusal(
      condition: .dependenciesReady,
      reason: credential.key == nil ? .secretNotFound : .secretKeyMissing,
      message: credential.message
    )
  }
}
