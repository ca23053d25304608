internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The caches that the two controllers share, and the questions they ask of them.
struct Caches: Sendable {
  let connections: Store<VPNConnection>
  let portForwards: Store<PortForward>
  /// Our Services in the environments.
  let aliases: Store<Service>
  let deployments: Store<Deployment>
  let services: Store<Service>
  let gatewaySecrets: Store<Secret>
  let networkPolicies: Store<NetworkPolicy>
  let budgets: @Sendable (_ owner: String) -> [PodDisruptionBudgetV1beta1]
  let pods: Store<Pod>

  /// Index names.
  enum Index {
    static let owner = "owner"
    static let connection = "connection"
    static let claim = "claim"
    static let serviceName = "serviceName"
    static let secret = "secret"
    static let namespace = "namespace"
    static let gatewayClass = "gatewayClass"
  }

  func live(of key: ObjectKey) -> GatewayLive {
    let owner = key.description
    var live = GatewayLive()
    live.deployments = deployments.indexed(Index.owner, owner)
    live.services = services.indexed(Index.owner, owner)
    live.secrets = gatewaySecrets.indexed(Index.owner, owner)
    live.networkPolicies = networkPolicies.indexed(Index.owner, owner)
    live.budgets = budgets(owner)
    live.pods = pods.indexed(Index.owner, owner)
    return live
  }

  /// Objects of others under the names that `objects` would have. Only what carries the operator's label is watched, and
  /// nobody else has business in the gateways' namespace.
  func strangers(under objects: GatewayObjects) -> [GatewayStranger] {
    let names = objects.names
    let gateways = objects.connection.spec.tunnels.map { names.gateway(tunnel: $0.name) }
    func find<Object: Resource>(_ store: Store<Object>, _ names: [String]) -> [GatewayStranger] {
      names.compactMap { name in
        guard let object = store.get(ObjectKey(namespace: objects.defaults.namespace, name: name)),
          GatewayLabels.connectionKey(of: object.metadata) != objects.connection.key
        else { return nil }
        let owner = object.metadata.annotations?[GatewayLabels.owner]
        return GatewayStranger(kind: Object.resourceType.kind, key: object.key, owner: owner)
      }
    }
    return find(gatewaySecrets, gateways) + find(deployments, gateways)
      + find(services, [names.service, names.siblings])
      + find(networkPolicies, [names.service])
  }

  /// The Services in the environment that are this connection's, under whatever name.
  /// Those in the gateways' namespace carry the same labels and are none.
  func aliases(of key: ObjectKey) -> [Service] {
    aliases.indexed(Index.owner, key.description).filter { $0.key.namespace == key.namespace }
  }

  func forwards(of connection: ObjectKey) -> [PortForward] {
    portForwards.indexed(Index.connection, connection.description)
  }

  /// Other PortForwards of the same connection that name one of this one's ports.
  func rivals(of forward: PortForward) -> [PortForward] {
    var rivals: [ObjectKey: PortForward] = [:]
    for claim in Self.claims(of: forward) {
      for rival in portForwards.indexed(Index.claim, claim) where rival.key != forward.key { rivals[rival.key] = rival }
    }
    return Array(rivals.values)
  }

  /// Other connections of the namespace with the same Service name.
  func rivals(of connection: VPNConnection) -> [VPNConnection] {
    connections.indexed(Index.serviceName, Self.serviceKey(of: connection)).filter { $0.key != connection.key }
  }

  /// The other connections of the namespace.
  func neighbours(of connection: VPNConnection) -> [VPNConnection] {
    connections.indexed(Index.namespace, connection.key.namespace).filter { $0.key != connection.key }
  }

  static func connectionKey(of forward: PortForward) -> ObjectKey {
    ObjectKey(namespace: forward.key.namespace, name: forward.spec.vpnConnectionRef.name)
  }
  static func claims(of forward: PortForward) -> [String] {
    PortClaims.ports(of: forward).map { "\(connectionKey(of: forward))/\($0.transport)/\($0.number)" }
  }
  static func serviceKey(of connection: VPNConnection) -> String {
    "\(connection.key.namespace)/\(connection.spec.serviceName)"
  }
}
