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
///     of a cloud that is not built                 refused
///     has no way out                               refused: connectors must reach Twingate
///     its network is not made yet                  waits
///     its credentials lead nowhere                 refused as the Backbone would be
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
    return try await survey(
      facts,
      desired,
      try await machines(
        of: backbone,
        naming: facts.spec.connectors?.cloudReferences ?? [],
        isLeaving: facts.connection.isBeingDeleted
      )
    )
  }

  private func survey<Machines: ConnectorCloud>(
    _ facts: TwingateFacts,
    _ desired: DesiredConnectors,
    _ machines: Machines
  ) async throws(HostTrouble) -> any HostedConnectors {
    let key = facts.connection.key
    if let known = surveys.current(of: key, desired, now: facts.now), let state = known.state as? Machines.State,
      desired.isSuspended || facts.aliveKeys.isSuperset(of: known.keys)
    {
      return MachineConnectors(facts, desired, state, remembered: known.revisions, machines, self)
    }
    surveys.forget(key)
    do throws(CloudError) {
      let state = try await machines.gather(desired, now: facts.now)
      return MachineConnectors(facts, desired, state, remembered: nil, machines, self)
    } catch {
      throw HostTrouble(error, of: facts.spec.connectors?.backboneRef?.name ?? "")
    }
  }

  private func machines(
    of backbone: Backbone,
    naming references: [CloudReference],
    isLeaving: Bool
  ) async throws(HostTrouble) -> any ConnectorCloud {
    let name = backbone.key.name
    do {
      let connection = try await access.connect(backbone, isLeaving: isLeaving)
      if !isLeaving { try await access.check(references, in: backbone) }
      if let machines = connection.network.connectors { return machines }
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
    throw Self.refused(.invalidSpec, Self.unbuilt(backbone))
  }

  static func unbuilt(_ backbone: Backbone) -> String {
    "Backbone \"\(backbone.key.name)\" is of provider \(backbone.spec.provider): connectors in a Backbone are built for AWS "
      + "and GCP. Leave backboneRef out, and they run in this cluster"
  }

  /// - Parameter message: what is wrong with the Backbone that the spec names.
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
  /// What the cloud of a Backbone refused.
  init(_ error: CloudError, of backbone: String) {
    self = .failed(error, reason: Reason(ProblemKind(refused: error)), message: "Backbone \"\(backbone)\": \(error)")
  }
}

