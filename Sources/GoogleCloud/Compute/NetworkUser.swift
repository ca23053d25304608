/// An instance, as far as it is read to say what a network or an address is used by, and which nodes a cluster has.
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
  }
  public struct Tags: Codable, Sendable, Hashable {
    public var items: [String]?
  }
  public var name: String
  public var id: String?
  public var zone: String?
  public var networkInterfaces: [Interface]?
  /// RUNNING, PROVISIONING, STAGING, STOPPING, …
  public var status: String?
  public var labels: [String: String]?
  /// By which firewall rules choose it.
  public var tags: Tags?
}

/// A load balancer's forwarding rule, as far as it is read to say what a network is used by.
public struct ForwardingRule: ComputeResource {
  public static let collection = ComputeCollection.forwardingRules
  public var name: String
  public var id: String?
  public var network: String?
  public var subnetwork: String?
  public var region: String?
}
