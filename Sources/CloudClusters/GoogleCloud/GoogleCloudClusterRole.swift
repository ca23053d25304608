internal import CloudNetworks
internal import CloudResources

/// The role of an object in Google Cloud for its PrivateCluster.
package enum GoogleCloudClusterRole: ResourceRole {
  case cluster
  case nodePool(String)
  /// A role binding, by its id in the membership.
  case binding(String)

  package var part: ClusterPart {
    switch self {
    case .cluster: .controlPlane
    case .nodePool: .nodePools
    case .binding: .access
    }
  }

  /// GKE takes one operation of a cluster at a time, which includes its node pools.
  package var lane: String? {
    switch self {
    case .cluster, .nodePool: Self.clusterLane
    case .binding: nil
    }
  }
  static let clusterLane = "GKE cluster"

  package var description: String {
    switch self {
    case .cluster: "cluster"
    case .nodePool(let name): "node-pool-\(name)"
    case .binding(let name): "binding-\(name)"
    }
  }

  package var summary: String {
    switch self {
    case .cluster: "GKE cluster"
    case .nodePool(let name): "node pool \(name)"
    case .binding(let name): "role binding \(name)"
    }
  }
}

/// Labels of objects that belong to a PrivateCluster. Their values have lower-case letters, digits, `-` and `_`, at
/// most 63.
enum GoogleCloudClusterLabel {
  /// The PrivateCluster's uid.
  static let cluster = "cloudlinker-cluster"
  /// The plain name of the pool, on its machines. GKE copies a cluster's labels to all its machines, so only a pool
  /// with this label, which the cluster itself does not have, is the operator's.
  static let pool = "cloudlinker-pool"
  /// The pool's name on nodes, in Kubernetes.
  static let node = "cloudlinker.dev/pool"
}

extension DesiredCluster {
  /// The name of the GKE cluster: at most 40 characters, the first one a letter.
  var googleCloudName: String {
    let start = mark.namespace.first?.isLetter == true ? "" : "c"
    let readable = "\(start)\(mark.namespace)-\(mark.name)".replacing(".", with: "-").prefix(29)
    return "\(readable)-\(digest)"
  }

  var clusterLabels: [String: String] {
    GoogleCloudLabels.spelled(tags).merging([GoogleCloudClusterLabel.cluster: mark.uid]) { $1 }
  }

  func poolLabels(_ pool: String) -> [String: String] {
    GoogleCloudLabels.spelled(tags).merging([
      GoogleCloudClusterLabel.cluster: mark.uid, GoogleCloudClusterLabel.pool: pool,
    ]) { $1 }
  }

  func marks(_ labels: [String: String]?) -> Bool { labels?[GoogleCloudClusterLabel.cluster] == mark.uid }
}
