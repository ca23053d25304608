internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The watches behind `GatewayCaches`, for connections whose gateways this operator runs.
struct GatewayInformers: Sendable {
  /// The operator's Services in the environments.
  let aliases: Informer<Service>
  let deployments: Informer<Deployment>
  let services: Informer<Service>
  let secrets: Informer<Secret>
  let networkPolicies: Informer<NetworkPolicy>
  let budgets: Budgets
  let pods: Informer<Pod>
  /// The ConfigMap with the gateway classes, and no other.
  let classes: Informer<ConfigMap>
  private let scope: OperatorScope

  /// How long changes of objects are collected, because they usually come several at a time.
  static let collection: Duration = .milliseconds(200)

  /// Watched in the version that the server has, and stored in one version.
  enum Budgets: Sendable {
    case v1(Informer<PodDisruptionBudget>)
    case v1beta1(Informer<PodDisruptionBudgetV1beta1>)
  }

  init(_ set: InformerSet, settings: OperatorAssembly.Settings) {
    scope = settings.scope
    let gateways = Scope(namespace: settings.defaults.namespace, labelSelector: GatewayLabels.selector)
    func owned<Object: Resource>(transform: @escaping @Sendable (Object) -> Object = { $0 }) -> Informer<Object> {
      set.informer(scope: gateways, indexers: Self.byOwner(), transform: transform)
    }
    aliases = set.informer(in: scope, labels: GatewayLabels.selector, indexers: Self.byOwner())
    deployments = owned()
    services = owned()
    secrets = owned(transform: SecretDigest.transform)
    networkPolicies = owned()
    budgets = settings.hasPolicyV1 ? .v1(owned()) : .v1beta1(owned())
    pods = owned()
    classes = set.informer(
      scope: Scope(
        namespace: settings.defaults.operatorNamespace,
        fieldSelector: "metadata.name=\(settings.defaults.classesName)"
      )
    )
  }

  private static func byOwner<Object: Resource>() -> [String: Store<Object>.Indexer] {
    [GatewayCaches.ownerIndex: { GatewayLabels.connectionKey(of: $0.metadata).map { [$0.description] } ?? [] }]
  }

  var caches: GatewayCaches {
    let budgets: @Sendable (String) -> [PodDisruptionBudgetV1beta1]
    switch self.budgets {
    case .v1(let informer):
      budgets = { owner in
        informer.store.indexed(GatewayCaches.ownerIndex, owner).map {
          PodDisruptionBudgetV1beta1(metadata: $0.metadata, spec: $0.spec)
        }
      }
    case .v1beta1(let informer): budgets = { informer.store.indexed(GatewayCaches.ownerIndex, $0) }
    }
    return GatewayCaches(
      aliases: aliases.store,
      deployments: deployments.store,
      services: services.store,
      secrets: secrets.store,
      networkPolicies: networkPolicies.store,
      budgets: budgets,
      pods: pods.store
    )
  }

  /// Wakes a connection when one of its objects changes.
  func wake(_ controller: Controller) {
    wake(controller, by: aliases)
    wake(controller, by: deployments)
    wake(controller, by: services)
    wake(controller, by: secrets)
    wake(controller, by: networkPolicies)
    wake(controller, by: pods)
    switch budgets {
    case .v1(let informer): wake(controller, by: informer)
    case .v1beta1(let informer): wake(controller, by: informer)
    }
  }

  private func wake<Object: Resource>(_ controller: Controller, by informer: Informer<Object>) {
    let scope = scope
    controller.watch(informer, after: Self.collection) { change in
      Set(change.sides.compactMap { GatewayLabels.connectionKey(of: $0.metadata) }).filter(scope.includes).sorted()
    }
  }
}
