public import Twingate

/// What one connection should have at Twingate.
public struct WantedTwingate: Sendable, Hashable {
  public var owner: TwingateOwner
  public var remoteNetwork: RemoteNetwork
  public var connectors: [Connector]
  public var resources: [ResourceRequest]
  public var foreignAccess = ForeignAccess.remove
  public var groups: [Group] = []
  public var serviceAccounts: [ServiceAccount] = []
  /// A new value makes new tokens for every connector; empty: none was asked for.
  public var tokenRotation = ""

  public struct RemoteNetwork: Sendable, Hashable {
    public var name: String
    public var location: Twingate.RemoteNetwork.Location
    /// Whether one that is there already is used. It is never changed or deleted then.
    public var adopts: Bool
    public init(_ name: String, location: Twingate.RemoteNetwork.Location = .other, adopts: Bool = false) {
      self.name = name
      self.location = location
      self.adopts = adopts
    }
  }

  public struct Connector: Sendable, Hashable {
    /// From `TwingateOwner.connectorName`.
    public var name: String
    public var notifiesWhenOffline: Bool
    public init(_ name: String, notifiesWhenOffline: Bool = true) {
      self.name = name
      self.notifiesWhenOffline = notifiesWhenOffline
    }
  }

  /// What happens to access that others granted on resources of this connection.
  public enum ForeignAccess: String, Sendable, Hashable { case remove = "Remove", keep = "Keep" }

  /// A group that the connection makes.
  public struct Group: Sendable, Hashable {
    public var name: String
    /// E-mail addresses; nil: whoever else manages the members.
    public var members: [String]?
    public init(_ name: String, members: [String]? = nil) {
      self.name = name
      self.members = members
    }
  }

  /// A service account that the connection makes, with one key in a Secret.
  public struct ServiceAccount: Sendable, Hashable {
    public var name: String
    /// Nil: the key stays.
    public var rotatesEvery: Duration?
    public init(_ name: String, rotatesEvery: Duration? = nil) {
      self.name = name
      self.rotatesEvery = rotatesEvery
    }
  }

  public init(
    owner: TwingateOwner,
    remoteNetwork: RemoteNetwork,
    connectors: [Connector] = [],
    resources: [ResourceRequest] = []
  ) {
    self.owner = owner
    self.remoteNetwork = remoteNetwork
    self.connectors = connectors
    self.resources = resources
  }
}
