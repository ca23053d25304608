internal import CloudLinkerAPI
internal import Kubernetes

/// The checks that a connection of type Twingate must pass before anything is made for it.
enum TwingateChecks {
  static let all = CheckChain<TwingateFacts>(
    namespaceIsTheTenants,
    specIsValid,
    imageIsAllowed,
    classIsReadable,
    remoteNetworkIsFree,
    isWithinLimits,
    tokenIsThere
  )

  @Sendable static func namespaceIsTheTenants(_ facts: TwingateFacts) -> Refusal? {
    Refusal(facts.connection.key, reserved: facts.defaults.reservedNamespaces)
  }

  @Sendable static func specIsValid(_ facts: TwingateFacts) -> Refusal? { Refusal(facts.connection.validate()) }

  @Sendable static func imageIsAllowed(_ facts: TwingateFacts) -> Refusal? {
    guard let image = facts.spec.connectors?.image, !facts.allowedImages.admits(image) else { return nil }
    return Refusal(
      condition: .accepted,
      reason: .connectorImageRefused,
      message: "spec.twingate.connectors.image: \(image): the cluster's owner does not allow it "
        + "(--allowed-connector-image): leave the field out for \(TwingateSpec.Connectors.defaultImage), or ask the owner"
    )
  }

  /// The class's nodes and tolerations apply to connectors too.
  @Sendable static func classIsReadable(_ facts: TwingateFacts) -> Refusal? {
    let place = "spec.twingate.connectors.className"
    let name = facts.connection.spec.gatewayClassName
    switch facts.gatewayClass {
    case .found: return nil
    case .invalid(let problem):
      return Refusal(
        condition: .accepted,
        reason: .gatewayClassInvalid,
        message: "\(place): gateway class \"\(name)\" cannot be used: \(problem). The cluster's owner must correct it; "
          + "connectors that run stay as they are"
      )
    case .notFound(let known):
      return Refusal(
        condition: .accepted,
        reason: .gatewayClassNotFound,
        message:
          "\(place): there is no gateway class \"\(name)\": choose one of \(known.joined(separator: ", ")), or ask "
          + "the cluster's owner to add it"
      )
    }
  }

  /// The connection that has the remote network keeps it, else the older of those that may get it.
  @Sendable static func remoteNetworkIsFree(_ facts: TwingateFacts) -> Refusal? {
    let first = facts.rivals.first { $0.precedesAtTwingate(facts.connection) }
    return first.map { other in
      let place =
        other.key.namespace == facts.connection.key.namespace
        ? "VPNConnection \(other.key.name)" : "a VPNConnection of another namespace"
      return Refusal(
        condition: .accepted,
        reason: .remoteNetworkConflict,
        message:
          "spec.twingate.remoteNetwork.name: \"\(facts.connection.twingateRemoteNetworkName)\" belongs to \(place), which "
          + "came first: choose another name"
      )
    }
  }

  @Sendable static func isWithinLimits(_ facts: TwingateFacts) -> Refusal? {
    facts.limits.refusal(of: facts.connection, among: facts.neighbours)
  }

  @Sendable static func tokenIsThere(_ facts: TwingateFacts) -> Refusal? {
    guard facts.token == nil else { return nil }
    let name = facts.spec.apiTokenSecretRef.name
    let field = "spec.twingate.apiTokenSecretRef"
    guard facts.hasSecret else {
      return Refusal(
        condition: .dependenciesReady,
        reason: .secretNotFound,
        message:
          "\(field).name: there is no Secret \"\(name)\" in this namespace: create it with an API token of level "
          + "Read, Write & Provision"
      )
    }
    return Refusal(
      condition: .dependenciesReady,
      reason: .secretKeyMissing,
      message:
        "\(field).key: Secret \"\(name)\" has no key \"\(facts.spec.tokenKey)\" with a token on one line: add it, or "
        + "name another key"
    )
  }
}
