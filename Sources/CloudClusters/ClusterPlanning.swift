package import CloudResources

package enum ClusterGoal: Sendable, Hashable {
  /// The cluster is as specified.
  case present
  /// Everything with the operator's mark is deleted, in an order that follows from what is observed.
  case absent
  /// The operator's marks are removed, and everything stays (`deletionPolicy: Retain`).
  case released
}

/// One cloud's rules for a cluster. It collects the plan in itself.
protocol ClusterPlanner {
  mutating func planPresence()
  mutating func planAbsence()
  mutating func planRelease()
}

extension ClusterPlanner {
  mutating func plan(for goal: ClusterGoal) {
    switch goal {
    case .present: planPresence()
    case .absent: planAbsence()
    case .released: planRelease()
    }
  }
}

/// The actions for a cluster, and the state of each of its parts.
package typealias ClusterPlan<Action: PlanAction> = ResourcePlan<ClusterPart, Action, ClusterReport>

/// Each part is a condition of the PrivateCluster: `ControlPlaneReady`, …
package enum ClusterPart: String, Sendable, Hashable, CaseIterable {
  case controlPlane, nodePools, addOns, access, autoscaling
}

/// The facts about a cluster that its status reports.
package struct ClusterReport: ResourceReport, Hashable {
  package struct Pool: Sendable, Hashable {
    package var name: String
    /// The name of the node group in the cloud.
    package var cloudName: String
    package var version: String
    /// The provider's own term.
    package var state: String
    /// Nodes that the pool should have now; nil: not known.
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
  /// Explains who changes the number of nodes, what is prepared for that, and what the user must install inside the
  /// cluster.
  package var autoscaling: String?
  package var pools: [Pool] = []
  /// Objects of the cluster that can be reached from the internet.
  package var exposures: [String] = []
  /// `1.34 → 1.35, pools 1 of 3`; nil: no upgrade is under way.
  package var upgrade: String?
  /// Remarks for people although nothing is wrong.
  package var remarks: [String] = []
  /// The ledger before anything of the plan is carried out.
  package var ledger = Ledger()
  package init() {}
}

/// A program that kubectl runs to get a token, so that a kubeconfig holds no secret.
package struct ExecCredential: Sendable, Hashable {
  package var command: String
  package var arguments: [String]
  /// Whether the program gets the cluster's endpoint and authority (`provideClusterInfo`).
  package var wantsClusterInfo: Bool
  package init(_ command: String, _ arguments: [String], wantsClusterInfo: Bool = false) {
    self.command = command
    self.arguments = arguments
    self.wantsClusterInfo = wantsClusterInfo
  }
}
