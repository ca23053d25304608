package import Azure
internal import CloudResources
package import Foundations

/// A PrivateCluster in Azure.
///
/// | Role             | What                                                                                           |
/// |------------------|------------------------------------------------------------------------------------------------|
/// | `identity`       | the identity of the control plane, where the spec gives none                                   |
/// | `network-grant`  | Network Contributor for that identity on the Backbone's network                                |
/// | `cluster`        | the AKS cluster: private endpoint, overlay network, Entra ID and Azure RBAC alone              |
/// | `logs`           | the diagnostic setting that sends the control plane's logs to a workspace                      |
/// | `pool-NAME`      | an agent pool for each subnet that a pool of the spec is in                                    |
/// | `grant-…`        | a role assignment for each principal and role, on the cluster or a namespace                   |
///
/// All of it lies in the Backbone's resource group, but the node resource group, which AKS makes and deletes with the cluster.
/// Bounds are ours and the number of nodes is the autoscaler's, which AKS runs. It is never compared.
package struct AzureCluster: ClusterProvider {
  package typealias Observed = AzureClusterState
  package typealias Action = AzureClusterAction

  let client: AzureClient
  let time: any TimeSource
  /// For some minutes Azure does not know a new role assignment everywhere.
  static let assignmentDelay = Duration.seconds(600)

  package init(client: AzureClient, time: any TimeSource = SystemTimeSource()) {
    self.client = client
    self.time = time
  }

  package static func isPart(_ observed: AzureClusterState) -> Bool { observed.turn > 0 }

  package static func waitsCheaply(_ observed: AzureClusterState) -> Bool { observed.isBusy }

  package static func plan(
    _ desired: DesiredCluster,
    goal: ClusterGoal,
    _ observed: AzureClusterState,
    now: Timestamp
  ) -> ClusterPlan<AzureClusterAction> {
    var planner = AzureClusterPlanner(desired, observed, now: now)
    planner.plan(for: goal)
    // A cluster takes minutes; what depends on a finished action follows sooner.
    let isQuick = !planner.planner.plan.actions.isEmpty
    return planner.planner.finished(busy: .seconds(isQuick ? 5 : 30), blocked: .seconds(planner.isAnnouncing ? 5 : 60))
  }
}
