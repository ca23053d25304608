/// https://cloud.google.com/dns/docs/reference/rest/v1/managedZones
public struct ManagedZone: Codable, Sendable, Hashable {
  public struct PrivateVisibility: Codable, Sendable, Hashable {
    public struct Network: Codable, Sendable, Hashable {
      /// `https://www.googleapis.com/compute/v1/projects/p/global/networks/n`.
      public var networkUrl: String
      public init(networkUrl: String) { self.networkUrl = networkUrl }
    }
    public var networks: [Network]?
    public init(networks: [Network]?) { self.networks = networks }
  }
  public var name: String
  public var description: String?
  /// With a dot at the end: `gcr.io.`.
  public var dnsName: String?
  /// public or private; absent: public.
  public var visibility: String?
  public var privateVisibilityConfig: PrivateVisibility?
  public var labels: [String: String]?
  /// Output only: numeric.
  public var id: String?
  public init(name: String, description: String? = nil) {
    self.name = name
    self.description = description
  }
}

/// All records with one name and type: https://cloud.google.com/dns/docs/reference/rest/v1/resourceRecordSets
public struct RecordSet: Codable, Sendable, Hashable {
  /// With a dot at the end.
  public var name: String
  public var type: String
  /// In seconds.
  public var ttl: Int?
  public var rrdatas: [String]?
  public init(name: String, type: String, ttl: Int, rrdatas: [String]) {
    self.name = name
    self.type = type
    self.ttl = ttl
    self.rrdatas = rrdatas
  }
}
