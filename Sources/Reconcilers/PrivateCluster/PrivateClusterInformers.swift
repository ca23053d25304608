internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The caches of PrivateClusters, and which change wakes which cluster. Each pass costs several requests to its cloud.
struct PrivateClusterInformers: Sendable {
  let clusters: Informer<PrivateCluster>
  let backbones: Informer<Backbone>
  let connections: Informer<VPNConnection>
  let secretMetadata: Informer<PartialMetadata<Secret>>

  enum Index {
    static let namespace = "namespace"
    static let backbone = "backbone"
    static let kubeconfig = "kubeconfig"
    /// The connections through which people reach the endpoint.
    static let connection = "connection"
  }

  static let indexers: [String: Store<PrivateCluster>.Indexer] = [
    Index.namespace: { [$0.key.namespace] },
    Index.backbone: { ["\($0.key.namespace)/\($0.spec.backboneRef.name)"] },
    Index.kubeconfig: { [Kubeconfig.key(of: $0).description] },
    Index.connection: { cluster in
      let names = (cluster.spec.access ?? []).compactMap { $0.vpn?.connectionRef.name }
      return Set(names).sorted().map { "\(cluster.key.namespace)/\($0)" }
    },
  ]

  init(_ set: InformerSet, scope: OperatorScope) {
    clusters = set.informer(in: scope, indexers: Self.indexers)
    backbones = set.informer(in: scope, indexers: BackboneCaches.indexers)
    connections = set.informer(in: scope)
    secretMetadata = set.secretMetadata(in: scope)
  }

  var caches: PrivateClusterCaches {
    PrivateClusterCaches(clusters: clusters.store, backbones: backbones.store, connections: connections.store)
  }

  func wake(_ controller: Controller) {
    let store = clusters.store
    controller.watch(clusters, awaited: .awaited) { change in
      guard let key = change.sides.first?.key else { return [] }
      // A cluster that is created, deleted or gets its ranges may cause another to be refused or accepted.
      if change.old == nil || change.new == nil || change.old?.status?.ranges != change.new?.status?.ranges {
        return Array(Set(store.indexedKeys(Index.namespace, key.namespace) + [key]))
      }
      let isNews =
        change.old?.spec != change.new?.spec || ObjectMeta.asksForPass(change.old?.metadata, change.new?.metadata)
      return isNews ? [key] : []
    }
    controller.watch(backbones) { change in
      let (old, new) = (change.old, change.new)
      let isNews =
        old?.spec != new?.spec || old?.wasReady != new?.wasReady || old?.status?.networkID != new?.status?.networkID
        || old?.status?.subnets?.map(\.id) != new?.status?.subnets?.map(\.id)
        || old?.metadata.deletionTimestamp != new?.metadata.deletionTimestamp
      guard isNews else { return [] }
      return change.sides.flatMap { store.indexedKeys(Index.backbone, $0.key.description) }
    }
    controller.watch(connections) { change in
      let (old, new) = (change.old, change.new)
      let isNews =
        old?.isReady != new?.isReady || old?.spec != new?.spec
        || old?.status?.twingate?.problems != new?.status?.twingate?.problems
      guard isNews, let key = change.sides.first?.key else { return [] }
      return store.indexedKeys(Index.namespace, key.namespace)
    }
    controller.watch(secretMetadata) { change in
      change.sides.flatMap { store.indexedKeys(Index.kubeconfig, $0.key.description) }
    }
  }
}

struct PrivateClusterCaches: Sendable {
  let clusters: Store<PrivateCluster>
  let backbones: Store<Backbone>
  let connections: Store<VPNConnection>

  func facts(of cluster: PrivateCluster, now: Timestamp) -> PrivateClusterFacts {
    let namespace = cluster.key.namespace
    let backbone = ObjectKey(namespace: namespace, name: cluster.spec.backboneRef.name)
    var facts = PrivateClusterFacts(cluster: cluster, backbone: backbones.get(backbone), now: now)
    facts.otherBackbones = backbones.indexed(BackboneCaches.Index.namespace, namespace).filter { $0.key != backbone }
    facts.neighbours = clusters.indexed(PrivateClusterInformers.Index.namespace, namespace)
      .filter { $0.key != cluster.key }
    facts.connections = connections.all.filter { $0.key.namespace == namespace }
    return facts
  }
}
