package import CloudResources

package enum ClusterGoal: Sendable, Hashable {
  /// As the spec says.
  case present
  /// All that bears our mark deleted, in order, from what is observed.
  case absent
  /// Our marks removed, and everything left (`deletionPolicy: Retain`).
  case released
}

/// What would be done to a cluster, and what is known of each of its parts.
package typealias ClusterPlan<Action: PlanAction> = ResourcePlan<ClusterPart, Action, ClusterReport>

/// Each is a condition of the PrivateCluster: `ControlPlaneReady`, …
package enum ClusterPart: String, Sendable, Hashable, CaseIterable {
  case controlPlane, nodePools, addOns, access, autoscaling
}

/// What a PrivateCluster's status tells of a cluster.
package struct ClusterReport: ResourceReport, Hashable {
  package struct Pool: Sendable, Hashable {
    package var name: String
    /// Of the node group.
    package var cloudName: String
    package var version: String
    /// In the provider's word.
    package var state: String
    /// Nodes that are asked for now; nil: not known.
    package var size: Int?
    /// Nodes that are in service.
    package var ready: Int?
    package var minSize: Int
    package var maxSize: Int
  }
  package var id: String?
  package var version: KubernetesMinor?
  package var endpoint: String?
  /// Base64 of PEM.
  package var certificateAuthority: String?
  package var podRange: String?
  package var serviceRange: String?
  /// The program that gets a token for the endpoint; nil: there is no endpoint yet.
  package var credential: ExecCredential?
  /// Who changes the number of nodes, what of that is prepared, and what the user must install inside the cluster.
  package var autoscaling: String?
  package var pools: [Pool] = []
  /// What of it can be reached from the internet; each names an object.
  package var exposures: [String] = []
  /// `1.34 → 1.35, pools 1 of 3`; nil: no upgrade is under way.
  package var upgrade: String?
  /// What is to be known although nothing is wrong.
  package var remarks: [String] = []
  /// What the next pass is to know, before anything of the plan was carried out.
  package var ledger = Ledger()
  package init() {}
}

/// A program that kubectl runs to get a token, so that a kubeconfig holds no secret.
package struct ExecCredential: Sendable, Hashable {
  package var command: String
  package var arguments: [String]
  /// Whether the program is told of the cluster's endpoint and authority (`provideClusterInfo`).
  package var wantsClusterInfo: Bool
  package init(_ command: String, _ arguments: [String], wantsClusterInfo: Bool = false) {
    self.command = command
    self.arguments = arguments
    self.wantsClusterInfo = wantsClusterInfo
  }
}

extension ResourceWrite {
  /// How an action describes this write: `update EKS cluster main: its logs differed`.
  func words(_ summary: String, _ detail: String) -> String {
    let verb =
      switch self {
      case .create: "create"
      case .update: "update"
      case .tag: "tag"
      case .delete: "delete"
      }
    return "\(verb) \(summary)" + (detail.isEmpty ? "" : ": \(detail)")
  }
}
