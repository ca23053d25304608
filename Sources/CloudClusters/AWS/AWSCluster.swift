package import AWS
internal import CloudResources
package import Foundations

/// A PrivateCluster in AWS.
///
/// | Role                | What                                                                                        |
/// |---------------------|---------------------------------------------------------------------------------------------|
/// | `role-cluster`      | the role of the control plane, where the spec gives none                                    |
/// | `role-node`         | the role of nodes, where the spec gives none: joins, pulls images, and nothing else         |
/// | `role-network`      | what the network add-on may do, by Pod Identity                                             |
/// | `role-auto-node`    | the role of Auto Mode's nodes, where the spec gives none                                    |
/// | `role-autoscaler`   | what the cluster autoscaler may do to the groups of this cluster, by Pod Identity           |
/// | `identity`          | ties that role to service account `kube-system/cluster-autoscaler`                          |
/// | `nodes-group`       | a security group of the nodes that controllers inside may write; lets nothing out           |
/// | `cluster`           | the EKS cluster: private endpoint in the Backbone's workload group, access by API alone     |
/// | `cluster-group`     | EKS's security group, in which Auto Mode's nodes are: lets out what the Backbone lets out   |
/// | `add-on-NAME`       | managed add-ons: the four that node groups need, and those of the spec                      |
/// | `template-GROUP`    | a launch template for each node group                                                       |
/// | `node-group-GROUP`  | a managed node group for each pool: `POOL-DIGEST`                                           |
/// | `scaling-tags-GROUP`| tags of its Auto Scaling group with the pool's labels and taints, for scaling from zero     |
/// | `entry-PRINCIPAL`   | an access entry with its policies                                                           |
///
/// Bounds are ours and the desired size is the autoscaler's: it is set once, at creation, and then only to fit new bounds.
package struct AWSCluster: ClusterProvider {
  let eks: EKSClient
  let ec2: EC2Client
  let iam: IAMClient
  let scaling: AutoScalingClient
  let balancers: LoadBalancerClient
  let time: any TimeSource
  /// EKS does not know a new role for some seconds and calls it invalid.
  static let roleDelay = Duration.seconds(120)

  package init(
    eks: EKSClient,
    ec2: EC2Client,
    iam: IAMClient,
    scaling: AutoScalingClient,
    balancers: LoadBalancerClient,
    time: any TimeSource = SystemTimeSource()
  ) {
    self.eks = eks
    self.ec2 = ec2
    self.iam = iam
    self.scaling = scaling
    self.balancers = balancers
    self.time = time
  }

  package static func isPart(_ observed: AWSClusterState) -> Bool { observed.turn > 0 }

  package static func plan(
    _ desired: DesiredCluster,
    goal: ClusterGoal,
    _ observed: AWSClusterState,
    now: Timestamp
  ) -> ClusterPlan<AWSClusterAction> {
    var planner = AWSClusterPlanner(desired, observed, now: now)
    planner.plan(for: goal)
    // A cluster takes minutes; what depends on a finished action follows sooner.
    let isQuick = !planner.planner.plan.actions.isEmpty
    return planner.planner.finished(busy: .seconds(isQuick ? 5 : 30), blocked: .seconds(60))
  }
}
