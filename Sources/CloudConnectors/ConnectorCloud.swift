package import Cloud
package import CloudResources
package import Foundations

/// Runs the connectors of one connection as machines of one cloud.
///
/// Nothing is remembered: everything that is made bears the connection's mark or has a name that follows from it.
package protocol ConnectorCloud: Sendable {
  associatedtype Planner: ConnectorPlanner

  func gather(_ desired: DesiredConnectors, now: Timestamp) async throws(CloudError) -> Planner.State
  func perform(_ action: Planner.Action, _ desired: DesiredConnectors, now: Timestamp) async throws(CloudError)
}

/// Decides what has to be done in one cloud for the connectors of one connection. Pure: it reads nothing and sends nothing.
package protocol ConnectorPlanner {
  associatedtype State: ConnectorCloudState
  associatedtype Action: PlanAction

  /// The connector that each seat should have in the end: that of its machine if the machine is as it should be, otherwise a
  /// new one. A suspended seat keeps the connector that it had.
  /// - Parameter known: keys of the connectors that there are.
  static func wanted(
    _ desired: DesiredConnectors,
    _ state: State,
    known: Set<String>,
    now: Timestamp
  ) -> [SeatedConnector]

  /// - Parameters:
  ///   - connectors: those that should exist now; see `ConnectorSeating`.
  ///   - tokens: by the connectors' keys, as far as they have been made.
  ///   - known: ids of machines by the connectors' keys, as they were last seen.
  static func plan(
    _ desired: DesiredConnectors,
    _ connectors: [SeatedConnector],
    tokens: [String: ConnectorSecret],
    known: [String: String],
    _ state: State
  ) -> ConnectorPlan<Action>

  /// For a connection that is being deleted.
  static func planAbsence(_ desired: DesiredConnectors, _ state: State) -> ConnectorPlan<Action>
}

/// The objects of one connection in a cloud, without the values of secrets.
package protocol ConnectorCloudState: Sendable {
  /// Whether nothing is left that costs money, contains a secret or grants a right.
  var isEmpty: Bool { get }
  /// Every machine that the cloud shows, including those that have ended.
  var connectorMachines: [ConnectorMachine] { get }
}

/// A connector's machine in any cloud.
package struct ConnectorMachine: Sendable, Hashable {
  package enum Phase: Sendable, Hashable {
    case starting, running
    /// It exists and does not run: `stopped`.
    case halted(String)
    /// The cloud shows it for a while after its end.
    case ended
  }
  package var id: String
  /// The key of the connector that it was started for.
  package var key: String
  package var phase: Phase
  package var imageID: String
  package var launched: Timestamp?
  package var zone: String
  /// Why it ended, if the cloud says so.
  package var cause: String?
  /// A command that shows its console output.
  package var console = ""

  package init(id: String, key: String, phase: Phase, imageID: String, launched: Timestamp?, zone: String) {
    (self.id, self.key, self.phase, self.imageID) = (id, key, phase, imageID)
    (self.launched, self.zone) = (launched, zone)
  }

  package var isLive: Bool { phase == .starting || phase == .running }
}

/// The parts of a connection's machines. A problem concerns one of them.
package enum ConnectorPart: String, Sendable, Hashable, CaseIterable {
  case firewall, network, identity, secrets, machines
}

/// A plan reports only its problems.
package struct ConnectorReport: ResourceReport {
  package var ledger = Ledger()
}

package typealias ConnectorPlan<Action: PlanAction> = ResourcePlan<ConnectorPart, Action, ConnectorReport>
