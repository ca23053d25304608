internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Kubernetes

/// The cluster's objects for connections with gateways, and queries over them.
struct GatewayCaches: Sendable {
  /// The index by the connection, as `namespace/name`, that an object was created for.
  static let ownerIndex = "owner"

  /// The operator's Services in the environments.
  let aliases: Store<Service>
  let deployments: Store<Deployment>
  let services: Store<Service>
  let secrets: Store<Secret>
  let networkPolicies: Store<NetworkPolicy>
  let budgets: @Sendable (_ owner: String) -> [PodDisruptionBudgetV1beta1]
  let pods: Store<Pod>

  func live(of key: ObjectKey) -> GatewayLive {
    let owner = key.description
    var live = GatewayLive()
    live.deployments = deployments.indexed(Self.ownerIndex, owner)
    live.services = services.indexed(Self.ownerIndex, owner)
    live.secrets = secrets.indexed(Self.ownerIndex, owner)
    live.networkPolicies = networkPolicies.indexed(Self.ownerIndex, owner)
    live.budgets = budgets(owner)
    live.pods = pods.indexed(Self.ownerIndex, owner)
    return live
  }

  /// Objects of others that have the names of `objects`. Only objects with the operator's label are watched, and nobody
  /// else should have any in the gateways' namespace.
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
    return find(secrets, gateways) + find(deployments, gateways)
      + find(services, [names.service, names.siblings])
      + find(networkPolicies, [names.service])
  }

  /// The connection's Services in the environment, under any name. Those in the gateways' namespace have the same
  /// labels and are left out.
  func aliases(of key: ObjectKey) -> [Service] {
    aliases.indexed(Self.ownerIndex, key.description).filter { $0.key.namespace == key.namespace }
  }
}
