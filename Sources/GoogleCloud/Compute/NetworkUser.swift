/// The fields of a load balancer's forwarding rule that show which network it uses.
public struct ForwardingRule: ComputeResource {
  public static let collection = ComputeCollection.forwardingRules
  public var name: String
  public var id: String?
  public var network: String?
  public var subnetwork: String?
  public var region: String?
}
