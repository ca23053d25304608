internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// The checks that a VPNConnection with gateways must pass before anything is created for it. Missing Secrets and
/// refused profiles, which `GatewayContent` finds, come afterwards.
enum GatewayChecks {
  static let all = CheckChain<GatewayFacts>(
    namespaceIsTheTenants,
    specIsValid,
    gatewayClassFits,
    serversAreOutsideTheCluster,
    isApartFromOlderBackbones,
    gatewayNamesAreFree,
    serviceNameIsFree,
    serviceIsOurs,
    isWithinLimits
  )

  @Sendable static func namespaceIsTheTenants(_ facts: GatewayFacts) -> Refusal? {
    Refusal(facts.connection.key, reserved: facts.defaults.reservedNamespaces)
  }

  @Sendable static func specIsValid(_ facts: GatewayFacts) -> Refusal? { Refusal(facts.connection.validate()) }

  /// The class must exist, be usable, and allow the resources that the connection asks for.
  @Sendable static func gatewayClassFits(_ facts: GatewayFacts) -> Refusal? {
    do throws(Refusal) {
      _ = try facts.podSettings()
      return nil
    } catch {
      return error
    }
  }

  /// A server inside the cluster would let a tenant probe pods, Services and nodes from the gateways' namespace.
  @Sendable static func serversAreOutsideTheCluster(_ facts: GatewayFacts) -> Refusal? {
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

  /// No object of another connection may be overwritten.
  @Sendable static func gatewayNamesAreFree(_ facts: GatewayFacts) -> Refusal? {
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

  /// Of two connections, the older one keeps the Service name.
  @Sendable static func serviceNameIsFree(_ facts: GatewayFacts) -> Refusal? {
    let connection = facts.connection
    let older = facts.rivals.filter { Precedence.isOlder($0, connection) }.min(by: Precedence.isOlder)
    return older.map { older in
      Refusal(
        condition: .accepted,
        reason: .serviceNameConflict,
        message: "spec.service.name: \"\(connection.spec.serviceName)\" belongs to the older VPNConnection "
          + "\(older.key.name): choose another name"
      )
    }
  }

  /// Someone else's Service is never taken over.
  @Sendable static func serviceIsOurs(_ facts: GatewayFacts) -> Refusal? {
    let connection = facts.connection
    guard let alias = facts.alias, GatewayLabels.connectionKey(of: alias.metadata) != connection.key else { return nil }
    return Refusal(
      condition: .accepted,
      reason: .serviceNotOwned,
      message:
        "spec.service.name: a Service \"\(connection.spec.serviceName)\" exists in this namespace and is not this "
        + "connection's: delete it or choose another name"
    )
  }

  @Sendable static func isWithinLimits(_ facts: GatewayFacts) -> Refusal? {
    facts.limits.refusal(of: facts.connection, among: facts.neighbours)
  }
}
