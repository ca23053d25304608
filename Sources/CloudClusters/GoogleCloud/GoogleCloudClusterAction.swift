package import CloudResources
package import GoogleCloud

/// The content of a write to an object of a cluster in Google Cloud.
package enum GoogleCloudClusterContent: Sendable, Hashable {
  /// The cluster with its node pools, because GKE creates no cluster without any.
  case cluster(GKE.Cluster)
  case clusterChange(GKE.ClusterUpdate)
  case maintenance(GKE.MaintenancePolicy)
  case nodePool(GKE.NodePool)
  case nodePoolChange(GKE.NodePoolUpdate)
  case autoscaling(GKE.Autoscaling)
  case management(GKE.Management)
  case binding(RoleBinding)
}

package enum GoogleCloudClusterCall: ClusterCall {
  case create(GoogleCloudClusterContent)
  case update(GoogleCloudClusterContent)
  /// Labels that the object should have in addition to those of others.
  case tag([String: String])
  case delete
  /// Removes the operator's mark.
  case release

  package init(_ write: ResourceWrite<GoogleCloudClusterContent>) {
    self =
      switch write {
      case .create(let content): .create(content)
      // Labels take an operation of their own, so they follow in the next pass.
      case .update(let content, _): .update(content)
      case .tag(let tags): .tag(tags)
      case .delete: .delete
      }
  }
}

/// The id is the name of a cluster or node pool; for a binding its full name with the membership.
package typealias GoogleCloudClusterAction = ClusterAction<GoogleCloudClusterRole, String, GoogleCloudClusterCall>
package typealias GoogleCloudClusterCatalogue = ClusterCatalogue<
  GoogleCloudClusterRole, String, GoogleCloudClusterCall
>
