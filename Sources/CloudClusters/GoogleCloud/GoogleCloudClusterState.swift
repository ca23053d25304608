internal import Foundations
package import GoogleCloud

/// Everything that was seen of a cluster in Google Cloud. Nothing of it is secret.
package struct GoogleCloudClusterState: Sendable {
  /// What decides whether a cluster can be made.
  package struct Surroundings: Sendable, Hashable {
    /// Versions of the wanted channel: `1.34.1-gke.2037000`.
    package var versions: [String] = []
    /// Of the subnetwork, by name.
    package var secondaryRanges: [String: String] = [:]
    package init() {}
  }

  /// Where clusters are made.
  package var project: String
  package var cluster: GKE.Cluster?
  /// Counts the looks since everything was read.
  package var turn = 0
  /// Nil: the cluster is there, or goes.
  package var surroundings: Surroundings?
  /// Of the cluster's membership; also those of others.
  package var bindings: [RoleBinding] = []
  /// Machines of the cluster's node pools; also of pools of others.
  package var nodes: [Instance] = []
  /// Of the cluster's network.
  package var firewalls: [Firewall] = []
  /// Of the project; whose they are, `GoogleCloudWorkloads` says.
  package var forwardingRules: [ForwardingRule] = []
  /// Where the cluster is gone: of it, and all of the project.
  package var disks: [PersistentDisk] = []
  package var endpointGroups: [NetworkEndpointGroup] = []
  /// Operations that earlier passes began, by role, where the cluster itself does not show that one is under way.
  package var operations: [String: GKE.Operation] = [:]

  package init(project: String) { self.project = project }

  package var version: KubernetesMinor? { cluster?.currentMasterVersion.flatMap { KubernetesMinor(gke: $0) } }
}

extension GKE.Cluster {
  /// Whether an operation is under way in it or in one of its node pools.
  var isBusy: Bool {
    guard status != "ERROR" else { return false }
    return ["PROVISIONING", "RECONCILING", "STOPPING"].contains(status) || (nodePools ?? []).contains { $0.isBusy }
  }
}

extension GKE.NodePool {
  var isBusy: Bool { ["PROVISIONING", "RECONCILING", "STOPPING"].contains(status) }
}

extension KubernetesMinor {
  /// - Parameter gke: `1.34.1-gke.2037000`.
  init?(gke version: String) {
    self.init(version.split(separator: ".").prefix(2).joined(separator: "."))
  }
}
