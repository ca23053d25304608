package import Cloud
package import CloudResources
package import Foundations

/// The networks of one cloud: reads them, plans changes and carries these out.
///
/// Only `gather` and `perform` touch the network; `plan` is pure, so that a cloud's rules can be tested as a table of
/// states. The process may crash after any of them. The next `gather` finds by mark what was created, and `plan`
/// continues from there.
package protocol NetworkProvider: Sendable {
  /// Everything that the plan needs, read with as few calls as possible. It contains no secrets.
  associatedtype Observed: Sendable
  /// A mutating call. It holds every input except ids that an earlier action of the plan creates. Its description
  /// appears in the plan in the status: `create NAT gateway a in subnet public-a`.
  associatedtype Action: PlanAction

  /// Names of the region's usable zones, sorted.
  func zones() async throws(CloudError) -> [String]

  /// The networks of this account and region that bear the mark of any Backbone. Costs one read.
  func markedNetworks() async throws(CloudError) -> [MarkedNetwork]

  /// The account of the credentials, if they are of another one than `account` and do not show the network either; nil:
  /// they are of this account, or the cloud refuses other ones by itself.
  func otherAccount(than account: String, seeing networkID: String) async throws(CloudError) -> String?

  /// - Parameter goal: a deletion also reads what still uses the objects.
  func gather(_ desired: DesiredNetwork, _ goal: NetworkGoal) async throws(CloudError) -> Observed

  static func plan(_ desired: DesiredNetwork, goal: NetworkGoal, _ observed: Observed, now: Timestamp)
    -> NetworkPlan<Action>

  /// Carries out one action. Repeating it does no harm. The id of a new object is entered into the ledger, where later
  /// actions of the same plan find it.
  func perform(_ action: Action, _ desired: DesiredNetwork, _ ledger: inout Ledger) async throws(CloudError)
}

extension NetworkProvider {
  /// In Google Cloud and Azure every request names the project or subscription.
  package func otherAccount(than account: String, seeing networkID: String) async throws(CloudError) -> String? { nil }
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
  /// The network is as the spec says.
  case present
  /// Everything that bears our mark is deleted, in order, from what is observed.
  case absent
  /// Our marks are removed, and everything else stays (`deletionPolicy: Retain`).
  case released
}

/// The changes that a network needs, and what is known about each of its parts.
package typealias NetworkPlan<Action: PlanAction> = ResourcePlan<NetworkPart, Action, NetworkReport>

extension ResourcePlan where Part == NetworkPart, Report == NetworkReport {
  init() { self.init(report: NetworkReport(), obstacle: "the network") }
}

/// Each part is a condition of the Backbone: `NetworkReady`, …
package enum NetworkPart: String, Sendable, Hashable, CaseIterable { case network, subnets, routes, egress, firewall }

/// Facts about a network for the Backbone's status.
package struct NetworkReport: ResourceReport, Hashable {
  package var networkID: String?
  /// AWS: the account of the network, if the cloud named it.
  package var account: String?
  package var subnets: [Subnet] = []
  /// Ranges that pods have or can get.
  package var podRanges: [String] = []
  /// AWS: the subnets of those ranges.
  package var podSubnets: [Subnet] = []
  /// Public addresses from which connections leave the network.
  package var egressAddresses: [String] = []
  package var firewallIDs: [String] = []
  /// For a part that is ready: a message that replaces the usual one.
  package var remarks: [NetworkPart: String] = [:]
  /// What the next pass needs to know, before anything of the plan is carried out.
  package var ledger = Ledger()
  /// Every owned object by role.
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
