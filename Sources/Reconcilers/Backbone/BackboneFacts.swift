internal import CloudLinkerAPI
internal import CloudNetworks
internal import Foundations
internal import Kubernetes

/// What the cluster tells about a Backbone; what its cloud tells is in the `NetworkPlan`.
struct BackboneFacts: Sendable {
  var backbone: Backbone
  /// The other Backbones of the namespace.
  var siblings: [Backbone] = []
  /// The VPNConnections of the namespace.
  var connections: [VPNConnection] = []
  /// What the operator's own cluster uses; asked for only while nothing has been made.
  var clusterRanges: [ClusterRange] = []
  /// Namespaces in which no Backbone is accepted.
  var reservedNamespaces: Set<String> = []
  /// Kinds that would have told more of them, and that the operator may not list.
  var unreadableRanges: Set<String> = []
  var now: Timestamp

  var isDeleted: Bool { backbone.metadata.deletionTimestamp != nil }
  var hasFinalizer: Bool { backbone.metadata.finalizers?.contains(BackboneReconciler.finalizer) == true }
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
  /// Whether the network is still to be made, and by us: one that stands may well be where this cluster runs.
  var isToBeMade: Bool {
    let isBegun = backbone.status?.networkID != nil || backbone.status?.objects?.isEmpty == false
    return !isBegun && backbone.spec.network.existing == nil && !isDeleted
  }
  var isPlanOnly: Bool {
    backbone.metadata.annotations?[CloudLinker.Annotation.reconcile] == CloudLinker.Annotation.reconcilePlan
  }
}

/// Whether a Backbone may be carried out at all, decided before its cloud is asked anything.
///
///     the namespace is the operator's                      NamespaceRefused
///     spec breaks a rule                                   InvalidSpec
///     an older Backbone has the provider                   ProviderConflict
///     an older Backbone has a range that overlaps          RangeConflict
///     a VPNConnection reaches a range that overlaps        RangeConflict
///     nothing made yet, and the cluster's pods or
///     Services have a range that overlaps                  RangeConflict
///     otherwise                                            accepted
enum BackboneVerdict {
  static func accepted(_ facts: BackboneFacts) -> Refusal? {
    let backbone = facts.backbone
    if let refusal = Refusal(backbone.key, reserved: facts.reservedNamespaces) { return refusal }
    if let refusal = Refusal(backbone.validate()) { return refusal }
    let older = facts.siblings
      .filter { $0.metadata.deletionTimestamp == nil && Precedence.isOlder($0, backbone) }
      .sorted(by: Precedence.isOlder)
    if let rival = older.first(where: { $0.spec.provider == backbone.spec.provider }) {
      return Refusal(
        condition: .accepted,
        reason: .providerConflict,
        message: "spec.provider: the older Backbone \(rival.key.name) is this namespace's network in "
          + "\(backbone.spec.provider): delete one of the two, or use another namespace"
      )
    }
    guard let range = IPv4Network(backbone.spec.network.cidr) else { return nil }
    for rival in older {
      guard let other = IPv4Network(rival.spec.network.cidr), other.overlaps(range) else { continue }
      return overlap(range, "the older Backbone \(rival.key.name) (\(other))")
    }
    for connection in facts.connections.sorted(by: { $0.key < $1.key }) {
      guard let other = connection.spec.remoteNetworks.compactMap({ IPv4Network($0) }).first(where: range.overlaps)
      else { continue }
      return overlap(range, "\(other), which the VPNConnection \(connection.key.name) reaches")
    }
    if let rival = facts.clusterRanges.first(where: { $0.network.overlaps(range) }) {
      return overlap(range, "\(rival.network) of \(rival.users)")
    }
    return nil
  }

  private static func overlap(_ range: IPv4Network, _ what: String) -> Refusal {
    Refusal(
      condition: .accepted,
      reason: .rangeConflict,
      message:
        "spec.network.cidr: \"\(range)\" overlaps \(what): no traffic could tell them apart; choose another range"
    )
  }
}
