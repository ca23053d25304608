public import Foundations

/// https://cloud.google.com/compute/docs/reference/rest/v1/routers
public struct Router: ComputeResource {
  public static let collection = ComputeCollection.routers

  /// Cloud NAT, a part of a router.
  public struct NAT: Sendable, Hashable {
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
    /// ALL_SUBNETWORKS_ALL_IP_RANGES, LIST_OF_SUBNETWORKS, …
    public var sourceSubnetworkIpRangesToNat: String?
    public var subnetworks: [Source]?
    public var logConfig: LogConfig?
    /// With dynamic allocation, a power of two from 32 on.
    public var minPortsPerVm: Int?
    /// With dynamic allocation, a power of two above `minPortsPerVm`; absent: 65,536. Ignored without it.
    public var maxPortsPerVm: Int?
    public var enableDynamicPortAllocation: Bool?
    /// Excludes dynamic allocation.
    public var enableEndpointIndependentMapping: Bool?
    /// Fields that are not modelled, such as timeouts and rules. A patch of the router replaces its whole list of NATs,
    /// so they are sent back as they were read.
    public var others: [String: JSONValue] = [:]
    public init(name: String) { self.name = name }
  }
  public var name: String
  public var description: String?
  public var network: String?
  public var region: String?
  public var nats: [NAT]?
  public var id: String?
  public init(name: String, description: String? = nil) {
    self.name = name
    self.description = description
  }
}
