public import Cloud
public import Foundations

/// A connector: the program in a remote network through which people reach the resources there.
public struct Connector: Sendable, Hashable {
  /// The state that Twingate's controller sees. A connector may be dead although its process runs.
  public struct State: RawRepresentable, Sendable, Hashable {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let alive = State(rawValue: "ALIVE")
    public static let noHeartbeat = State(rawValue: "DEAD_NO_HEARTBEAT")
    public static let heartbeatTooOld = State(rawValue: "DEAD_HEARTBEAT_TOO_OLD")
    public static let noRelays = State(rawValue: "DEAD_NO_RELAYS")
  }
  /// The longest name that Twingate takes, in characters.
  public static let longestName = 30

  public var id: String
  public var name: String
  public var remoteNetworkID: String
  public var state: State
  public var version: String?
  public var lastHeartbeat: Timestamp?
  public var hostname: String?
  public var publicIP: String?
  public var privateIPs: [String]
  public var notifiesWhenOffline: Bool

  public init(
    id: String,
    name: String,
    remoteNetworkID: String,
    state: State = .noHeartbeat,
    notifiesWhenOffline: Bool = true
  ) {
    self.id = id
    self.name = name
    self.remoteNetworkID = remoteNetworkID
    self.state = state
    self.notifiesWhenOffline = notifiesWhenOffline
    privateIPs = []
  }

  static let fields = """
    id name state version lastHeartbeatAt hostname publicIP privateIPs hasStatusNotificationsEnabled remoteNetwork { id }
    """
}

extension Connector: Decodable {
  private enum Key: String, CodingKey {
    case id, name, state, version, lastHeartbeatAt, hostname, publicIP, privateIPs, hasStatusNotificationsEnabled
    case remoteNetwork
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    id = try fields.decode(String.self, forKey: .id)
    name = try fields.decode(String.self, forKey: .name)
    remoteNetworkID = try fields.decode(Reference.self, forKey: .remoteNetwork).id
    state = State(rawValue: try fields.decode(String.self, forKey: .state))
    version = try fields.decodeIfPresent(String.self, forKey: .version)
    lastHeartbeat = try fields.decodeIfPresent(Timestamp.self, forKey: .lastHeartbeatAt)
    hostname = try fields.decodeIfPresent(String.self, forKey: .hostname)
    publicIP = try fields.decodeIfPresent(String.self, forKey: .publicIP)
    privateIPs = try fields.decodeIfPresent([String].self, forKey: .privateIPs) ?? []
    notifiesWhenOffline = try fields.decode(Bool.self, forKey: .hasStatusNotificationsEnabled)
  }
}

/// The credentials of a connector. A new pair invalidates the previous one.
public struct ConnectorTokens: Sendable, Hashable {
  public var access: SecretText
  public var refresh: SecretText
  public init(access: SecretText, refresh: SecretText) {
    self.access = access
    self.refresh = refresh
  }
}

/// Another object, by its id.
struct Reference: Decodable, Sendable { var id: String }

extension Connector: PageItem { var identity: String { id } }
