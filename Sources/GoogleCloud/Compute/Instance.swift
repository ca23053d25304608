/// An instance (https://cloud.google.com/compute/docs/reference/rest/v1/instances), as far as it is made for connectors, and
/// read to say what a network or an address is used by and which nodes a cluster has.
public struct Instance: ComputeResource {
  public static let collection = ComputeCollection.instances

  public struct Interface: Codable, Sendable, Hashable {
    public struct Access: Codable, Sendable, Hashable {
      /// A public address.
      public var natIP: String?
    }
    public var network: String?
    public var subnetwork: String?
    public var accessConfigs: [Access]?
    public init(subnetwork: String) { self.subnetwork = subnetwork }
  }
  public struct Disk: Codable, Sendable, Hashable {
    public struct Parameters: Codable, Sendable, Hashable {
      /// An image, or a family of images, of which the newest is taken.
      public var sourceImage: String?
      /// Gigabytes; a string, as 64-bit numbers are.
      public var diskSizeGb: String?
      public var labels: [String: String]?
      public init(sourceImage: String, diskSizeGb: String, labels: [String: String]) {
        (self.sourceImage, self.diskSizeGb, self.labels) = (sourceImage, diskSizeGb, labels)
      }
    }
    public var boot: Bool?
    public var autoDelete: Bool?
    public var initializeParams: Parameters?
    public init(boot initializeParams: Parameters) {
      (boot, autoDelete, self.initializeParams) = (true, true, initializeParams)
    }
  }
  public struct Account: Codable, Sendable, Hashable {
    public var email: String?
    public var scopes: [String]?
    public init(email: String, scopes: [String]) { (self.email, self.scopes) = (email, scopes) }
  }
  public struct Metadata: Codable, Sendable, Hashable {
    public struct Item: Codable, Sendable, Hashable {
      public var key: String
      public var value: String?
      public init(key: String, value: String) { (self.key, self.value) = (key, value) }
    }
    public var items: [Item]?
    public init(_ items: [Item]) { self.items = items }
  }
  public struct Tags: Codable, Sendable, Hashable {
    public var items: [String]?
  }
  public struct Shield: Codable, Sendable, Hashable {
    public var enableSecureBoot: Bool?
    public var enableVtpm: Bool?
    public var enableIntegrityMonitoring: Bool?
    public static let full = Shield(enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true)
  }

  public var name: String
  public var description: String?
  /// `zones/z/machineTypes/e2-small`.
  public var machineType: String?
  public var disks: [Disk]?
  public var networkInterfaces: [Interface]?
  public var serviceAccounts: [Account]?
  public var metadata: Metadata?
  public var labels: [String: String]?
  /// By which firewall rules choose it.
  public var tags: Tags?
  public var shieldedInstanceConfig: Shield?
  public var id: String?
  public var zone: String?
  /// PROVISIONING, STAGING, RUNNING, REPAIRING, STOPPING, TERMINATED (stopped), SUSPENDING, SUSPENDED, …
  public var status: String?
  public var creationTimestamp: String?
  public init(name: String) { self.name = name }
}
