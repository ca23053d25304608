/// The whole configuration of one gateway: the file `gateway.json` of its Secret, mounted at `/etc/cloudlinker`.
///
/// The secrets themselves (keys, passwords, profiles) are *other files of the same Secret*, named here by key, so that
/// a status page can show this file.
public struct GatewayConfiguration: Codable, Sendable, Hashable {
  /// The gateway answers `/livez`, `/readyz`, `/status` and `/metrics` on this port; no forward may use it.
  public static let endpointPort = 15021

  /// Hash of everything in the Secret, made by the operator; the gateway reports the one it has loaded.
  public var revision: String
  /// `namespace/name` of the VPNConnection and the tunnel's name: for logs, metrics and the status page.
  public var connection: String
  public var tunnel: String
  public var zone: String?
  public var protocolSettings: ProtocolSettings
  public var server: Server
  /// CIDRs that may be reached through the tunnel, and must never be reached outside it. Never empty.
  public var remoteNetworks: [String]
  public var forwards: [Forward]
  public var probe: Probe
  /// DNS name of the headless Service that lists the connection's gateways, this one included; nil with one tunnel.
  public var siblings: String?
  /// Identifies the user name and password without revealing anything about them: it changes whenever the Secret that
  /// holds them changes. Nil if there are none.
  public var credentialsRevision: String?
  /// The largest MSS that SYN packets are clamped to, in bytes.
  public var maximumSegmentSize: Int
  /// True: the gateway uses `maximumSegmentSize` as it is; otherwise it uses less where the route to the server needs
  /// it.
  public var isSegmentSizeFixed: Bool?
  /// True: the gateway logs a line for each forwarded connection that begins or ends.
  public var connectionLog: Bool?

  public struct Server: Codable, Sendable, Hashable {
    /// IP address or DNS name.
    public var host: String
    public var port: Int
    public init(host: String, port: Int) {
      self.host = host
      self.port = port
    }
  }

  public enum ProtocolSettings: Codable, Sendable, Hashable {
    case ipsec(IPsecSettings)
    case openVPN(OpenVPNSettings)
    /// A whole `.ovpn` profile, in the Secret file of this name; already checked by the operator, checked again here.
    case openVPNProfile(OpenVPNProfileSettings)
  }

  /// One port of the gateway that leads to a host behind the tunnel.
  public struct Forward: Codable, Sendable, Hashable {
    /// `namespace/name` of the PortForward and the name of its port, by which the operator finds the forward in a
    /// status.
    public var owner: String
    public var portName: String
    public var transport: TransportProtocol
    public var port: Int
    /// IPv4 address, or a DNS name when `dns` is set.
    public var targetHost: String
    public var targetPort: Int
    /// IPv4 address of the DNS server inside the tunnel that resolves `targetHost`.
    public var dns: String?

    public init(
      owner: String,
      portName: String,
      transport: TransportProtocol,
      port: Int,
      targetHost: String,
      targetPort: Int,
      dns: String? = nil
    ) {
      self.owner = owner
      self.portName = portName
      self.transport = transport
      self.port = port
      self.targetHost = targetHost
      self.targetPort = targetPort
      self.dns = dns
    }
  }

  /// How the gateway finds out whether traffic crosses its tunnel. Measurements led to a period of 250 ms, a timeout of
  /// 300 ms and two failures.
  public struct Probe: Codable, Sendable, Hashable {
    /// `host:port` of a TCP service behind the tunnel; nil: the gateway probes the targets of its TCP forwards.
    public var address: String?
    public var periodMilliseconds: Int
    public var timeoutMilliseconds: Int
    public var failureThreshold: Int
    public init(
      address: String? = nil,
      periodMilliseconds: Int = 250,
      timeoutMilliseconds: Int = 300,
      failureThreshold: Int = 2
    ) {
      self.address = address
      self.periodMilliseconds = periodMilliseconds
      self.timeoutMilliseconds = timeoutMilliseconds
      self.failureThreshold = failureThreshold
    }
  }

  public init(
    revision: String,
    connection: String,
    tunnel: String,
    zone: String?,
    protocolSettings: ProtocolSettings,
    server: Server,
    remoteNetworks: [String],
    forwards: [Forward],
    probe: Probe = Probe(),
    siblings: String? = nil,
    maximumSegmentSize: Int = 1360,
    credentialsRevision: String? = nil,
    isSegmentSizeFixed: Bool? = nil,
    connectionLog: Bool? = nil
  ) {
    self.revision = revision
    self.connection = connection
    self.tunnel = tunnel
    self.zone = zone
    self.protocolSettings = protocolSettings
    self.server = server
    self.remoteNetworks = remoteNetworks
    self.forwards = forwards
    self.probe = probe
    self.siblings = siblings
    self.credentialsRevision = credentialsRevision
    self.maximumSegmentSize = maximumSegmentSize
    self.isSegmentSizeFixed = isSegmentSizeFixed
    self.connectionLog = connectionLog
  }
}
