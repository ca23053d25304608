package import Cloud
package import CloudResources
package import Foundations

/// How the connectors of one connection run as machines of one cloud: how they are seen, planned and made.
///
/// Nothing is remembered: everything that is made bears the connection's mark or has a name that follows from it.
package protocol ConnectorCloud: Sendable {
  associatedtype State: ConnectorCloudState
  associatedtype Action: PlanAction

  func gather(_ desired: DesiredConnectors, now: Timestamp) async throws(CloudError) -> State

  /// What each seat would have if it had nothing yet: its machine's connector where that is as it should be. A suspended seat
  /// keeps the connector that it had.
  /// - Parameter known: keys of the connectors that there are.
  static func wanted(
    _ desired: DesiredConnectors,
    _ state: State,
    known: Set<String>,
    now: Timestamp
  ) -> [SeatedConnector]

  /// - Parameters:
  ///   - connectors: those that there should be now; see `ConnectorSeating`.
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

  func perform(_ action: Action, _ desired: DesiredConnectors, now: Timestamp) async throws(CloudError)
}

/// The objects of one connection in a cloud, without the values of secrets.
package protocol ConnectorCloudState: Sendable {
  /// Whether nothing is left that costs money, holds a secret or grants a right.
  var isEmpty: Bool { get }
  /// All that the cloud shows, also those that are no more.
  var connectorMachines: [ConnectorMachine] { get }
}

/// One machine, whatever the cloud.
package struct ConnectorMachine: Sendable, Hashable {
  package enum Phase: Sendable, Hashable {
    case starting, running
    /// It is there and does not run: `stopped`.
    case halted(String)
    /// The cloud shows it for a while after its end.
    case ended
  }
  package var id: String
  /// Of the connector that it was started for.
  package var key: String
  package var phase: Phase
  package var imageID: String
  package var launched: Timestamp?
  package var zone: String
  /// Why it ended, where the cloud says.
  package var cause: String?
  /// A command that shows what it has written to its console.
  package var console = ""

  package init(id: String, key: String, phase: Phase, imageID: String, launched: Timestamp?, zone: String) {
    (self.id, self.key, self.phase, self.imageID) = (id, key, phase, imageID)
    (self.launched, self.zone) = (launched, zone)
  }

  package var isLive: Bool { phase == .starting || phase == .running }
}

/// The parts of a connection's machines, for what stands in the way of each.
package enum ConnectorPart: String, Sendable, Hashable, CaseIterable {
  case firewall, network, identity, secrets, machines
}

/// A plan reports nothing but its problems.
package struct ConnectorReport: ResourceReport {
  package var ledger = Ledger()
}

package typealias ConnectorPlan<Action: PlanAction> = ResourcePlan<ConnectorPart, Action, ConnectorReport>
