/// An instance, as far as it is read to say what a network or an address is used by.
public struct Instance: ComputeResource {
  public static let collection = ComputeCollection.instances
  public struct Interface: Codable, Sendable, Hashable {
    public var network: String?
    public var subnetwork: String?
  }
  public var name: String
  public var id: String?
  public var zone: String?
  public var networkInterfaces: [Interface]?
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
