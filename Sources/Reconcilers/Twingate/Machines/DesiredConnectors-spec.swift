internal import Cloud
internal import CloudConnectors
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

extension DesiredConnectors {
  /// The connectors that a connection requests in a Backbone whose network exists.
  init(_ facts: TwingateFacts, _ backbone: Backbone) throws(HostTrouble) {
    let (connection, spec) = (facts.connection, facts.spec)
    let isDeleted = connection.isBeingDeleted
    let provider = backbone.spec.provider
    let stray = [
      (CloudProvider.aws, "aws", spec.connectors?.aws != nil), (.gcp, "gcp", spec.connectors?.gcp != nil),
      (.azure, "azure", spec.connectors?.azure != nil),
    ]
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
    // One subnet for each zone, in the Backbone's order.
    var subnets: [BackboneStatus.Subnet] = []
    for subnet in status?.subnets ?? [] where !subnets.contains(where: { $0.zone == subnet.zone }) {
      subnets.append(subnet)
    }
    guard !subnets.isEmpty || isDeleted else { throw Self.notReady(backbone) }
    var machine = Machine(type: Self.type(spec, provider), environment: Self.environment(spec))
    machine.containerImage = spec.connectors.effectiveImage
    machine.imageID = spec.connectors?.aws?.imageID
    machine.rotation = connection.metadata.annotations?[CloudLinker.Annotation.rotateTokens] ?? ""
    let hours = spec.connectors?.updateHours ?? TwingateSpec.Connectors.defaultUpdateHours
    machine.updatesEvery = hours > 0 ? .seconds(hours * 3600) : nil
    machine.profile = spec.connectors?.aws?.instanceProfile
    if !isDeleted { machine.login = try Self.login(facts) }
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

  /// Azure's container groups have no types.
  private static func type(_ spec: TwingateSpec, _ provider: CloudProvider) -> String {
    switch provider {
    case .aws: spec.connectors?.aws?.instanceType ?? TwingateSpec.Connectors.AWS.defaultInstanceType
    case .gcp: spec.connectors?.gcp?.machineType ?? TwingateSpec.Connectors.GCP.defaultMachineType
    default: ""
    }
  }

  /// The login at the registry of the connectors' image; nil: the spec names none.
  private static func login(_ facts: TwingateFacts) throws(HostTrouble) -> RegistryLogin? {
    guard let reference = facts.spec.connectors?.azure?.registrySecretRef else { return nil }
    func refused(_ what: String) -> HostTrouble {
      let (field, secret) = ("spec.twingate.connectors.azure.registrySecretRef", "Secret \"\(reference.name)\"")
      return .refused(
        Refusal(
          condition: .dependenciesReady,
          reason: facts.registry == nil ? .secretNotFound : .secretInvalid,
          message: "\(field): \(secret) \(what)"
        )
      )
    }
    guard let content = facts.registry else { throw refused("is not in this namespace: create it") }
    func value(_ key: String) throws(HostTrouble) -> String {
      let text = content[key].flatMap { String(validating: $0, as: UTF8.self) }?.trimmed ?? ""
      guard !text.isEmpty else { throw refused("has no text under key \"\(key)\": add it") }
      return text
    }
    return RegistryLogin(
      username: try value(reference.effectiveUsernameKey),
      password: SecretText(try value(reference.effectivePasswordKey))
    )
  }

  private static func notReady(_ backbone: Backbone) -> HostTrouble {
    let message = "waiting for the network of Backbone \"\(backbone.key.name)\""
    return .failed(
      CloudError(.conflict, operation: "look at the Backbone", message: message),
      reason: .progressing,
      message: message
    )
  }

  /// A connector's settings apart from its tokens.
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
