public import Kubernetes

public struct BackboneStatus: Codable, Sendable, Hashable {
  public var observedGeneration: Int64?
  public var conditions: [Condition]?
  public var lastHandledReconcileAt: String?
  public var networkID: String?
  public var subnets: [Subnet]?
  public var egressAddresses: [String]?
  /// The addresses in one line, for `kubectl get`.
  public var egress: String?
  public var firewallIDs: [String]?
  /// Id of every object that was made, by role: a hint for a cloud that does not show yet what it has made.
  public var objects: [String: String]?
  /// What would be done, in words and order, while the object is in plan mode.
  public var plan: [String]?
  public init() {}

  public struct Subnet: Codable, Sendable, Hashable {
    public var name: String
    public var id: String
    public var zone: String
    public var cidr: String
    public var freeAddresses: Int?
    public init(name: String, id: String, zone: String, cidr: String, freeAddresses: Int? = nil) {
      self.name = name
      self.id = id
      self.zone = zone
      self.cidr = cidr
      self.freeAddresses = freeAddresses
    }
  }
}
