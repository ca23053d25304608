internal import Foundations

/// The parts of a connection at Twingate.
package enum TwingatePart: Sendable, Hashable, CaseIterable { case remoteNetwork, connectors, resources, principals }

/// Everything that a plan found apart from its actions.
package struct TwingateReport: Sendable, Hashable {
  package struct Refusal: Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable, CaseIterable {
      case principalNotFound = "PrincipalNotFound"
      case principalAmbiguous = "PrincipalAmbiguous"
      case expired = "Expired"
      case invalidSpec = "InvalidSpec"
      case foreignObject = "ForeignObject"
      case existingNotFound = "ExistingNotFound"
      case aliasConflict = "AliasConflict"
      /// The connection does not allow what an annotated Service or Ingress asks for.
      case exposeRefused = "ExposeRefused"
      /// The connectors cannot reach the resource from where they run.
      case notReachable = "NotReachable"
    }
    /// The request that the problem is about; `spec` for the connection as a whole.
    package var origin: String
    package var reason: Reason
    package var message: String
    /// - Parameter message: may quote what people wrote into specs and annotations, and is shown on terminals.
    package init(origin: String, reason: Reason, message: String) {
      self.origin = origin
      self.reason = reason
      self.message = message.printable(limit: 1024)
    }
  }
  package var remoteNetworkID: String?
  /// The connection's connectors, by name.
  package var connectorIDs: [String: String] = [:]
  /// Requests whose resource is as specified.
  package var ready: [String] = []
  package var refusals: [Refusal] = []
  /// Entries for the ledger that must be stored before the steps are carried out. If the answer to the creation of an
  /// object without tags is lost, they identify the object.
  package var intents: [String: String] = [:]
  /// Ids of the connection's own objects that were found, by role.
  package var found: [String: String] = [:]
  /// Roles whose object does not exist and is no longer wanted. If the intent were kept, an object of that name that
  /// someone else makes would be taken for the connection's.
  package var abandoned: Set<String> = []
  /// For the ledger: settings that were found as specified, so that a later difference is drift.
  package var settled: [String: String] = [:]

  package init() {}
}
