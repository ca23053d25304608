internal import Kubernetes

/// What is left to remove of a connection that is going or gone; nothing left means that its finalizer may go.
///
///     live                                   actions
///     anything                               delete it, the Deployments first, so that no pod comes back
///     only pods that are on their way out    none: wait for them
///     nothing                                remove the finalizer
struct GatewayTeardown {
  var actions: [GatewayAction] = []
  /// What is waited for, in words.
  var waitsFor: String?

  /// - Parameters:
  ///   - aliases: the connection's Services in the environment.
  ///   - hasFinalizer: whether the connection is still there and carries ours.
  init(live: GatewayLive, aliases: [Service], hasFinalizer: Bool) {
    func remove<Object: Resource>(_ objects: [Object]) {
      actions += objects.filter { $0.metadata.deletionTimestamp == nil }.map {
        .delete(kind: Object.resourceType.kind, $0.key, uid: $0.metadata.uid)
      }
    }
    remove(live.deployments)
    remove(aliases)
    remove(live.services)
    remove(live.secrets)
    remove(live.networkPolicies)
    remove(live.budgets)
    if !live.pods.isEmpty {
      waitsFor = "gateway pods \(live.pods.map(\.key.name).sorted().joined(separator: ", ")) to end"
    }
    if live.isEmpty && aliases.isEmpty && hasFinalizer { actions.append(.removeFinalizer) }
  }
}
