internal import CloudResources
package import Foundations
package import GoogleCloud

/// A PrivateCluster in Google Cloud.
///
/// | Role             | What                                                                                            |
/// |------------------|-------------------------------------------------------------------------------------------------|
/// | `cluster`        | the regional GKE cluster: private endpoint and nodes, in one subnetwork of the Backbone         |
/// | `node-pool-NAME` | a node pool for each pool: `POOL-DIGEST`                                                        |
/// | `binding-NAME`   | a role binding of the cluster's fleet membership for each grant, where the spec names a fleet   |
///
/// GKE scales node pools itself: bounds over all zones are ours, sizes are its own. Labels carry our mark; a node pool has
/// none of its own, so those of its machines do.
///
/// GKE takes one operation of a cluster at a time, whoever asks, so clusters and node pools share a lane. At rest a look
/// takes four reads at most. While the cluster is busy it takes one.
package struct GoogleCloudCluster: ClusterProvider {
  let container: ContainerClient
  let fleet: FleetClient
  let compute: ComputeClient

  package init(container: ContainerClient, fleet: FleetClient, compute: ComputeClient) {
    self.container = container
    self.fleet = fleet
    self.compute = compute
  }

  package static func isPart(_ observed: GoogleCloudClusterState) -> Bool { observed.turn > 0 }

  package static func plan(
    _ desired: DesiredCluster,
    goal: ClusterGoal,
    _ observed: GoogleCloudClusterState,
    now: Timestamp
  ) -> ClusterPlan<GoogleCloudClusterAction> {
    var planner = GoogleCloudClusterPlanner(desired, observed, now: now)
    planner.plan(for: goal)
    return planner.planner.finished(busy: .seconds(30), blocked: .seconds(60))
  }
}
