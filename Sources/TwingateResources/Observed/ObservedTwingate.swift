public import Twingate

/// What a look at Twingate found, and what has been done since.
public struct ObservedTwingate: Sendable, Hashable {
  /// Those of the wanted name and of the id in the ledger.
  public var remoteNetworks: [RemoteNetwork] = []
  /// Every connector of the tenant.
  public var connectors: [Connector] = []
  /// Everything in the connection's remote network, and what is marked as the connection's anywhere.
  public var resources: [Resource] = []
  /// Those that are named by the spec; all, where one of those is missing.
  public var groups: [Group] = []
  /// Of the groups whose members the spec names, by their ids.
  public var members: [String: [User]] = [:]
  public var users: [User] = []
  public var securityPolicies: [SecurityPolicy] = []
  public var serviceAccounts: [ServiceAccount] = []
  /// Of the accounts that the spec makes, by their ids.
  public var keys: [String: [ServiceAccountKey]] = [:]

  /// What the spec had asked for when it was looked.
  var asked: TwingateQuestion?

  public init() {}
}

/// What is known of the Secrets that connectors and programs log in with.
public struct KeptSecrets: Sendable, Hashable {
  public struct Tokens: Sendable, Hashable {
    /// Whose tokens the Secret holds, by the connector's id.
    public var connectorID: String
    /// The `tokenRotation` that they were made for.
    public var rotation: String
    /// Nil: Twingate was not asked, because the connector is alive.
    public var isRefused: Bool?
    /// Whether the connector uses them and has been alive for long enough, so that another may be given new ones.
    public var isSettled = false
    public init(connectorID: String, rotation: String = "", isRefused: Bool? = nil) {
      self.connectorID = connectorID
      self.rotation = rotation
      self.isRefused = isRefused
    }
  }
  /// By the connector's name; one that is missing has no Secret.
  public var tokens: [String: Tokens] = [:]
  /// The id of the key in a service account's Secret, by the account's name.
  public var keys: [String: String] = [:]
  /// Why a service account's key cannot be stored, by the account's name: then none is made.
  public var unwritable: [String: String] = [:]

  public init() {}
}
