package import AWS

/// Everything that was seen of a cluster in AWS. Nothing of it is secret.
package struct AWSClusterState: Sendable {
  package struct Role: Sendable, Hashable {
    package var role: IAMClient.ServiceRole
    /// ARNs of the policies that it has by reference.
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

  /// What decides whether a cluster can be made; nil: it is there, or goes.
  package struct Surroundings: Sendable, Hashable {
    /// Minors that EKS offers, oldest first.
    package var versions: [String] = []
    /// By subnet id.
    package var freeAddresses: [String: Int] = [:]
    package init() {}
  }

  package var cluster: EKS.Cluster?
  package var surroundings: Surroundings?
  /// Counts the looks since everything was read.
  package var turn = 0
  /// By name; also those of others.
  package var nodeGroups: [String: EKS.NodeGroup] = [:]
  package var addOns: [String: EKS.AddOn] = [:]
  /// By principal; also those of others.
  package var entries: [String: Entry] = [:]
  /// Of the autoscaler's service account.
  package var identity: EKS.PodIdentity?
  package var roles: [AWSClusterRole.Service: Role] = [:]
  /// With our mark.
  package var securityGroups: [EC2.SecurityGroup] = []
  package var templates: [Template] = []
  /// Of the node groups.
  package var scaling: [AutoScalingClient.Group] = []
  /// Network interfaces of the nodes, by their tag; while the cluster is deleted, all in our security group.
  package var interfaces: [EC2.NetworkInterface] = []
  /// What controllers in the cluster made for its workloads, each with its id, while the cluster is deleted.
  package var leftovers: [String] = []
  /// Updates that earlier passes began, by role.
  package var updates: [String: EKS.Update] = [:]
  /// What EKS has against the next minor.
  package var blockers: [EKS.Insight] = []
  /// The version of the add-on whose version is that of Kubernetes, for the cluster's minor; nil: it has it.
  package var newerAddOnVersion: String?

  package init() {}

  package var version: KubernetesMinor? { cluster?.version.flatMap { KubernetesMinor($0) } }
}
