internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The caches of the operator, and which change of which object wakes which key.
struct Informers: Sendable {
  let backbones: Informer<Backbone>
  let connections: Informer<VPNConnection>
  let portForwards: Informer<PortForward>
  /// Metadata of every Secret: which version there is, never what is in it.
  let secretMetadata: Informer<PartialMetadata<Secret>>
  let aliases: Informer<Service>
  let deployments: Informer<Deployment>
  let services: Informer<Service>
  let gatewaySecrets: Informer<Secret>
  let networkPolicies: Informer<NetworkPolicy>
  let budgets: Budgets
  let pods: Informer<Pod>
  /// The ConfigMap that holds the gateway classes, and no other.
  let gatewayClasses: Informer<ConfigMap>
  private let scope: OperatorScope

  /// Watched in the version that the server has, kept in one.
  enum Budgets: Sendable {
    case v1(Informer<PodDisruptionBudget>)
    case v1beta1(Informer<PodDisruptionBudgetV1beta1>)
  }

  init(_ set: InformerSet, settings: OperatorAssembly.Settings) {
    scope = settings.scope
    let everywhere = Scope(namespace: scope.namespace)
    let ours = Scope(namespace: scope.namespace, labelSelector: GatewayLabels.selector)
    let gateways = Scope(namespace: settings.defaults.namespace, labelSelector: GatewayLabels.selector)
    func informer<Object: Resource>(
      _ scope: Scope,
      _ indexers: [String: Store<Object>.Indexer] = Self.byOwner(),
      options: InformerOptions? = nil,
      transform: @escaping @Sendable (Object) -> Object = { $0 }
    ) -> Informer<Object> {
      set.informer(scope: scope, indexers: indexers, options: options, transform: transform)
    }
    backbones = informer(everywhere, BackboneCaches.indexers)
    connections = informer(
      everywhere,
      [
        Caches.Index.serviceName: { [Caches.serviceKey(of: $0)] },
        Caches.Index.namespace: { [$0.key.namespace] },
        Caches.Index.gatewayClass: { [$0.spec.gatewayClassName] },
        Caches.Index.secret: { connection in
          GatewayContent.secretNames(of: connection).map { "\(connection.key.namespace)/\($0)" }
        },
      ]
    )
    let strings = SharedStrings()
    portForwards = informer(
      everywhere,
      [
        Caches.Index.connection: { [Caches.connectionKey(of: $0).description] },
        Caches.Index.claim: { Caches.claims(of: $0) },
        Caches.Index.namespace: { [$0.key.namespace] },
      ],
      transform: { $0.compacted(strings) }
    )
    // A cluster may have tens of thousands of Secrets, of 1 to 2 kB of metadata each.
    var paged = InformerOptions()
    paged.pagesFirstList = true
    secretMetadata = informer(everywhere, [:], options: paged, transform: Self.versionOnly)
    aliases = informer(ours)
    deployments = informer(gateways)
    services = informer(gateways)
    gatewaySecrets = informer(gateways, transform: SecretDigest.transform)
    networkPolicies = informer(gateways)
    budgets = settings.hasPolicyV1 ? .v1(informer(gateways)) : .v1beta1(informer(gateways))
    pods = informer(gateways)
    gatewayClasses = informer(
      Scope(
        namespace: settings.defaults.operatorNamespace,
        fieldSelector: "metadata.name=\(settings.defaults.classesName)"
      ),
      [:]
    )
  }

  private static func byOwner<Object: Resource>() -> [String: Store<Object>.Indexer] {
    [Caches.Index.owner: { GatewayLabels.connectionKey(of: $0.metadata).map { [$0.description] } ?? [] }]
  }

  /// Of the cluster's Secrets only name and version are kept.
  private static func versionOnly(_ secret: PartialMetadata<Secret>) -> PartialMetadata<Secret> {
    var metadata = ObjectMeta(name: secret.metadata.name, namespace: secret.metadata.namespace)
    metadata.resourceVersion = secret.metadata.resourceVersion
    return PartialMetadata(metadata: metadata)
  }

  var caches: Caches {
    let budgets: @Sendable (String) -> [PodDisruptionBudgetV1beta1]
    switch self.budgets {
    case .v1(let informer):
      budgets = { owner in
        informer.store.indexed(Caches.Index.owner, owner).map {
          PodDisruptionBudgetV1beta1(metadata: $0.metadata, spec: $0.spec)
        }
      }
    case .v1beta1(let informer): budgets = { informer.store.indexed(Caches.Index.owner, $0) }
    }
    return Caches(
      connections: connections.store,
      portForwards: portForwards.store,
      aliases: aliases.store,
      deployments: deployments.store,
      services: services.store,
      gatewaySecrets: gatewaySecrets.store,
      networkPolicies: networkPolicies.store,
      budgets: budgets,
      pods: pods.store
    )
  }

  var backboneCaches: BackboneCaches {
    BackboneCaches(backbones: backbones.store, connections: connections.store)
  }

