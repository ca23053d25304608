package import Twingate

/// What a look at Twingate found, and what has been done since.
package struct ObservedTwingate: Sendable, Hashable {
  /// Those of the wanted name and of the id in the ledger.
  package var remoteNetworks: [RemoteNetwork] = []
  /// Every connector of the tenant.
  package var connectors: [Connector] = []
  /// Everything in the connection's remote network, and what is marked as the connection's anywhere.
  package var resources: [Resource] = []
  /// Those that are named by the spec; all, where one of those is missing.
  package var groups: [Group] = []
  /// Of the groups whose members the spec names, by their ids.
  package var members: [String: [User]] = [:]
  package var users: [User] = []
  package var securityPolicies: [SecurityPolicy] = []
  package var serviceAccounts: [ServiceAccount] = []
  /// Of the accounts that the spec makes, by their ids.
  package var keys: [String: [ServiceAccountKey]] = [:]

  /// What the spec had asked for when it was looked.
  var asked: TwingateQuestion?

  package init() {}
}

/// What is known of the Secrets that connectors and programs log in with.
package struct KeptSecrets: Sendable, Hashable {
  package struct Tokens: Sendable, Hashable {
    /// Whose tokens the Secret holds, by the connector's id.
    package var connectorID: String
    /// The `tokenRotation` that they were made for.
    package var rotation: String
    /// Nil: Twingate was not asked, because the connector is alive.
    package var isRefused: Bool?
    /// Whether the connector uses them and has been alive for long enough, so that another may be given new ones.
    package var isSettled = false
    package init(connectorID: String, rotation: String = "", isRefused: Bool? = nil) {
      self.connectorID = connectorID
      self.rotation = rotation
      self.isRefused = isRefused
    }
  }
  /// By the connector's name; one that is missing has no Secret.
  package var tokens: [String: Tokens] = [:]
  /// The id of the key in a service account's Secret, by the account's name.
  package var keys: [String: String] = [:]
  /// Why a service account's key cannot be stored, by the account's name: then none is made.
  package var unwritable: [String: String] = [:]

  package init() {}
}
