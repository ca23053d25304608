/// The fields of an instance that show which networks and addresses it uses, and which cluster it is a node of.
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
  /// Tags by which firewall rules select it.
  public var tags: Tags?
}

/// The fields of a load balancer's forwarding rule that show which network it uses.
public struct ForwardingRule: ComputeResource {
  public static let collection = ComputeCollection.forwardingRules
  public var name: String
  public var id: String?
  public var network: String?
  public var subnetwork: String?
  public var region: String?
}