  func wake(backbones controller: Controller) {
    let store = backbones.store
    controller.watch(backbones) { change in
      guard let key = change.sides.first?.key else { return [] }
      if Self.concernsNeighbours(change) {
        // Itself too where it is gone: what is kept for it must be let go.
        return Array(Set(store.indexedKeys(BackboneCaches.Index.namespace, key.namespace) + [key]))
      }
      return Self.isAsked(change.old?.metadata, change.new?.metadata) ? [key] : []
    }
    controller.watch(secretMetadata) { change in
      change.sides.flatMap { store.indexedKeys(BackboneCaches.Index.secret, $0.key.description) }
    }
    controller.watch(connections) { change in
      let isNews =
        change.old?.spec.remoteNetworks != change.new?.spec.remoteNetworks
        || change.old?.isReady != change.new?.isReady
      guard isNews, let key = change.sides.first?.key else { return [] }
      return store.indexedKeys(BackboneCaches.Index.namespace, key.namespace)
    }
  }

  func wake(connections controller: Controller, forwards: Controller) {
    let delay = OperatorAssembly.collection
    controller.watch(connections) { Self.matters($0) ? $0.sides.map(\.key) : [] }
    // A connection's neighbours with the same Service name may be admitted or refused by its change.
    let byService = connections.store
    controller.watch(connections) { change in
      guard change.old == nil || change.new == nil || change.old?.spec.serviceName != change.new?.spec.serviceName
      else { return [] }
      return change.sides.flatMap { byService.indexedKeys(Caches.Index.serviceName, Caches.serviceKey(of: $0)) }
    }
    // One that had a place leaves it, or takes less or more: others of its namespace may be admitted or refused.
    controller.watch(connections) { change in
      guard let old = change.old, old.status?.conditions?[.accepted]?.status == "True",
        old.spec.tunnels.count != change.new?.spec.tunnels.count
      else { return [] }
      return byService.indexedKeys(Caches.Index.namespace, old.key.namespace)
    }
    controller.watch(portForwards, after: delay) { change in
      Self.concernsGateways(change) ? change.sides.map(Caches.connectionKey(of:)) : []
    }
    let bySecret = connections.store
    controller.watch(secretMetadata) { change in
      change.sides.flatMap { bySecret.indexedKeys(Caches.Index.secret, $0.key.description) }
    }
    let byClass = connections.store
    controller.watch(gatewayClasses) { change in
      GatewayClasses.changedNames(change).flatMap { byClass.indexedKeys(Caches.Index.gatewayClass, $0) }
    }
    watchOwned(aliases, controller)
    watchOwned(deployments, controller)
    watchOwned(services, controller)
    watchOwned(gatewaySecrets, controller)
    watchOwned(networkPolicies, controller)
    watchOwned(pods, controller)
    switch budgets {
    case .v1(let informer): watchOwned(informer, controller)
    case .v1beta1(let informer): watchOwned(informer, controller)
    }
    wakeForwards(forwards)
  }

  private func watchOwned<Object: Resource>(_ informer: Informer<Object>, _ controller: Controller) {
    let scope = scope
    controller.watch(informer, after: OperatorAssembly.collection) { change in
      Set(change.sides.compactMap { GatewayLabels.connectionKey(of: $0.metadata) }).filter(scope.includes).sorted()
    }
  }

  private func wakeForwards(_ controller: Controller) {
    let store = portForwards.store
    controller.watch(portForwards) { change in
      guard change.old?.spec != change.new?.spec || Self.isAsked(change.old?.metadata, change.new?.metadata) else {
        return []
      }
      let claims = Set(change.sides.flatMap(Caches.claims(of:)))
      let rivals = claims.flatMap { store.indexedKeys(Caches.Index.claim, $0) }
      return Array(Set(rivals + change.sides.map(\.key)))
    }
    controller.watch(connections) { change in
      let before = change.old?.status?.conditions?[.ready]
      let after = change.new?.status?.conditions?[.ready]
      let isNews =
        change.old == nil || change.new == nil || change.old?.spec != change.new?.spec
        || before?.status != after?.status || (after?.status == "False" && before?.message != after?.message)
      guard isNews else { return [] }
      return change.sides.first.map { store.indexedKeys(Caches.Index.connection, $0.key.description) } ?? []
    }
  }

  /// Status writes of our own are no reason to look again.
  private static func matters(_ change: Change<VPNConnection>) -> Bool {
    change.old?.spec != change.new?.spec || isAsked(change.old?.metadata, change.new?.metadata)
  }
  private static func concernsGateways(_ change: Change<PortForward>) -> Bool {
    change.old?.spec != change.new?.spec
      || change.old?.metadata.deletionTimestamp != change.new?.metadata.deletionTimestamp
  }
  /// Whether other Backbones of the namespace may be admitted or refused by it.
  static func concernsNeighbours(_ change: Change<Backbone>) -> Bool {
    let (old, new) = (change.old, change.new)
    return old?.spec != new?.spec || old?.metadata.uid != new?.metadata.uid
      || old?.metadata.deletionTimestamp != new?.metadata.deletionTimestamp
  }
  /// Whether metadata changed in a way that asks for a look: annotations, deletion, finalizers.
  private static func isAsked(_ old: ObjectMeta?, _ new: ObjectMeta?) -> Bool {
    old?.annotations != new?.annotations || old?.deletionTimestamp != new?.deletionTimestamp
      || old?.finalizers != new?.finalizers || old?.uid != new?.uid
  }
}
