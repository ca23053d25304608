internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

extension BackboneKind {
  static func register(_ context: KindContext, _ access: BackboneAccess) {
    let settings = context.settings
    let informers = BackboneInformers(context.informers, scope: settings.scope)
    let kept = access.kept
    let kind = BackboneKind(
      client: context.client,
      caches: informers.caches,
      secrets: access.secrets,
      kept: kept,
      identities: access.identities,
      clusterRanges: ClusterRanges(client: context.client, time: context.time),
      clouds: access.clouds,
      events: context.events,
      reservedNamespaces: settings.defaults.reservedNamespaces,
      time: context.time,
      scope: settings.scope
    )
    context.registry.beforeExposition { [weak registry = context.registry] in
      registry?.set(
        "cloudlinker_backbone_unseen_seconds",
        to: kind.sights.longestUnseen(now: kind.time.timestamp),
        help: "The longest time for which a network has not been seen in its cloud"
      )
    }
    // A worker mostly waits for its cloud. The request budget limits how many workers one account keeps busy.
    let controller = context.controller("backbone", concurrency: 32, kind, informers.backbones.store)
    informers.wake(controller)
    context.manager.addLeading { await kept.run(settings.scope, context.time, context.logger) }
  }
}

/// The caches of Backbones, and which change wakes which Backbone. Each pass costs several requests to its cloud.
struct BackboneInformers: Sendable {
  let backbones: Informer<Backbone>
  let connections: Informer<VPNConnection>
  let clusters: Informer<PrivateCluster>
  let secretMetadata: Informer<PartialMetadata<Secret>>

  init(_ set: InformerSet, scope: OperatorScope) {
    backbones = set.informer(in: scope, indexers: BackboneCaches.indexers)
    connections = set.informer(in: scope)
    clusters = set.informer(in: scope, indexers: PrivateClusterInformers.indexers)
    secretMetadata = set.secretMetadata(in: scope)
  }

  var caches: BackboneCaches {
    BackboneCaches(backbones: backbones.store, connections: connections.store, clusters: clusters.store)
  }

  func wake(_ controller: Controller) {
    let store = backbones.store
    controller.watch(backbones, awaited: .awaited) { change in
      guard let key = change.sides.first?.key else { return [] }
      if Self.concernsNeighbours(change) {
        // Includes the Backbone itself even if it was deleted, so that everything kept for it is released.
        return Array(Set(store.indexedKeys(BackboneCaches.Index.namespace, key.namespace) + [key]))
      }
      return ObjectMeta.asksForPass(change.old?.metadata, change.new?.metadata) ? [key] : []
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
    // A Backbone that is being deleted waits for the last of them.
    controller.watch(clusters) { change in
      guard change.old?.metadata.finalizers != change.new?.metadata.finalizers else { return [] }
      return change.sides.map { ObjectKey(namespace: $0.key.namespace, name: $0.spec.backboneRef.name) }
        .filter { store.get($0)?.isBeingDeleted == true }
    }
  }

  /// Whether the change may cause other Backbones of the namespace to be admitted or refused.
  private static func concernsNeighbours(_ change: Change<Backbone>) -> Bool {
    let (old, new) = (change.old, change.new)
    return old?.spec != new?.spec || old?.metadata.uid != new?.metadata.uid
      || old?.metadata.deletionTimestamp != new?.metadata.deletionTimestamp
  }
}
