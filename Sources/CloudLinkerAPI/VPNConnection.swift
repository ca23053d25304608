public import Kubernetes

/// How an environment (a namespace) reaches a network behind a VPN server: redundant tunnels, with one gateway pod
/// each, behind one Service. With Twingate it is the other way round: how people reach the environment.
public struct VPNConnection: Resource {
  public static let resourceType = ResourceType(
    group: CloudLinker.group,
    version: CloudLinker.version,
    kind: "VPNConnection",
    plural: "vpnconnections"
  )
  public var metadata: ObjectMeta
  public var spec: VPNConnectionSpec
  public var status: VPNConnectionStatus?

  public init(metadata: ObjectMeta, spec: VPNConnectionSpec, status: VPNConnectionStatus? = nil) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}

public struct VPNConnectionSpec: Codable, Sendable, Hashable {
  public static let defaultServiceName = "vpn"
  public static let maximumTunnels = 8
  public static let maximumRemoteNetworks = 64

  public var type: ConnectionType
  public var ipsec: IPsecSpec?
  public var openVPN: OpenVPNSpec?
  public var twingate: TwingateSpec?
  private var optionalTunnels: [Tunnel]?
  private var optionalRemoteNetworks: [String]?
  public var service: ServiceSpec?
  public var allowedNamespaces: [String]?
  public var probe: ProbeSpec?
  public var connectionLog: Bool?
  public var gateway: GatewaySpec?
  public var suspend: Bool?

  public init(
    type: ConnectionType,
    ipsec: IPsecSpec? = nil,
    openVPN: OpenVPNSpec? = nil,
    tunnels: [Tunnel],
    remoteNetworks: [String]
  ) {
    self.type = type
    self.ipsec = ipsec
    self.openVPN = openVPN
    optionalTunnels = tunnels
    optionalRemoteNetworks = remoteNetworks
  }

  public init(_ twingate: TwingateSpec) {
    type = .twingate
    self.twingate = twingate
  }

  private enum CodingKeys: String, CodingKey {
    case type, ipsec, openVPN, twingate
    case optionalTunnels = "tunnels"
    case optionalRemoteNetworks = "remoteNetworks"
    case service, allowedNamespaces, probe, connectionLog, gateway, suspend
  }

  /// Empty if the type has none; `validate()` refuses an object whose type needs them.
  public var tunnels: [Tunnel] {
    get { optionalTunnels ?? [] }
    set { optionalTunnels = newValue }
  }
  /// CIDRs; `networks` parses them. Empty if the type has none.
  public var remoteNetworks: [String] {
    get { optionalRemoteNetworks ?? [] }
    set { optionalRemoteNetworks = newValue }
  }

  public var serviceName: String { service?.name ?? Self.defaultServiceName }
  public var gatewayClassName: String {
    gateway?.effectiveClassName ?? twingate?.connectors?.className ?? GatewaySpec.defaultClassName
  }
  public var isSuspended: Bool { suspend ?? false }
  /// The port of the tunnel's server: the given one, otherwise the protocol's own; nil for a type without ports. With a
  /// profile, the operator first fills in the ports of its `remote` lines.
  public func port(of tunnel: Tunnel) -> Int? { tunnel.port ?? type.defaultPort }

  public struct ConnectionType: OpenEnumeration {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let ipsec = ConnectionType(rawValue: "IPsec")
    public static let openVPN = ConnectionType(rawValue: "OpenVPN")
    public static let twingate = ConnectionType(rawValue: "Twingate")
    public static let allCases = [ipsec, openVPN, twingate]
    /// The types that run in gateway pods; only they have `tunnels` and `remoteNetworks`.
    public static let withGateways: Set<ConnectionType> = [ipsec, openVPN]
    /// IKE (RFC 7296 §2) or OpenVPN (IANA); nil for other types.
    public var defaultPort: Int? {
      switch self {
      case .ipsec: 500
      case .openVPN: 1194
      default: nil
      }
    }
  }

  /// One VPN server and the gateway pod that talks to it.
  public struct Tunnel: Codable, Sendable, Hashable {
    public var name: String
    /// IPv4 address or DNS name.
    public var server: String
    public var port: Int?
    public var zone: String?
    /// Overrides `ipsec.remoteIdentity` for this server.
    public var remoteIdentity: String?
    /// IPv4 address, alone or with a prefix: the source of the tunnel's packets if the server assigns no address.
    public var localAddress: String?
    public init(
      name: String,
      server: String,
      port: Int? = nil,
      zone: String? = nil,
      remoteIdentity: String? = nil,
      localAddress: String? = nil
    ) {
      self.name = name
      self.server = server
      self.port = port
      self.zone = zone
      self.remoteIdentity = remoteIdentity
      self.localAddress = localAddress
    }
  }

  public struct ServiceSpec: Codable, Sendable, Hashable {
    public var name: String?
    public init(name: String? = nil) { self.name = name }
  }

  public struct ProbeSpec: Codable, Sendable, Hashable {
    /// `host:port` of a TCP service behind the tunnel; the host is an IPv4 address.
    public var address: String?
  }
}
