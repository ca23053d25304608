internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import Foundations
internal import Kubernetes

/// What the cluster tells about a Backbone; what its cloud tells is in the `NetworkPlan`.
struct BackboneFacts: Sendable {
  var backbone: Backbone
  /// The other Backbones of the namespace.
  var siblings: [Backbone] = []
  /// The VPNConnections of the namespace.
  var connections: [VPNConnection] = []
  /// Others that the network to be taken over belongs to.
  var markHolders: [Backbone] = []
  /// What the operator's own cluster uses; asked for only while nothing has been made.
  var clusterRanges: [ClusterRange] = []
  /// Namespaces in which no Backbone is accepted.
  var reservedNamespaces: Set<String> = []
  /// Kinds that would have told more of them, and that the operator may not list.
  var unreadableRanges: Set<String> = []
  var now: Timestamp

  var isDeleted: Bool { backbone.metadata.deletionTimestamp != nil }
  var hasFinalizer: Bool { backbone.metadata.finalizers?.contains(BackboneKind.finalizer) == true }
  /// Whether it was, when it was last looked at in this generation.
  var isReady: Bool {
    let ready = backbone.status?.conditions?[.ready]
    return ready?.status == "True" && ready?.observedGeneration == backbone.metadata.generation
  }
  /// Whether it was Ready in this generation before its cloud fell silent.
  var isUnseen: Bool {
    let ready = backbone.status?.conditions?[.ready]
    return ready?.status == "Unknown" && ready?.reason != Reason.pending.rawValue
      && ready?.observedGeneration == backbone.metadata.generation
  }
  /// Whether the network once was as this generation of the spec wants it: then what differs is somebody else's doing.
  var isReached: Bool {
    isReady || backbone.status?.reachedGeneration.map { $0 == backbone.metadata.generation } ?? false
  }
  /// Whether there is a network to maintain, made by us or to be taken over.
  var hasNetwork: Bool { backbone.isBegun || backbone.adoption != nil }
  /// Whether the network is still to be made, and by us: one that exists may well be where this cluster runs.
  var isToBeMade: Bool { !hasNetwork && backbone.spec.network.existing == nil && !isDeleted }
  /// What another object has a prior claim to.
  var conflict: Refusal? { BackboneChecks.claims.refusal(self) }
  /// Whether somebody changed the spec or asked for a pass since the last one.
  var isAskedFor: Bool {
    let status = backbone.status
    return status?.observedGeneration != backbone.metadata.generation
      || status?.lastHandledReconcileAt != backbone.metadata.annotations?[CloudLinker.Annotation.requestedAt]
  }
  var isPlanOnly: Bool { backbone.isPlanOnly }

  /// What plan mode lists.
  func planned(_ plan: NetworkPlan<CloudNetwork.Action>) -> [String] {
    guard !plan.actions.isEmpty else { return plan.later }
    let finalizer = isDeleted || hasFinalizer ? [] : [FinalizerStep.add(BackboneKind.finalizer).description]
    return finalizer + plan.actions.map(\.description) + plan.later
  }
}
