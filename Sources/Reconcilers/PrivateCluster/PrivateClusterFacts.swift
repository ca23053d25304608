internal import CloudClusters
internal import CloudLinkerAPI
internal import CloudResources
internal import Foundations
internal import Kubernetes

typealias PrivateClusterOutcome = CloudOutcome<ClusterPart, CloudCluster.Action, ClusterReport>

/// Facts about a PrivateCluster from the cluster that the operator runs in. Facts from its cloud are in the plan.
struct PrivateClusterFacts: Sendable {
  var cluster: PrivateCluster
  /// Nil: there is none of that name in the namespace.
  var backbone: Backbone?
  /// The other Backbones of the namespace.
  var otherBackbones: [Backbone] = []
  /// The other PrivateClusters of the namespace.
  var neighbours: [PrivateCluster] = []
  /// The VPNConnections of the namespace.
  var connections: [VPNConnection] = []
  /// Ranges of the operator's own cluster, read only while no PrivateCluster exists in the cloud.
  var clusterRanges: [ClusterRange] = []
  /// Namespaces in which no PrivateCluster is accepted.
  var reservedNamespaces: Set<String> = []
  var now: Timestamp

  var isDeleted: Bool { cluster.isBeingDeleted }
  var hasFinalizer: Bool { cluster.metadata.finalizers?.contains(PrivateClusterKind.finalizer) == true }
  var isPlanOnly: Bool { cluster.isPlanOnly }
  /// Whether something of the cluster exists.
  var isBegun: Bool { cluster.status?.id != nil || cluster.status?.objects?.isEmpty == false }
  /// Whether the cluster has once agreed with this generation of the spec. From then on a difference is someone else's
  /// change.
  var isReached: Bool { cluster.wasReady || cluster.status?.reachedGeneration == cluster.metadata.generation }
  var goal: ClusterGoal { !isDeleted ? .present : cluster.spec.isRetained ? .released : .absent }

  /// The actions that plan mode lists.
  func planned(_ plan: ClusterPlan<CloudCluster.Action>) -> [String] {
    guard !plan.actions.isEmpty else { return plan.later }
    let finalizer = isDeleted || hasFinalizer ? [] : [FinalizerStep.add(PrivateClusterKind.finalizer).description]
    return finalizer + plan.actions.map(\.description) + plan.later
  }
}

/// A range that the cluster's own ranges must not overlap, and its holder.
struct TakenRange: Sendable {
  var network: IPv4Network
  var holder: String
  /// Whether it is the Backbone's for the pods and Services of its clusters, as Google Cloud and Azure have them.
  var isForClusters = false
}

extension PrivateClusterFacts {
  /// Ranges of everything that the cluster's pods may connect to. A route could not tell an overlapping range from it.
  var takenRanges: [TakenRange] {
    var taken: [TakenRange] = []
    func add(_ texts: [String?], _ holder: String, isForClusters: Bool = false) {
      taken += texts.compactMap { $0.flatMap { IPv4Network($0) } }.map {
        TakenRange(network: $0, holder: holder, isForClusters: isForClusters)
      }
    }
    for backbone in [backbone].compactMap({ $0 }) + otherBackbones {
      let (holder, pods) = (
        "Backbone \(backbone.key.name)", backbone.status?.podRanges ?? backbone.spec.network.podRanges ?? []
      )
      add([backbone.spec.network.cidr], holder)
      // In AWS pods use the subnets' own addresses.
      let isOwn = backbone.key == self.backbone?.key && backbone.spec.provider != .aws
      add(pods, holder, isForClusters: isOwn)
    }
    for other in neighbours.sorted(by: Precedence.isOlder) {
      let (seen, asked) = (other.status?.ranges, other.spec.network)
      add([seen?.pods ?? asked?.pods, seen?.services ?? asked?.services], "PrivateCluster \(other.key.name)")
    }
    for connection in connections.sorted(by: Precedence.isOlder) {
      add(connection.spec.remoteNetworks, "VPNConnection \(connection.key.name)")
    }
    return taken + clusterRanges.map { TakenRange(network: $0.network, holder: $0.users) }
  }
}
