package import Cloud
package import CloudResources
package import Foundations

/// One cloud's networks: how they are seen, what would have to be done, and the doing.
///
/// `gather` and `perform` are the only doors to the network; `plan` is pure, so that a cloud's rules are tested as a
/// table of states. The process may crash after any of them: the next `gather` finds by mark what was made, and `plan`
/// goes on from there.
package protocol NetworkProvider: Sendable {
  /// Everything that the plan needs, from as few calls as it takes. No secrets.
  associatedtype Observed: Sendable
  /// One mutating call. It holds every input except ids that an earlier action of the plan creates. Its description
  /// stands in the plan in status: `create NAT gateway a in subnet public-a`.
  associatedtype Action: PlanAction

  /// Names of the region's zones that can be used, sorted.
  func zones() async throws(CloudError) -> [String]

  /// The networks here that bear the mark of any Backbone. One read.
  func markedNetworks() async throws(CloudError) -> [MarkedNetwork]

  /// - Parameter goal: a deletion must also know who uses what is to go.
  func gather(_ desired: DesiredNetwork, _ goal: NetworkGoal) async throws(CloudError) -> Observed

  static func plan(_ desired: DesiredNetwork, goal: NetworkGoal, _ observed: Observed, now: Timestamp)
    -> NetworkPlan<Action>

  /// Carries out one action. Repeating it does no harm. It enters the id of what it makes into the ledger, where later
  /// actions of the same plan find the ids they need.
  func perform(_ action: Action, _ desired: DesiredNetwork, _ ledger: inout Ledger) async throws(CloudError)
}

package struct MarkedNetwork: Sendable, Hashable {
  package var id: String
  package var mark: OwnershipMark
  package init(id: String, mark: OwnershipMark) {
    self.id = id
    self.mark = mark
  }
}

package enum NetworkGoal: Sendable, Hashable {
  /// As the spec says.
  case present
  /// All that bears our mark deleted, in order, from what is observed.
  case absent
  /// Our marks removed, and everything left (`deletionPolicy: Retain`).
  case released
}

/// What would be done to a network, and what is known of each of its parts.
package typealias NetworkPlan<Action: PlanAction> = ResourcePlan<NetworkPart, Action, NetworkReport>

extension ResourcePlan where Part == NetworkPart, Report == NetworkReport {
  init() { self.init(report: NetworkReport(), obstacle: "the network") }
}

/// Each is a condition of the Backbone: `NetworkReady`, …
package enum NetworkPart: String, Sendable, Hashable, CaseIterable { case network, subnets, routes, egress, firewall }

/// What a Backbone's status tells of a network.
package struct NetworkReport: ResourceReport, Hashable {
  package var networkID: String?
  /// AWS: the account that the network is in, where the cloud said it.
  package var account: String?
  package var subnets: [Subnet] = []
  /// Ranges that pods have, or can have.
  package var podRanges: [String] = []
  /// AWS: the subnets of those ranges.
  package var podSubnets: [Subnet] = []
  /// Public addresses that connections from inside come from.
  package var egressAddresses: [String] = []
  package var firewallIDs: [String] = []
  /// What is to be known of a part that is ready, instead of the usual sentence.
  package var remarks: [NetworkPart: String] = [:]
  /// What the next pass is to know, before anything of the plan was carried out.
  package var ledger = Ledger()
  /// Every object of ours by role.
  package var ids: [String: String] {
    get { ledger.ids }
    set { ledger.ids = newValue }
  }
  package init() {}

  package struct Subnet: Sendable, Hashable {
    package var name: String
    package var id: String
    package var zone: String
    package var cidr: String
    /// Nil: the cloud does not show it.
    package var freeAddresses: Int?
  }
}
