package import Twingate

/// The objects that one connection should have at Twingate.
package struct WantedTwingate: Sendable, Hashable {
  package var owner: TwingateOwner
  package var remoteNetwork: RemoteNetwork
  package var connectors: [Connector]
  package var resources: [ResourceRequest]
  package var foreignAccess = ForeignAccess.remove
  package var groups: [Group] = []
  package var serviceAccounts: [ServiceAccount] = []
  /// A new value replaces the tokens of every connector; empty: nobody asked for it.
  package var tokenRotation = ""

  package struct RemoteNetwork: Sendable, Hashable {
    package var name: String
    package var location: Twingate.RemoteNetwork.Location
    /// Whether an existing remote network is used. It is never changed or deleted then.
    package var adopts: Bool
    package init(_ name: String, location: Twingate.RemoteNetwork.Location = .other, adopts: Bool = false) {
      self.name = name
      self.location = location
      self.adopts = adopts
    }
  }

  package struct Connector: Sendable, Hashable {
    /// From `TwingateOwner.connectorName`.
    package var name: String
    package var notifiesWhenOffline: Bool
    /// Whether it keeps its tokens when new ones are requested, because another connector replaces it then.
    package var keepsTokens = false
    package init(_ name: String, notifiesWhenOffline: Bool = true) {
      self.name = name
      self.notifiesWhenOffline = notifiesWhenOffline
    }
  }

  /// What happens to access that others granted on resources of this connection.
  package enum ForeignAccess: String, Sendable, Hashable { case remove = "Remove", keep = "Keep" }

  /// A group that the connection makes.
  package struct Group: Sendable, Hashable {
    package var name: String
    /// E-mail addresses; nil: somebody else manages the members.
    package var members: [String]?
    package init(_ name: String, members: [String]? = nil) {
      self.name = name
      self.members = members
    }
  }

  /// A service account that the connection makes, with one key in a Secret.
  package struct ServiceAccount: Sendable, Hashable {
    package var name: String
    /// Nil: the key stays.
    package var rotatesEvery: Duration?
    package init(_ name: String, rotatesEvery: Duration? = nil) {
      self.name = name
      self.rotatesEvery = rotatesEvery
    }
  }

  package init(
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
