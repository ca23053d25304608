internal import Foundations
package import GoogleCloud

/// Everything that was seen of a cluster in Google Cloud. It holds no secret.
package struct GoogleCloudClusterState: Sendable {
  /// Facts that decide whether a cluster can be created.
  package struct Surroundings: Sendable, Hashable {
    /// Versions of the wanted channel: `1.34.1-gke.2037000`.
    package var versions: [String] = []
    /// The subnetwork's ranges, by name.
    package var secondaryRanges: [String: String] = [:]
    package init() {}
  }

  /// The project in which clusters are created.
  package var project: String
  package var cluster: GKE.Cluster?
  /// Counts the looks since everything was read.
  package var turn = 0
  /// Nil: the cluster exists, or is being deleted.
  package var surroundings: Surroundings?
  /// Bindings of the cluster's membership, including those of others.
  package var bindings: [RoleBinding] = []
  /// Machines of the cluster's node pools, including pools of others.
  package var nodes: [Instance] = []
  /// Firewall rules of the cluster's network.
  package var firewalls: [Firewall] = []
  /// Of the project; whose they are, `GoogleCloudWorkloads` says.
  package var forwardingRules: [ForwardingRule] = []
  /// Where the cluster is gone: of it, and all of the project.
  package var disks: [PersistentDisk] = []
  package var endpointGroups: [NetworkEndpointGroup] = []
  /// Operations that earlier passes began, by role, if the cluster itself does not show that one is under way.
  package var operations: [String: GKE.Operation] = [:]

  package init(project: String) { self.project = project }

  package var version: KubernetesMinor? { cluster?.currentMasterVersion.flatMap { KubernetesMinor(gke: $0) } }
}

extension GKE.Cluster {
  /// Whether an operation is under way in the cluster or one of its node pools.
  var isBusy: Bool {
    guard status != "ERROR" else { return false }
    return ["PROVISIONING", "RECONCILING", "STOPPING"].contains(status) || (nodePools ?? []).contains { $0.isBusy }
  }
}

extension GKE.NodePool {
  var isBusy: Bool { ["PROVISIONING", "RECONCILING", "STOPPING"].contains(status) }
}

extension KubernetesMinor {
  /// - Parameter gke: a version such as `1.34.1-gke.2037000`.
  init?(gke version: String) {
    self.init(version.split(separator: ".").prefix(2).joined(separator: "."))
  }
}
