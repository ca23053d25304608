public import Kubernetes

public struct BackboneStatus: Codable, Sendable, Hashable {
  public var observedGeneration: Int64?
  /// The last generation of the spec that the network fully matched.
  public var reachedGeneration: Int64?
  public var conditions: [Condition]?
  public var lastHandledReconcileAt: String?
  public var location: Location?
  /// `namespace/name/uid` in the marks of the network, if another Backbone created it.
  public var adopted: String?
  public var networkID: String?
  public var subnets: [Subnet]?
  /// Ranges for pods: those of the spec, or the ones that the operator chose.
  public var podRanges: [String]?
  /// AWS: the subnets of `podRanges`.
  public var podSubnets: [Subnet]?
  public var egressAddresses: [String]?
  /// The addresses in one line, for `kubectl get`.
  public var egress: String?
  public var firewallIDs: [String]?
  /// Id of every created object, by role. A hint for the time in which a cloud does not list what it has just created.
  public var objects: [String: String]?
  public var ledger: StoredLedger?
  /// The actions that would be carried out, in order, while the object is in plan mode.
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
