internal import Kubernetes

/// How people and programs reach this environment: connectors that the operator runs, and resources at Twingate with
/// their access.
public struct TwingateSpec: Codable, Sendable, Hashable {
  public static let defaultTokenKey = "token"
  public static let maximumResources = 256
  public static let maximumGroups = 64
  public static let maximumServiceAccounts = 16

  /// Name of the network at Twingate: `acme` in `acme.twingate.com`.
  public var network: String
  public var apiTokenSecretRef: SecretKeyReference
  public var remoteNetwork: RemoteNetwork?
  public var connectors: Connectors?
  public var resources: [Resource]?
  public var foreignAccess: ForeignAccess?
  public var expose: Expose?
  public var groups: [Group]?
  public var serviceAccounts: [ServiceAccount]?
  public var deletionPolicy: DeletionPolicy?

  public init(network: String, apiTokenSecretRef: SecretKeyReference) {
    self.network = network
    self.apiTokenSecretRef = apiTokenSecretRef
  }

  public var tokenKey: String { apiTokenSecretRef.key ?? Self.defaultTokenKey }
  public var connectorCount: Int { connectors?.count ?? Connectors.defaultCount }
  public var isRetained: Bool { deletionPolicy == .retain }

  public struct RemoteNetwork: Codable, Sendable, Hashable {
    /// Nil: the namespace's name.
    public var name: String?
    /// Whether to use a remote network that exists already.
    public var adopt: Bool?
    public init(name: String? = nil, adopt: Bool? = nil) {
      self.name = name
      self.adopt = adopt
    }
  }

  /// Something that people and programs reach through the connectors.
  public struct Resource: Codable, Sendable, Hashable {
    public var name: String
    public var address: String
    public var alias: String?
    public var ports: Ports
    /// By name or id; nil: the network's default policy.
    public var securityPolicy: String?
    public var accessPolicy: AccessPolicy?
    public var tags: [String: String]?
    public var access: [Access]?
    public init(name: String, address: String, ports: Ports) {
      self.name = name
      self.address = address
      self.ports = ports
    }
  }

  /// Ports as text, `443` or `8000-8010`; a single `*`: all ports.
  public struct Ports: Codable, Sendable, Hashable {
    public var tcp: [String]?
    public var udp: [String]?
    public var icmp: Bool?
    public init(tcp: [String]? = nil, udp: [String]? = nil, icmp: Bool? = nil) {
      self.tcp = tcp
      self.udp = udp
      self.icmp = icmp
    }
  }

  /// How access to a resource ends and can begin again.
  public struct AccessPolicy: Codable, Sendable, Hashable {
    public var mode: Mode
    /// In hours: `720h`.
    public var duration: String?
    public var approval: Approval?

    public struct Mode: OpenEnumeration {
      public var rawValue: String
      public init(rawValue: String) { self.rawValue = rawValue }
      public static let manual = Mode(rawValue: "Manual")
      public static let autoLock = Mode(rawValue: "AutoLock")
      public static let accessRequest = Mode(rawValue: "AccessRequest")
      public static let allCases = [manual, autoLock, accessRequest]
    }
    public struct Approval: OpenEnumeration {
      public var rawValue: String
      public init(rawValue: String) { self.rawValue = rawValue }
      public static let manual = Approval(rawValue: "Manual")
      public static let automatic = Approval(rawValue: "Automatic")
      public static let allCases = [manual, automatic]
    }
  }

  /// Who may reach a resource: a group or a service account, by name or id.
  public struct Access: Codable, Sendable, Hashable {
    public var group: String?
    public var serviceAccount: String?
    /// RFC 3339, as text, because an object with another text must still decode.
    public var expiresAt: String?
    /// By name or id; nil: the resource's.
    public var securityPolicy: String?
    public init(group: String? = nil, serviceAccount: String? = nil) {
      self.group = group
      self.serviceAccount = serviceAccount
    }
  }

  /// A service account that the operator makes, with a key in a Secret.
  public struct ServiceAccount: Codable, Sendable, Hashable {
    public var name: String
    /// Name of the Secret of the namespace that the operator makes for its key.
    public var keySecret: String
    /// In hours: `720h`. Nil: the key stays.
    public var rotateEvery: String?
    public init(name: String, keySecret: String, rotateEvery: String? = nil) {
      self.name = name
      self.keySecret = keySecret
      self.rotateEvery = rotateEvery
    }
  }

  /// What happens to access that others granted on this connection's resources.
  public struct ForeignAccess: OpenEnumeration {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let remove = ForeignAccess(rawValue: "Remove")
    public static let keep = ForeignAccess(rawValue: "Keep")
    public static let allCases = [remove, keep]
  }

  /// A group that the operator makes.
  public struct Group: Codable, Sendable, Hashable {
    public var name: String
    /// E-mail addresses; nil: the members are left alone.
    public var members: [String]?
  }
}

extension VPNConnection {
  /// The remote network at Twingate that the connection asks for.
  public var twingateRemoteNetworkName: String {
    spec.twingate?.remoteNetwork?.name ?? metadata.namespace ?? ""
  }
}
