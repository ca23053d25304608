package import Azure

/// Everything that was seen of a cluster in Azure. Nothing of it is secret.
package struct AzureClusterState: Sendable {
  /// What decides whether a cluster can be made; nil: it is there.
  package struct Surroundings: Sendable, Hashable {
    /// Minors that AKS offers, oldest first.
    package var versions: [String] = []
    /// Nil: it is not there.
    package var network: VirtualNetwork?
    package init() {}
  }

  package var cluster: ManagedCluster?
  package var surroundings: Surroundings?
  /// Counts the looks since everything was read.
  package var turn = 0
  /// The control plane's: ours, or the given one.
  package var identity: UserAssignedIdentity?
  /// Role assignments on the network and above it; also those of others.
  package var networkGrants: [RoleAssignment] = []
  /// Role assignments on the cluster, above it and in its namespaces; also those of others.
  package var grants: [RoleAssignment] = []
  /// Ours; it may be there without its cluster.
  package var logs: DiagnosticSetting?
  /// Base64 of PEM.
  package var certificateAuthority: String?
  /// In the node resource group, as the load balancers.
  package var publicAddresses: [PublicIPAddress] = []
  package var loadBalancers: [LoadBalancer] = []
  /// The node resource group's, which goes with the cluster that is to be deleted.
  package var contents: [GenericResource] = []
  /// Versions that the control plane can go to, where a newer one is wanted.
  package var upgrades: [String] = []

  package init() {}

  package var version: KubernetesMinor? { Self.minor(cluster?.version) }

  /// The minor of `1.34.2`.
  static func minor(_ version: String?) -> KubernetesMinor? {
    version.flatMap { KubernetesMinor($0.split(separator: ".").prefix(2).joined(separator: ".")) }
  }

  /// Whether anything of the cluster is being changed. AKS takes no write meanwhile.
  var isBusy: Bool {
    guard let cluster else { return false }
    return [cluster.state].contains(where: Self.isBusy) || cluster.agentPools.contains { Self.isBusy($0.state) }
  }

  private static func isBusy(_ state: ProvisioningState) -> Bool { state == .underWay || state == .deleting }
}
