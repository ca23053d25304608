internal import CloudNetworks
internal import CloudResources

/// What an object in Google Cloud is to its PrivateCluster.
package enum GoogleCloudClusterRole: ResourceRole {
  case cluster
  case nodePool(String)
  /// By its id in the membership.
  case binding(String)

  package var part: ClusterPart {
    switch self {
    case .cluster: .controlPlane
    case .nodePool: .nodePools
    case .binding: .access
    }
  }

  /// GKE takes one operation of a cluster at a time, also for its node pools.
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

/// Labels of what is made for a PrivateCluster. Their values have lower case, digits, `-` and `_`, 63 at most.
enum GoogleCloudClusterLabel {
  /// The PrivateCluster's uid.
  static let cluster = "cloudlinker-cluster"
  /// On the machines of a pool: its plain name. GKE spreads a cluster's labels over all its machines, so a pool is ours only
  /// with this one, which the cluster itself does not have.
  static let pool = "cloudlinker-pool"
  /// On nodes, in Kubernetes.
  static let node = "cloudlinker.dev/pool"
}

extension DesiredCluster {
  /// Of the GKE cluster: 40 characters at most, and the first one a letter.
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
