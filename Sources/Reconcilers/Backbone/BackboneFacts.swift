internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import Foundations
internal import Kubernetes

/// Facts about a Backbone from the cluster. Facts from its cloud are in the `NetworkPlan`.
struct BackboneFacts: Sendable {
  var backbone: Backbone
  /// The other Backbones of the namespace.
  var siblings: [Backbone] = []
  /// The PrivateClusters of the namespace.
  var clusters: [PrivateCluster] = []
  /// The VPNConnections of the namespace.
  var connections: [VPNConnection] = []
  /// Other Backbones to which the network to be taken over belongs.
  var markHolders: [Backbone] = []
  /// Ranges of the operator's own cluster, read only while no network exists.
  var clusterRanges: [ClusterRange] = []
  /// Namespaces in which no Backbone is accepted.
  var reservedNamespaces: Set<String> = []
  /// Kinds that would name more of these ranges, but that the operator may not list.
  var unreadableRanges: Set<String> = []
  var now: Timestamp

  var isDeleted: Bool { backbone.metadata.deletionTimestamp != nil }
  var hasFinalizer: Bool { backbone.metadata.finalizers?.contains(BackboneKind.finalizer) == true }
  var isReady: Bool { backbone.wasReady }
  var isUnseen: Bool { backbone.isUnseen }
  /// Whether the network has once agreed with this generation of the spec. From then on a difference is someone else's
  /// change.
  var isReached: Bool {
    isReady || backbone.status?.reachedGeneration.map { $0 == backbone.metadata.generation } ?? false
  }
  /// Whether there is a network to maintain, either its own or one to be taken over.
  var hasNetwork: Bool { backbone.isBegun || backbone.adoption != nil }
  /// Whether the operator is yet to create the network. An existing one may well be where this cluster runs.
  var isToBeMade: Bool { !hasNetwork && backbone.spec.network.existing == nil && !isDeleted }
  /// The refusal, if another object's claim takes precedence.
  var conflict: Refusal? { BackboneChecks.claims.refusal(self) }
  var isAskedFor: Bool { backbone.isAskedFor }
  var isPlanOnly: Bool { backbone.isPlanOnly }

  /// The actions that plan mode lists.
  func planned(_ plan: NetworkPlan<CloudNetwork.Action>) -> [String] {
    guard !plan.actions.isEmpty else { return plan.later }
    let finalizer = isDeleted || hasFinalizer ? [] : [FinalizerStep.add(BackboneKind.finalizer).description]
    return finalizer + plan.actions.map(\.description) + plan.later
  }
}