extension DesiredConnectors {
  /// What a connection asks for in a Backbone whose network is there.
  init(_ facts: TwingateFacts, _ backbone: Backbone) throws(HostTrouble) {
    let (connection, spec) = (facts.connection, facts.spec)
    let isDeleted = connection.isBeingDeleted
    let provider = backbone.spec.provider
    guard provider == .aws || provider == .gcp else {
      throw MachineConnectorHost.refused(.invalidSpec, MachineConnectorHost.unbuilt(backbone))
    }
    let stray = [(CloudProvider.aws, "aws", spec.connectors?.aws != nil), (.gcp, "gcp", spec.connectors?.gcp != nil)]
    if let (other, field, _) = stray.first(where: { $0.0 != provider && $0.2 }), !isDeleted {
      throw MachineConnectorHost.refused(
        .invalidSpec,
        "Backbone \"\(backbone.key.name)\" is of provider \(provider), and spec.twingate.connectors.\(field) is for "
          + "machines in \(other): take it out"
      )
    }
    let hasWayOut =
      backbone.spec.effectiveEgressAddresses != EgressAddresses.none
      || backbone.spec.egress?.existingNATGatewayIDs?.isEmpty == false
      || backbone.spec.egress?.existingNextHops?.isEmpty == false
    guard hasWayOut || isDeleted else {
      throw MachineConnectorHost.refused(
        .invalidSpec,
        "Backbone \"\(backbone.key.name)\" has no way out (spec.egress.addresses: None), and connectors must reach Twingate: "
          + "give it one, or leave backboneRef out"
      )
    }
    let status = backbone.status
    guard let networkID = status?.networkID ?? (isDeleted ? "" : nil) else { throw Self.notReady(backbone) }
    // One subnet a zone, in the Backbone's order.
    var subnets: [BackboneStatus.Subnet] = []
    for subnet in status?.subnets ?? [] where !subnets.contains(where: { $0.zone == subnet.zone }) {
      subnets.append(subnet)
    }
    guard !subnets.isEmpty || isDeleted else { throw Self.notReady(backbone) }
    let type =
      provider == .aws
      ? spec.connectors?.aws?.instanceType ?? TwingateSpec.Connectors.AWS.defaultInstanceType
      : spec.connectors?.gcp?.machineType ?? TwingateSpec.Connectors.GCP.defaultMachineType
    var machine = Machine(type: type, environment: Self.environment(spec))
    machine.containerImage = spec.connectors.effectiveImage
    machine.imageID = spec.connectors?.aws?.imageID
    machine.rotation = connection.metadata.annotations?[CloudLinker.Annotation.rotateTokens] ?? ""
    let hours = spec.connectors?.updateHours ?? TwingateSpec.Connectors.defaultUpdateHours
    machine.updatesEvery = hours > 0 ? .seconds(hours * 3600) : nil
    machine.profile = spec.connectors?.aws?.instanceProfile
    let ranges = [backbone.spec.network.cidr] + (backbone.spec.network.podRanges ?? [])
    self.init(
      mark: .init(namespace: connection.key.namespace, name: connection.key.name, uid: connection.metadata.uid ?? ""),
      place: Place(
        region: backbone.spec.region,
        networkID: networkID,
        ranges: ranges.compactMap { IPv4Network($0) },
        firewallID: status?.objects?["firewall-workload"] ?? status?.firewallIDs?.first
      ),
      seats: subnets.isEmpty
        ? []
        : (1...max(1, spec.connectorCount)).map { number in
          let subnet = subnets[(number - 1) % subnets.count]
          return Seat(number: number, zone: subnet.zone, subnetID: subnet.id)
        },
      machine: machine
    )
    place.mark = OwnershipMark(
      namespace: backbone.key.namespace,
      name: backbone.key.name,
      uid: backbone.metadata.uid ?? ""
    )
    isSuspended = connection.spec.isSuspended
    tags = backbone.spec.tags ?? [:]
  }

  private static func notReady(_ backbone: Backbone) -> HostTrouble {
    let message = "waiting for the network of Backbone \"\(backbone.key.name)\""
    return .failed(
      CloudError(.conflict, operation: "look at the Backbone", message: message),
      reason: .progressing,
      message: message
    )
  }

  /// What a connector is told besides its tokens.
  private static func environment(_ spec: TwingateSpec) -> [String: String] {
    var environment = [
      "TWINGATE_URL": "https://\(spec.network).twingate.com",
      "TWINGATE_LOG_LEVEL": "\(spec.connectors?.logLevel ?? TwingateSpec.Connectors.defaultLogLevel)",
    ]
    if spec.connectors?.logAnalytics == true { environment["TWINGATE_LOG_ANALYTICS"] = "v2" }
    for (label, value) in spec.connectors?.labels ?? [:] { environment["TWINGATE_LABEL_\(label)"] = value }
    return environment
  }
}

extension TwingateFacts {
  /// The name at Twingate of the connector with that key.
  func connectorName(_ key: String) -> String {
    TwingateOwner(clusterUID: cluster, connectionUID: connection.metadata.uid ?? "")
      .connectorName(connection.key.name, key)
  }

  /// Keys of the connectors that were alive when Twingate was asked last.
  var aliveKeys: Set<String> { keys { $0.state == Connector.State.alive.rawValue } }
  /// Keys of the connectors that there were then.
  var connectorKeys: Set<String> { keys { _ in true } }

  /// Each name ends with its key: `office-0c0ffee0-2-k3fqa`.
  private func keys(where isMeant: (TwingateStatus.Connector) -> Bool) -> Set<String> {
    let meant = (connection.status?.twingate?.connectors ?? []).filter(isMeant)
    return Set(meant.map { $0.name.split(separator: "-").suffix(2).joined(separator: "-") })
  }
}
