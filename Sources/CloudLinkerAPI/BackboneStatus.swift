public import Foundations
public import Kubernetes

public struct BackboneStatus: Codable, Sendable, Hashable {
  public var observedGeneration: Int64?
  /// The last generation of the spec that the network matched in full.
  public var reachedGeneration: Int64?
  public var conditions: [Condition]?
  public var lastHandledReconcileAt: String?
  public var location: Location?
  /// `namespace/name/uid` that the marks of the network name, where another Backbone made it.
  public var adopted: String?
  public var networkID: String?
  public var subnets: [Subnet]?
  /// Ranges that pods have, or can have: those of the spec, or the ones that the operator chose.
  public var podRanges: [String]?
  /// AWS: the subnets of `podRanges`.
  public var podSubnets: [Subnet]?
  public var egressAddresses: [String]?
  /// The addresses in one line, for `kubectl get`.
  public var egress: String?
  public var firewallIDs: [String]?
  /// Id of every object that was made, by role: a hint for a cloud that does not show yet what it has made.
  public var objects: [String: String]?
  public var ledger: StoredLedger?
  /// What would be done, in words and order, while the object is in plan mode.
  public var plan: [String]?
  public init() {}

  /// What the operator remembers besides objects.
  public struct StoredLedger: Codable, Sendable, Hashable {
    public var version: Int
    /// Handles of operations under way, by the role of their object.
    public var operations: [String: String]?
    /// What was once as it should be and is no object, such as a route.
    public var settled: [String: String]?
    /// When the objects were created that the cloud may not show yet, by role.
    public var fresh: [String: Timestamp]?
    /// Actions that the cloud refused, by their descriptions.
    public var refusals: [String: Refusal]?
    /// Writes that the cloud accepted and then failed at, by the ids of their objects.
    public var failures: [String: Failure]?
    public init(version: Int, operations: [String: String]? = nil, settled: [String: String]? = nil) {
      self.version = version
      self.operations = operations
      self.settled = settled
    }

    /// Why an action was refused, and when it is tried again.
    public struct Refusal: Codable, Sendable, Hashable {
      public var kind: String
      public var operation: String
      public var code: String
      public var message: String
      public var count: Int
      public var retryAt: Timestamp
      public init(kind: String, operation: String, code: String, message: String, count: Int, retryAt: Timestamp) {
        self.kind = kind
        self.operation = operation
        self.code = code
        self.message = message
        self.count = count
        self.retryAt = retryAt
      }
    }

    /// Why a write failed, and when it is repeated.
    public struct Failure: Codable, Sendable, Hashable {
      public var refusal: Refusal
      public var isDeletion: Bool
      public init(_ refusal: Refusal, isDeletion: Bool) {
        self.refusal = refusal
        self.isDeletion = isDeletion
      }
    }
  }

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
