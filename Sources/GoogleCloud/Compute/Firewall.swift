/// https://cloud.google.com/compute/docs/reference/rest/v1/firewalls
public struct Firewall: ComputeResource {
  public static let collection = ComputeCollection.firewalls
  public struct Traffic: Codable, Sendable, Hashable {
    /// tcp, udp, icmp, all, … or a number.
    public var IPProtocol: String
    /// `80` or `80-90`; absent: all ports.
    public var ports: [String]?
    public init(IPProtocol: String, ports: [String]? = nil) {
      self.IPProtocol = IPProtocol
      self.ports = ports
    }
  }
  public struct LogConfig: Codable, Sendable, Hashable {
    public var enable: Bool?
    public var metadata: String?
    public init(enable: Bool?) { self.enable = enable }
  }
  public var name: String
  public var description: String?
  public var network: String?
  /// INGRESS or EGRESS; absent: INGRESS.
  public var direction: String?
  /// 0…65535, where lower numbers take precedence; absent: 1000.
  public var priority: Int?
  public var disabled: Bool?
  public var sourceRanges: [String]?
  public var destinationRanges: [String]?
  public var allowed: [Traffic]?
  public var denied: [Traffic]?
  public var sourceTags: [String]?
  public var targetTags: [String]?
  public var sourceServiceAccounts: [String]?
  public var targetServiceAccounts: [String]?
  public var logConfig: LogConfig?
  public var id: String?
  public var selfLink: String?
  public init(name: String, description: String? = nil) {
    self.name = name
    self.description = description
  }
}

/// https://cloud.google.com/compute/docs/reference/rest/v1/routes; read only.
public struct Route: ComputeResource {
  public static let collection = ComputeCollection.routes
  public var name: String
  public var description: String?
  public var network: String?
  public var destRange: String?
  public var priority: Int?
  public var nextHopGateway: String?
  public var nextHopInstance: String?
  public var nextHopIp: String?
  public var id: String?
  public var selfLink: String?
}

/// https://cloud.google.com/compute/docs/reference/rest/v1/zones; read only.
public struct Zone: ComputeResource {
  public static let collection = ComputeCollection.zones
  public var name: String
  public var region: String?
  /// UP or DOWN.
  public var status: String?
}
