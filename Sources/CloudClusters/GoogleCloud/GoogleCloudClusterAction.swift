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

/// One change in Google Cloud.
package struct GoogleCloudClusterAction: PlanAction, Hashable {
  package enum Call: Sendable, Hashable {
    case create(GoogleCloudClusterContent)
    case update(GoogleCloudClusterContent)
    /// Labels that the object should have in addition to those of others.
    case tag([String: String])
    case delete
    /// Removes the operator's mark.
    case release
  }
  package var call: Call
  package var role: GoogleCloudClusterRole
  /// The name of a cluster or node pool; for a binding its full name with the membership.
  package var id: String
  package var description: String
  package var provides: Set<String> { [role.description] }
  package let needs: Set<String> = []
}

package enum GoogleCloudClusterCatalogue: ResourceCatalogue {
  package static func action(
    _ write: ResourceWrite<GoogleCloudClusterContent>,
    _ role: GoogleCloudClusterRole,
    _ id: String,
    _ detail: String
  ) -> GoogleCloudClusterAction {
    let call: GoogleCloudClusterAction.Call =
      switch write {
      case .create(let content): .create(content)
      // Labels take an operation of their own, so they follow in the next pass.
      case .update(let content, _): .update(content)
      case .tag(let tags): .tag(tags)
      case .delete: .delete
      }
    return GoogleCloudClusterAction(call: call, role: role, id: id, description: write.words(role.summary, detail))
  }

  package typealias Role = GoogleCloudClusterRole
  package typealias ID = String
  package typealias Content = GoogleCloudClusterContent
  package typealias Action = GoogleCloudClusterAction
  package typealias Report = ClusterReport
}
