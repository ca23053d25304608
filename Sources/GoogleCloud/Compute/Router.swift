/// https://cloud.google.com/compute/docs/reference/rest/v1/routers
public struct Router: ComputeResource {
  public static let collection = ComputeCollection.routers

  /// Cloud NAT, a part of a router.
  public struct NAT: Codable, Sendable, Hashable {
    public struct Source: Codable, Sendable, Hashable {
      /// A subnetwork's link.
      public var name: String
      public var sourceIpRangesToNat: [String]?
      public var secondaryIpRangeNames: [String]?
      public init(name: String, sourceIpRangesToNat: [String]?) {
        self.name = name
        self.sourceIpRangesToNat = sourceIpRangesToNat
      }
    }
    public struct LogConfig: Codable, Sendable, Hashable {
      public var enable: Bool?
      public var filter: String?
      public init(enable: Bool?, filter: String? = nil) {
        self.enable = enable
        self.filter = filter
      }
    }
    public var name: String
    /// MANUAL_ONLY or AUTO_ONLY.
    public var natIpAllocateOption: String?
    /// Links of addresses.
    public var natIps: [String]?
    public var drainNatIps: [String]?
    /// ALL_SUBNETWORKS_ALL_IP_RANGES, LIST_OF_SUBNETWORKS, …
    public var sourceSubnetworkIpRangesToNat: String?
    public var subnetworks: [Source]?
    public var logConfig: LogConfig?
    public var minPortsPerVm: Int?
    public var maxPortsPerVm: Int?
    public var enableDynamicPortAllocation: Bool?
    public var enableEndpointIndependentMapping: Bool?
    public init(name: String) { self.name = name }
  }
  public var name: String
  public var description: String?
  public var network: String?
  public var region: String?
  public var nats: [NAT]?
  public var id: String?
  public var selfLink: String?
  public init(name: String, description: String? = nil) {
    self.name = name
    self.description = description
  }
}

/// https://cloud.google.com/compute/docs/reference/rest/v1/addresses
public struct Address: ComputeResource {
  public static let collection = ComputeCollection.addresses
  public var name: String
  public var description: String?
  public var address: String?
  /// EXTERNAL or INTERNAL.
  public var addressType: String?
  public var networkTier: String?
  public var region: String?
  /// RESERVING, RESERVED or IN_USE.
  public var status: String?
  /// Links of what uses it.
  public var users: [String]?
  /// Set by `setLabels` only.
  public var labels: [String: String]?
  public var labelFingerprint: String?
  public var id: String?
  public var selfLink: String?
  public init(name: String, description: String? = nil) {
    self.name = name
    self.description = description
  }
}
