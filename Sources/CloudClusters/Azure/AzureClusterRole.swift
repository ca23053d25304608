internal import CloudResources

/// The role of an object in Azure for its PrivateCluster.
package enum AzureClusterRole: ResourceRole {
  case identity, networkGrant, cluster, logs
  /// An agent pool, by its name in Azure.
  case pool(String)
  /// A role assignment, by `AzureGrant.description`.
  case grant(String)

  package var part: ClusterPart {
    switch self {
    case .identity, .networkGrant, .cluster, .logs: .controlPlane
    case .pool: .nodePools
    case .grant: .access
    }
  }

  /// AKS takes one change at a time for a cluster and all its agent pools.
  static let clusterLane = "cluster"

  package var lane: String? {
    switch self {
    case .cluster, .pool: Self.clusterLane
    case .identity, .networkGrant, .logs, .grant: nil
    }
  }

  package var description: String {
    switch self {
    case .identity: "identity"
    case .networkGrant: "network-grant"
    case .cluster: "cluster"
    case .logs: "logs"
    case .pool(let name): "pool-\(name)"
    case .grant(let grant): "grant-\(grant)"
    }
  }

  package var summary: String {
    switch self {
    case .identity: "identity of the control plane"
    case .networkGrant: "role assignment Network Contributor of the control plane"
    case .cluster: "AKS cluster"
    case .logs: "diagnostic setting of the control plane"
    case .pool(let name): "agent pool \(name)"
    case .grant(let grant): "role assignment \(grant)"
    }
  }
}
