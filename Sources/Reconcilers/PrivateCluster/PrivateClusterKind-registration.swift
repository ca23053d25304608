internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

extension PrivateClusterKind {
  static func register(_ context: KindContext, _ access: BackboneAccess) {
    let settings = context.settings
    let informers = PrivateClusterInformers(context.informers, scope: settings.scope)
    let kind = PrivateClusterKind(
      client: context.client,
      caches: informers.caches,
      access: access,
      clusterRanges: ClusterRanges(client: context.client, time: context.time),
      kubeconfigs: Kubeconfigs(client: context.client, metadata: informers.secretMetadata.store),
      events: context.events,
      reservedNamespaces: settings.defaults.reservedNamespaces,
      time: context.time
    )
    context.registry.beforeExposition { [weak registry = context.registry] in
      registry?.set(
        "cloudlinker_privatecluster_unseen_seconds",
        to: kind.sights.longestUnseen(now: kind.time.timestamp),
        help: "The longest time for which a cluster has not been seen in its cloud"
      )
    }
    let controller = context.controller("privatecluster", concurrency: 16, kind, informers.clusters.store)
    informers.wake(controller)
  }

  func record(_ news: PrivateClusterStatus, of cluster: PrivateCluster, _ events: EventRecorder) {
    let before = cluster.status?.conditions ?? []
    if let upgrade = news.conditions?[.upgrading], before[.upgrading]?.message != upgrade.message {
      events.normal(cluster, reason: "Upgrading", action: "Upgrade", upgrade.message)
    }
    if let exposed = news.conditions?[.private], exposed.status == "False",
      before[.private]?.message != exposed.message
    {
      events.warning(cluster, reason: exposed.reason, action: "Look", exposed.message)
    }
  }
}
