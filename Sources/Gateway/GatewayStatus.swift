public import Foundations

/// What a gateway reports at `/status`.
public struct GatewayStatus: Codable, Sendable, Hashable {
  /// Revision of the configuration in force; nil before the first was loaded.
  public var revision: String?
  public var tunnel: Tunnel
  public var forwards: [Forward]
  /// What the node lacks and what the gateway does instead ("kernel has no ESP: encrypting in user space").
  public var notices: [String]
  /// Why the gateway refuses the newest configuration; the previous one stays in force.
  public var configurationError: String?
  /// Whether the gateway answers on the port of `PolicyCanary`; nil if its version has no canary.
  public var hasPolicyCanary: Bool?
  /// Set while the gateway is being replaced.
  public var drain: Drain?

  public enum TunnelState: String, Codable, Sendable, CaseIterable {
    case connected = "Connected", connecting = "Connecting", failed = "Failed", disconnected = "Disconnected"
  }

  public struct Tunnel: Codable, Sendable, Hashable {
    public var state: TunnelState
    public var since: Timestamp
    /// Address of the server that the gateway talks to.
    public var serverAddress: String?
    public var virtualAddress: String?
    /// The MTU of the route to the server, in bytes.
    public var pathMTU: Int?
    /// The MSS that the gateway clamps TCP connections through the tunnel to, in bytes.
    public var maximumSegmentSize: Int?
    public var bytesReceived: Int64
    public var bytesSent: Int64
    public var handshakes: Int64
    /// A bounded kind for conditions and metrics.
    public var failure: Failure?
    /// The last error for a person: cause and cure, no secret.
    public var lastError: String?
    public init(
      state: TunnelState,
      since: Timestamp,
      serverAddress: String? = nil,
      virtualAddress: String? = nil,
      pathMTU: Int? = nil,
      maximumSegmentSize: Int? = nil,
      bytesReceived: Int64 = 0,
      bytesSent: Int64 = 0,
      handshakes: Int64 = 0,
      failure: Failure? = nil,
      lastError: String? = nil
    ) {
      self.state = state
      self.since = since
      self.serverAddress = serverAddress
      self.virtualAddress = virtualAddress
      self.pathMTU = pathMTU
      self.maximumSegmentSize = maximumSegmentSize
      self.bytesReceived = bytesReceived
      self.bytesSent = bytesSent
      self.handshakes = handshakes
      self.failure = failure
      self.lastError = lastError
    }
  }

  public enum Failure: String, Codable, Sendable, CaseIterable {
    case authenticationFailed = "AuthenticationFailed"
    case serverCertificateInvalid = "ServerCertificateInvalid"
    case serverUnreachable = "ServerUnreachable"
    case serverUnavailable = "ServerUnavailable"
    case nameNotResolved = "NameNotResolved"
    case noProposalChosen = "NoProposalChosen"
    case trafficSelectorsRefused = "TrafficSelectorsRefused"
    case probeFailed = "ProbeFailed"
    case configurationRefused = "ConfigurationRefused"
    case missingPrivilege = "MissingPrivilege"
    case addressRefused = "AddressRefused"
    case other = "Other"

    /// Decodes a kind that only a newer gateway knows as `other`.
    public init(from decoder: any Decoder) throws {
      self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .other
    }
  }

  /// One forward, by owner and port name.
  public struct Forward: Codable, Sendable, Hashable {
    public var owner: String
    public var portName: String
    public var reachability: Reachability
    public var since: Timestamp
    public var targetAddress: String?
    public var lastError: String?
    public init(
      owner: String,
      portName: String,
      reachability: Reachability,
      since: Timestamp,
      targetAddress: String? = nil,
      lastError: String? = nil
    ) {
      self.owner = owner
      self.portName = portName
      self.reachability = reachability
      self.since = since
      self.targetAddress = targetAddress
      self.lastError = lastError
    }
  }
  /// `unknown`: not probed yet, or UDP, where silence means nothing to whoever does not know the protocol.
  public enum Reachability: String, Codable, Sendable {
    case reachable = "Reachable", unreachable = "Unreachable", unknown = "Unknown"
  }

  /// The gateway hands new connections to others and keeps its tunnel for those that are established.
  public struct Drain: Codable, Sendable, Hashable {
    /// When draining ends at the latest; it ends earlier when no connection is left.
    public var until: Timestamp
    /// Established TCP connections; nil if they cannot be counted.
    public var connections: Int?
    public init(until: Timestamp, connections: Int?) {
      self.until = until
      self.connections = connections
    }
  }

  public init(
    revision: String?,
    tunnel: Tunnel,
    forwards: [Forward] = [],
    notices: [String] = [],
    configurationError: String? = nil,
    hasPolicyCanary: Bool? = nil,
    drain: Drain? = nil
  ) {
    self.revision = revision
    self.tunnel = tunnel
    self.forwards = forwards
    self.notices = notices
    self.configurationError = configurationError
    self.hasPolicyCanary = hasPolicyCanary
    self.drain = drain
  }
}
