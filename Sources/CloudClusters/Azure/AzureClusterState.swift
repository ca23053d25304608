package import Azure

/// Everything that was seen of a cluster in Azure. It holds no secret.
package struct AzureClusterState: Sendable {
  /// Facts that decide whether a cluster can be created; nil: it exists.
  package struct Surroundings: Sendable, Hashable {
    /// Minors that AKS offers, oldest first.
    package var versions: [String] = []
    /// Nil: it does not exist.
    package var network: VirtualNetwork?
    package init() {}
  }

  package var cluster: ManagedCluster?
  package var surroundings: Surroundings?
  /// The number of looks since everything was read.
  package var turn = 0
  /// The control plane's identity: ours, or a user-supplied one.
  package var identity: UserAssignedIdentity?
  /// Role assignments on the network and above it, including those of others.
  package var networkGrants: [RoleAssignment] = []
  /// Role assignments on the cluster, above it and in its namespaces, including those of others.
  package var grants: [RoleAssignment] = []
  /// Ours; it may be there without its cluster.
  package var logs: DiagnosticSetting?
  /// Base64 of PEM.
  package var certificateAuthority: String?
  /// In the node resource group, as the load balancers.
  package var publicAddresses: [PublicIPAddress] = []
  package var loadBalancers: [LoadBalancer] = []
  /// The content of the node resource group, which AKS deletes with the cluster.
  package var contents: [GenericResource] = []
  /// Versions to which the control plane can be upgraded, if a newer one is wanted.
  package var upgrades: [String] = []

  package init() {}

  package var version: KubernetesMinor? { Self.minor(cluster?.version) }

  /// The minor in `1.34.2`.
  static func minor(_ version: String?) -> KubernetesMinor? {
    version.flatMap { KubernetesMinor($0.split(separator: ".").prefix(2).joined(separator: ".")) }
  }

  /// Whether any part of the cluster is being changed. AKS takes no write meanwhile.
  var isBusy: Bool {
    guard let cluster else { return false }
    return [cluster.state].contains(where: Self.isBusy) || cluster.agentPools.contains { Self.isBusy($0.state) }
  }

  private static func isBusy(_ state: ProvisioningState) -> Bool { state == .underWay || state == .deleting }
}
