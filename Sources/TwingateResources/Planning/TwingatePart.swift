/// The parts of a connection at Twingate.
package enum TwingatePart: Sendable, Hashable, CaseIterable { case remoteNetwork, connectors, resources, principals }

/// What a plan found besides what is to be done.
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
      /// Of an annotated Service or Ingress: the connection does not allow it.
      case exposeRefused = "ExposeRefused"
      /// The connectors cannot reach it from where they are.
      case notReachable = "NotReachable"
    }
    /// The request that it concerns; `spec` for the connection as a whole.
    package var origin: String
    package var reason: Reason
    package var message: String
    package init(origin: String, reason: Reason, message: String) {
      self.origin = origin
      self.reason = reason
      self.message = message
    }
  }
  package var remoteNetworkID: String?
  /// The connection's connectors, by name.
  package var connectorIDs: [String: String] = [:]
  /// Requests whose resource is as it should be.
  package var ready: [String] = []
  package var refusals: [Refusal] = []
  /// What is to be written to the ledger before the steps are carried out: objects without tags are recognised by it when
  /// the answer to their creation is lost.
  package var intents: [String: String] = [:]
  /// Ids of the connection's own objects that were found, by role.
  package var found: [String: String] = [:]
  /// Roles whose object is not there and not wanted any more. Were the intent kept, an object of that name that someone else
  /// makes would be taken for the connection's.
  package var abandoned: Set<String> = []
  /// For the ledger: what was found to be as wanted, so that a difference is drift from then on.
  package var settled: [String: String] = [:]

  package init() {}
}
