public import Foundations

/// `status.twingate` of a VPNConnection.
public struct TwingateStatus: Codable, Sendable, Hashable {
  /// `https://` and the host of the network.
  public var url: String?
  public var remoteNetwork: RemoteNetwork?
  /// `alive/all`, for the printer column.
  public var connectorsAlive: String?
  public var connectors: [Connector]?
  public var resources: Resources?
  public var problems: [Problem]?
  public var ledger: Ledger?
  public init() {}

  /// The network at which something was made; nil: nothing was, or it is not known yet.
  package var network: String? {
    guard ledger?.ids?.isEmpty == false || ledger?.operations?.isEmpty == false else { return nil }
    return url?.split(separator: "/").last?.split(separator: ".").first.map(String.init)
  }

  public struct RemoteNetwork: Codable, Sendable, Hashable {
    public var id: String
    public var name: String
    public var adopted: Bool
    public init(id: String, name: String, adopted: Bool) {
      self.id = id
      self.name = name
      self.adopted = adopted
    }
  }

  public struct Connector: Codable, Sendable, Hashable {
    public var name: String
    public var id: String?
    /// As Twingate spells it: `ALIVE`, `DEAD_NO_HEARTBEAT`, ….
    public var state: String?
    public var version: String?
    /// When Twingate last heard from the connector; only for one that is not alive.
    public var lastHeartbeat: Timestamp?
    public var addresses: [String]?
    /// Name of its pod, or id of its machine.
    public var host: String?
    /// The zone of its machine.
    public var zone: String?
    public var reason: String?
    public var lastError: String?
    public init(name: String) { self.name = name }
  }

  public struct Resources: Codable, Sendable, Hashable {
    public var wanted: Int
    public var ready: Int
    public var refused: Int
    public init(wanted: Int, ready: Int, refused: Int) {
      self.wanted = wanted
      self.ready = ready
      self.refused = refused
    }
  }

  /// Why a part of the spec is not carried out.
  public struct Problem: Codable, Sendable, Hashable {
    /// The part: `spec/grafana` for a resource, `spec` for the whole.
    public var origin: String
    public var reason: String
    public var message: String
    public init(origin: String, reason: String, message: String) {
      self.origin = origin
      self.reason = reason
      self.message = message
    }
  }

  /// What the operator remembers for its next pass.
  public struct Ledger: Codable, Sendable, Hashable {
    public var version: Int
    /// The mark by which the tags of resources name this cluster.
    public var cluster: String
    public var ids: [String: String]?
    public var operations: [String: String]?
    public var settled: [String: String]?
    public init(version: Int, cluster: String) {
      self.version = version
      self.cluster = cluster
    }
  }
}
