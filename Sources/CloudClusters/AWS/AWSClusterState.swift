package import AWS

/// Everything that was seen of a cluster in AWS. It holds no secret.
package struct AWSClusterState: Sendable {
  package struct Role: Sendable, Hashable {
    package var role: IAMClient.ServiceRole
    /// ARNs of policies attached by reference.
    package var policies: [String]
    /// Nil: it has none.
    package var inline: String?
  }
  package struct Template: Sendable, Hashable {
    package var template: EC2.LaunchTemplate
    package var versions: [EC2.LaunchTemplateVersion]
  }
  package struct Entry: Sendable, Hashable {
    package var entry: EKS.AccessEntry
    package var policies: [EKS.AccessEntry.Policy]
  }

  /// Facts that decide whether a cluster can be created; nil: it exists, or is being deleted.
  package struct Surroundings: Sendable, Hashable {
    /// Minors that EKS offers, oldest first.
    package var versions: [String] = []
    /// Free addresses by subnet id.
    package var freeAddresses: [String: Int] = [:]
    package init() {}
  }

  package var cluster: EKS.Cluster?
  package var surroundings: Surroundings?
  /// The number of looks since everything was read.
  package var turn = 0
  /// Node groups by name, including those of others.
  package var nodeGroups: [String: EKS.NodeGroup] = [:]
  package var addOns: [String: EKS.AddOn] = [:]
  /// Access entries by principal, including those of others.
  package var entries: [String: Entry] = [:]
  /// The association of the autoscaler's service account.
  package var identity: EKS.PodIdentity?
  package var roles: [AWSClusterRole.Service: Role] = [:]
  /// Security groups with the operator's mark.
  package var securityGroups: [EC2.SecurityGroup] = []
  /// While Auto Mode is on: the group of its nodes, which EKS made, and the Backbone's workload group.
  package var clusterGroup: EC2.SecurityGroup?
  package var workloadGroup: EC2.SecurityGroup?
  package var templates: [Template] = []
  /// The Auto Scaling groups of the node groups.
  package var scaling: [AutoScalingClient.Group] = []
  /// Network interfaces in our security group and in that of Auto Mode's nodes.
  package var interfaces: [EC2.NetworkInterface] = []
  /// Load balancers that controllers in the cluster made for its workloads: those that face the internet, and all of them
  /// while the cluster is deleted.
  package var balancers: [LoadBalancerClient.LoadBalancer] = []
  /// What else these controllers made, each with its id, while the cluster is deleted.
  package var leftovers: [String] = []
  /// Updates that earlier passes began, by role.
  package var updates: [String: EKS.Update] = [:]
  /// EKS's objections to the next minor.
  package var blockers: [EKS.Insight] = []
  /// The version of the versioned add-on for the cluster's minor; nil: the add-on has it.
  package var newerAddOnVersion: String?

  package init() {}

  package var version: KubernetesMinor? { cluster?.version.flatMap { KubernetesMinor($0) } }
}
