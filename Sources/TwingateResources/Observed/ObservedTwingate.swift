package import Twingate

/// The objects that a look at Twingate found, and the mutations since then.
package struct ObservedTwingate: Sendable, Hashable {
  /// Remote networks with the wanted name, or with the id in the ledger.
  package var remoteNetworks: [RemoteNetwork] = []
  /// Every connector of the tenant.
  package var connectors: [Connector] = []
  /// Everything in the connection's remote network, and resources anywhere that are marked as the connection's.
  package var resources: [Resource] = []
  /// The groups that the spec names; all groups if one of those is missing.
  package var groups: [Group] = []
  /// The members of groups whose members the spec names, by the groups' ids.
  package var members: [String: [User]] = [:]
  package var users: [User] = []
  package var securityPolicies: [SecurityPolicy] = []
  package var serviceAccounts: [ServiceAccount] = []
  /// The keys of accounts that the spec makes, by the accounts' ids.
  package var keys: [String: [ServiceAccountKey]] = [:]

  /// The question that the look answered.
  var asked: TwingateQuestion?

  package init() {}
}

/// What is known about the Secrets with which connectors and programs log in.
package struct KeptSecrets: Sendable, Hashable {
  package struct Tokens: Sendable, Hashable {
    /// The id of the connector whose tokens the Secret holds.
    package var connectorID: String
    /// The `tokenRotation` for which they were made.
    package var rotation: String
    /// Nil: Twingate was not asked, because the connector is alive.
    package var isRefused: Bool?
    /// Whether the connector uses them and has been alive for long enough, so that another one may get new tokens.
    package var isSettled = false
    package init(connectorID: String, rotation: String = "", isRefused: Bool? = nil) {
      self.connectorID = connectorID
      self.rotation = rotation
      self.isRefused = isRefused
    }
  }
  /// By the connector's name. A connector that is missing here has no Secret.
  package var tokens: [String: Tokens] = [:]
  /// The id of the key in a service account's Secret, by the account's name.
  package var keys: [String: String] = [:]
  /// Why a service account's key cannot be stored, by the account's name. No key is made then.
  package var unwritable: [String: String] = [:]

  package init() {}
}
