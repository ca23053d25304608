internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The caches that Backbones need.
struct BackboneCaches: Sendable {
  let backbones: Store<Backbone>
  let connections: Store<VPNConnection>
  let clusters: Store<PrivateCluster>

  enum Index {
    static let namespace = "namespace"
    static let secret = "secret"
  }

  static let indexers: [String: Store<Backbone>.Indexer] = [
    Index.namespace: { [$0.key.namespace] },
    Index.secret: { backbone in
      backbone.spec.credentialsSecretRef.map { ["\(backbone.key.namespace)/\($0.name)"] } ?? []
    },
  ]

  func facts(of backbone: Backbone, now: Timestamp) -> BackboneFacts {
    let namespace = backbone.key.namespace
    let holders = backbone.adoption.map { BackboneFacts.holders(of: $0, among: backbones.all, besides: backbone) } ?? []
    return BackboneFacts(
      backbone: backbone,
      siblings: backbones.indexed(Index.namespace, namespace).filter { $0.key != backbone.key },
      clusters: clusters.indexed(PrivateClusterInformers.Index.namespace, namespace),
      connections: connections.all.filter { $0.key.namespace == namespace },
      markHolders: holders,
      now: now
    )
  }
}
