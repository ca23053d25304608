public import Foundations
public import Kubernetes

/// Ports of a connection's Service that lead through the tunnel to hosts behind it.
public struct PortForward: Resource {
  public static let resourceType = ResourceType(
    group: CloudLinker.group,
    version: CloudLinker.version,
    kind: "PortForward",
    plural: "portforwards"
  )
  public var metadata: ObjectMeta
  public var spec: PortForwardSpec
  public var status: PortForwardStatus?

  public init(metadata: ObjectMeta, spec: PortForwardSpec, status: PortForwardStatus? = nil) {
    self.metadata = metadata
    self.spec = spec
    self.status = status
  }
}

public struct PortForwardSpec: Codable, Sendable, Hashable {
  /// Ports that no forward may use: the gateway answers probes, status and metrics on the first, and the second is its
  /// policy canary (`Gateway.PolicyCanary`).
  public static let gatewayPorts = [15021, 15022]
  public static let maximumPorts = 512

  public var vpnConnectionRef: LocalReference
  public var ports: [Port]
  public var suspend: Bool?

  public init(vpnConnectionRef: LocalReference, ports: [Port]) {
    self.vpnConnectionRef = vpnConnectionRef
    self.ports = ports
  }
  public var isSuspended: Bool { suspend ?? false }

  public struct Port: Codable, Sendable, Hashable {
    public var name: String
    /// The port of the connection's Service.
    public var port: Int
    public var `protocol`: TransportName?
    public var target: Target
    public init(name: String, port: Int, protocol: TransportName? = nil, target: Target) {
      self.name = name
      self.port = port
      self.protocol = `protocol`
      self.target = target
    }
    public var effectiveProtocol: TransportName { `protocol` ?? .tcp }
  }

  public struct Target: Codable, Sendable, Hashable {
    /// IPv4 address, or a DNS name with `dns`.
    public var host: String
    public var port: Int
    /// IPv4 address of the DNS server behind the tunnel that resolves `host`.
    public var dns: String?
    public init(host: String, port: Int, dns: String? = nil) {
      self.host = host
      self.port = port
      self.dns = dns
    }
  }
}

public struct PortForwardStatus: Codable, Sendable, Hashable {
  public var observedGeneration: Int64?
  public var conditions: [Condition]?
  public var lastHandledReconcileAt: String?
  /// Host by which pods of the namespace reach the ports, for example `vpn.production`.
  public var address: String?
  public var portCount: Int?
  public var ports: [Port]?
  /// The actions that would be carried out, in order, while the object is in plan mode.
  public var plan: [String]?
  public init() {}

  public struct Reachability: OpenEnumeration {
    public var rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public static let reachable = Reachability(rawValue: "Reachable")
    public static let unreachable = Reachability(rawValue: "Unreachable")
    public static let unknown = Reachability(rawValue: "Unknown")
    public static let allCases = [reachable, unreachable, unknown]
  }

  public struct Port: Codable, Sendable, Hashable {
    public var name: String
    public var port: Int
    public var `protocol`: TransportName
    public var state: Reachability
    /// When the port came into this state.
    public var since: Timestamp?
    public var lastError: String?
    /// Address that the target's name resolved to, and its port.
    public var targetAddress: String?
    public init(name: String, port: Int, protocol: TransportName, state: Reachability) {
      self.name = name
      self.port = port
      self.protocol = `protocol`
      self.state = state
    }
  }
}
