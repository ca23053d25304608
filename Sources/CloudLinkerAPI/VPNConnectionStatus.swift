public import Foundations
public import Kubernetes

public struct VPNConnectionStatus: Codable, Sendable, Hashable {
  public var observedGeneration: Int64?
  public var conditions: [Condition]?
  public var lastHandledReconcileAt: String?
  /// `ready/all`, for the printer column.
  public var tunnelsReady: String?
  public var connectedTunnels: Int?
  public var tunnels: [Tunnel]?
  /// Name of the Service, for the printer column; nil if the type has none.
  public var serviceName: String?
  /// DNS name by which pods reach the forwards, for example `vpn.production.svc`.
  public var serviceHost: String?
  /// Number of ports that the Service offers for all PortForwards together.
  public var portCount: Int?
  /// With type Twingate.
  public var twingate: TwingateStatus?
  /// The actions that would be carried out, in order, while the object is in plan mode.
  public var plan: [String]?
  /// What the nodes lack and what the gateways do instead.
  public var notices: [String]?
  public init() {}

  public struct TunnelState: OpenEnumeration {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let connected = TunnelState(rawValue: "Connected")
    public static let connecting = TunnelState(rawValue: "Connecting")
    public static let failed = TunnelState(rawValue: "Failed")
    public static let disconnected = TunnelState(rawValue: "Disconnected")
    public static let unknown = TunnelState(rawValue: "Unknown")
    public static let draining = TunnelState(rawValue: "Draining")
    public static let allCases = [connected, connecting, failed, disconnected, unknown, draining]
  }

  public struct Tunnel: Codable, Sendable, Hashable {
    public var name: String
    public var state: TunnelState
    /// Address and port that the gateway talks to.
    public var server: String?
    public var zone: String?
    public var virtualIP: String?
    /// When the tunnel came into this state.
    public var since: Timestamp?
    /// Bounded kind of the last error, for example `AuthenticationFailed`.
    public var reason: String?
    public var lastError: String?
    public var bytesReceived: Int64?
    public var bytesSent: Int64?
    /// The MSS to which TCP connections through the tunnel are clamped, in bytes.
    public var maximumSegmentSize: Int?
    /// Name of the gateway pod.
    public var gateway: String?
    /// Gateways of this tunnel that keep established connections until these end.
    public var draining: [DrainingGateway]?
    public init(name: String, state: TunnelState) {
      self.name = name
      self.state = state
    }
  }

  public struct DrainingGateway: Codable, Sendable, Hashable {
    /// Name of its pod.
    public var gateway: String
    /// Established TCP connections; nil if the gateway cannot count them.
    public var connections: Int?
    /// When draining ends at the latest.
    public var until: Timestamp
    public init(gateway: String, connections: Int?, until: Timestamp) {
      self.gateway = gateway
      self.connections = connections
      self.until = until
    }
  }
}
