internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// The desired objects of a connection. Pure: independent of which of them exist.
struct GatewayObjects {
  let connection: VPNConnection
  let defaults: GatewayDefaults
  let names: GatewayNames

  /// - Parameter live: the existing objects, which decide which names are used.
  init(connection: VPNConnection, defaults: GatewayDefaults, live: GatewayLive = GatewayLive()) {
    self.connection = connection
    self.defaults = defaults
    names = GatewayNames(connection.key, live: live)
  }

  func metadata(_ name: String, tunnel: String? = nil) -> ObjectMeta {
    ObjectMeta(
      name: name,
      namespace: defaults.namespace,
      labels: labels(tunnel: tunnel),
      annotations: [GatewayLabels.owner: connection.key.description]
    )
  }

  private func labels(tunnel: String?) -> [String: String] {
    var labels = GatewayLabels.podSelector(connection.key)
    labels[GatewayLabels.managedBy] = GatewayLabels.manager
    labels[GatewayLabels.uid] = connection.metadata.uid
    labels[GatewayLabels.tunnel] = tunnel
    return labels
  }

  /// The ClusterIP Service over the ready gateways.
  /// - Parameter accepted: see `ports(of:)`.
  func service(ports accepted: [ForwardPort]) -> Service {
    let ports = accepted.map { port in
      Service.Port(
        name: "\(port.transport.rawValue.lowercased())-\(port.port)",
        protocol: port.transport.rawValue,
        port: port.port,
        targetPort: .int(port.port)
      )
    }
    return Service(
      metadata: metadata(names.service),
      spec: Service.Spec(
        type: "ClusterIP",
        selector: GatewayLabels.podSelector(connection.key),
        ports: ports.isEmpty ? [Self.placeholderPort] : ports
      )
    )
  }

  /// The API refuses a Service without ports, and its address must not change with the first forward. Nothing listens
  /// on the discard port (RFC 863).
  private static let placeholderPort = Service.Port(
    name: "no-forwards-yet",
    protocol: "TCP",
    port: 9,
    targetPort: 9
  )

  /// The ports that the gateways accept, in order.
  static func ports(of forwards: [PortForward]) -> [ForwardPort] {
    forwards.flatMap { PortClaims.ports(of: $0) }.sorted {
      ($0.port, $0.transport.rawValue) < ($1.port, $1.transport.rawValue)
    }
  }

  /// The headless Service, with ready and unready gateways alike: a sibling decides by its own probe.
  func siblings() -> Service {
    Service(
      metadata: metadata(names.siblings),
      spec: Service.Spec(
        type: "ClusterIP",
        clusterIP: "None",
        selector: GatewayLabels.podSelector(connection.key),
        ports: [Self.statusPort],
        publishNotReadyAddresses: true
      )
    )
  }

  private static let statusPort = Service.Port(
    name: "status",
    protocol: "TCP",
    port: GatewayConfiguration.endpointPort,
    targetPort: .int(GatewayConfiguration.endpointPort)
  )

  func siblingsHost() -> String { "\(names.siblings).\(defaults.namespace).svc.\(defaults.clusterDomain)" }
  func serviceHost() -> String { "\(names.service).\(defaults.namespace).svc.\(defaults.clusterDomain)" }

  /// The name by which the environment reaches the gateways.
  func alias() -> Service {
    var metadata = ObjectMeta(
      name: connection.spec.serviceName,
      namespace: connection.key.namespace,
      labels: [
        GatewayLabels.managedBy: GatewayLabels.manager,
        GatewayLabels.connection: GatewayLabels.value(connection.key.name),
      ],
      annotations: [GatewayLabels.owner: connection.key.description]
    )
    let type = VPNConnection.resourceType
    metadata.ownerReferences = [
      OwnerReference(
        apiVersion: type.apiVersion,
        kind: type.kind,
        name: connection.key.name,
        uid: connection.metadata.uid ?? "",
        controller: true,
        blockOwnerDeletion: false
      )
    ]
    return Service(metadata: metadata, spec: Service.Spec(type: "ExternalName", externalName: serviceHost()))
  }

  /// Only one gateway at a time may be evicted. With a single tunnel there is no budget, because a drain must be able
  /// to end.
  func disruptionBudget<Budget: PodDisruptionBudgetResource>(_ type: Budget.Type) -> Budget {
    Budget(
      metadata: metadata(names.service),
      spec: PodDisruptionBudgetSpec(
        maxUnavailable: 1,
        selector: LabelSelector(matchLabels: GatewayLabels.podSelector(connection.key))
      )
    )
  }

  func secret(tunnel: String, content: GatewaySecret) -> Secret {
    var metadata = metadata(names.gateway(tunnel: tunnel), tunnel: tunnel)
    metadata.annotations?[GatewayLabels.revision] = content.revision
    return Secret(metadata: metadata, type: "Opaque", data: content.data)
  }
}
