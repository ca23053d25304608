/// The fields of a load balancer's forwarding rule that show which network it uses, and who reaches it.
public struct ForwardingRule: ComputeResource {
  public static let collection = ComputeCollection.forwardingRules
  public var name: String
  public var description: String?
  public var labels: [String: String]?
  public var IPAddress: String?
  /// EXTERNAL, EXTERNAL_MANAGED, INTERNAL, INTERNAL_MANAGED, INTERNAL_SELF_MANAGED; absent: EXTERNAL.
  public var loadBalancingScheme: String?
  public var id: String?
  public var network: String?
  public var subnetwork: String?
  public var region: String?
}

/// The fields of a network endpoint group (what a load balancer balances) that show whose it is.
public struct NetworkEndpointGroup: ComputeResource {
  public static let collection = ComputeCollection.networkEndpointGroups
  public var name: String
  public var zone: String?
}

/// The fields of a persistent disk that show whose it is.
public struct PersistentDisk: ComputeResource {
  public static let collection = ComputeCollection.disks
  public var name: String
  public var labels: [String: String]?
}
