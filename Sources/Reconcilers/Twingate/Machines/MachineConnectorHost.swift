internal import Cloud
internal import CloudConnectors
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// Runs connectors as machines in a Backbone of the namespace, with the Backbone's credentials.
///
///     the Backbone                                 answer
///     absent                                       refused; a deletion that retains what is at Twingate goes on
///     has no way out                               refused: connectors must reach Twingate
///     its network is not made yet                  waits
///     its credentials lead nowhere, or to another  refused as the Backbone would be; a deletion uses the kept ones
///     account
///     otherwise                                    surveyed
struct MachineConnectorHost: ConnectorHost {
  let client: any KubernetesAPI
  let backbones: Store<Backbone>
  let access: BackboneAccess
  let surveys = MachineSurveys()

  func survey(_ facts: TwingateFacts) async throws(HostTrouble) -> any HostedConnectors {
    let key = facts.connection.key
    let name = facts.spec.connectors?.backboneRef?.name ?? ""
    guard var backbone = backbones.get(ObjectKey(namespace: key.namespace, name: name)) else {
      if facts.connection.isBeingDeleted, facts.spec.isRetained { return AbandonedConnectors() }
      let cure =
        facts.connection.isBeingDeleted
        ? "restore it, or set spec.twingate.deletionPolicy to Retain to leave what is there" : "create it"
      throw Self.refused(.existingNotFound, "there is no Backbone \"\(name)\" in this namespace: \(cure)")
    }
    backbone.spec = backbone.spec.located(at: backbone.status?.location)
    let desired = try DesiredConnectors(facts, backbone)
    let connection = try await connection(
      to: backbone,
      naming: facts.spec.connectors?.cloudReferences ?? [],
      isLeaving: facts.connection.isBeingDeleted
    )
    return try await survey(facts, desired, backbone, connection)
  }

  private func survey(
    _ facts: TwingateFacts,
    _ desired: DesiredConnectors,
    _ backbone: Backbone,
    _ connection: BackboneConnection
  ) async throws(HostTrouble) -> any HostedConnectors {
    guard let machines = connection.network.connectors else {
      let message = "no machines can be made in Backbone \"\(backbone.key.name)\" of provider \(backbone.spec.provider)"
      throw Self.refused(.invalidSpec, message)
    }
    do throws(HostTrouble) {
      let survey = try await self.survey(facts, desired, machines, in: backbone.spec.provider)
      guard survey.isStopped, facts.connection.isBeingDeleted || !facts.connectorKeys.isEmpty else { return survey }
      try await expectAccount(of: backbone, connection)
      return survey
    } catch {
      guard error.areCredentialsRefused, facts.connection.isBeingDeleted,
        let kept = try await self.keptConnection(backbone, besides: connection)
      else { throw error }
      return try await self.survey(facts, desired, backbone, kept)
    }
  }

  private func expectAccount(of backbone: Backbone, _ connection: BackboneConnection) async throws(HostTrouble) {
    let strangeness: Refusal?
    do throws(CloudError) { strangeness = try await BackboneAccess.strangeness(of: connection, to: backbone) } catch {
      throw HostTrouble(error, of: backbone.key.name)
    }
    if let strangeness { throw Self.refused(strangeness.reason, strangeness.message) }
  }

  private func survey<Machines: ConnectorCloud>(
    _ facts: TwingateFacts,
    _ desired: DesiredConnectors,
    _ machines: Machines,
    in provider: CloudProvider
  ) async throws(HostTrouble) -> any HostedConnectors {
    let key = facts.connection.key
    if let known = surveys.current(of: key, desired, now: facts.now),
      let state = known.state as? Machines.Planner.State,
      desired.isSuspended || facts.aliveKeys.isSuperset(of: known.keys)
    {
      return MachineConnectors(facts, desired, state, remembered: known.revisions, machines, in: provider, self)
    }
    surveys.forget(key)
    do throws(CloudError) {
      let state = try await machines.gather(desired, now: facts.now)
      return MachineConnectors(facts, desired, state, remembered: nil, machines, in: provider, self)
    } catch {
      throw HostTrouble(error, of: facts.spec.connectors?.backboneRef?.name ?? "")
    }
  }

  private func connection(
    to backbone: Backbone,
    naming references: [CloudReference],
    isLeaving: Bool
  ) async throws(HostTrouble) -> BackboneConnection {
    try await troubled(by: backbone, naming: references) {
      let connection = try await access.connect(backbone, isLeaving: isLeaving)
      if !isLeaving { try await access.check(references, in: backbone) }
      return connection
    }
  }

  private func keptConnection(
    _ backbone: Backbone,
    besides connection: BackboneConnection
  ) async throws(HostTrouble) -> BackboneConnection? {
    try await troubled(by: backbone) { try await access.keptConnection(backbone, besides: connection.credentials) }
  }

  private func troubled<Value>(
    by backbone: Backbone,
    naming references: [CloudReference] = [],
    _ body: () async throws -> Value
  ) async throws(HostTrouble) -> Value {
    let name = backbone.key.name
    do {
      return try await body()
    } catch let refusal as Refusal where references.contains(where: { refusal.message.hasPrefix($0.field) }) {
      throw HostTrouble.refused(refusal)
    } catch let refusal as Refusal {
      throw Self.refused(refusal.reason, "Backbone \"\(name)\": \(refusal.message)")
    } catch let error as KubernetesError {
      let message = "could not read the credentials of Backbone \"\(name)\": \(error.message)"
      throw HostTrouble.failed(
        CloudError(error, attempt: "read credentials"),
        reason: .apiError,
        message: message
      )
    } catch {
      let failure = CloudError(.transport, operation: "read credentials", message: "\(error)")
      throw HostTrouble.failed(failure, reason: .apiError, message: failure.message)
    }
  }

  /// - Parameter message: what is wrong with the Backbone in the spec.
  static func refused(_ reason: Reason, _ message: String) -> HostTrouble {
    .refused(
      Refusal(
        condition: .dependenciesReady,
        reason: reason,
        message: "spec.twingate.connectors.backboneRef.name: \(message)"
      )
    )
  }
}

extension HostTrouble {
  /// Whether the cloud refuses the credentials, or they belong to another account.
  fileprivate var areCredentialsRefused: Bool {
    switch self {
    case .refused(let refusal): refusal.reason == .credentialsRefused
    case .failed(let error, _, _): error.kind == .unauthenticated
    }
  }

  /// For a refusal by the Backbone's cloud.
  init(_ error: CloudError, of backbone: String) {
    self = .failed(error, reason: Reason(ProblemKind(refused: error)), message: "Backbone \"\(backbone)\": \(error)")
  }
}

extension TwingateFacts {
  /// The name of the connector with that key at Twingate.
  func connectorName(_ key: String) -> String {
    TwingateOwner(clusterUID: cluster, connectionUID: connection.metadata.uid ?? "")
      .connectorName(connection.key.name, key)
  }

  /// Keys of the connectors that were alive at the last look at Twingate.
  var aliveKeys: Set<String> { keys { $0.state == Connector.State.alive.rawValue } }
  /// Keys of all connectors at that look.
  var connectorKeys: Set<String> { keys { _ in true } }

  /// Each name ends with its key: `office-0c0ffee0-2-k3fqa`.
  private func keys(where isMeant: (TwingateStatus.Connector) -> Bool) -> Set<String> {
    let meant = (connection.status?.twingate?.connectors ?? []).filter(isMeant)
    return Set(meant.map { $0.name.split(separator: "-").suffix(2).joined(separator: "-") })
  }
}
