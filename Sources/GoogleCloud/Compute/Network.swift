/// https://cloud.google.com/compute/docs/reference/rest/v1/networks
public struct Network: ComputeResource {
  public static let collection = ComputeCollection.networks
  public struct Routing: Codable, Sendable, Hashable {
    /// REGIONAL or GLOBAL.
    public var routingMode: String?
    public init(routingMode: String?) { self.routingMode = routingMode }
  }
  public var name: String
  public var description: String?
  public var autoCreateSubnetworks: Bool?
  public var routingConfig: Routing?
  /// Output only: numeric.
  public var id: String?
  /// Output only: links.
  public var subnetworks: [String]?
  public init(name: String, description: String? = nil) {
    self.name = name
    self.description = description
  }
}

/// https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks
public struct Subnetwork: ComputeResource {
  public static let collection = ComputeCollection.subnetworks
  public struct SecondaryRange: Codable, Sendable, Hashable {
    public var rangeName: String
    public var ipCidrRange: String
    public init(rangeName: String, ipCidrRange: String) {
      self.rangeName = rangeName
      self.ipCidrRange = ipCidrRange
    }
  }
  public struct LogConfig: Codable, Sendable, Hashable {
    public var enable: Bool?
    public var aggregationInterval: String?
    public var flowSampling: Double?
    public var metadata: String?
    public init(enable: Bool) { self.enable = enable }
  }
  public var name: String
  public var description: String?
  public var network: String?
  public var ipCidrRange: String?
  public var region: String?
  public var privateIpGoogleAccess: Bool?
  public var secondaryIpRanges: [SecondaryRange]?
  public var logConfig: LogConfig?
  /// PRIVATE for instances; other values are for load balancers and the like.
  public var purpose: String?
  /// Needed to patch; changes with every change.
  public var fingerprint: String?
  public var id: String?
  public init(name: String, description: String? = nil) {
    self.name = name
    self.description = description
  }
}
