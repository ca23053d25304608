public import Foundations

/// coordination.k8s.io/v1 Lease.
public struct Lease: CompleteResource {
  public static let resourceType = ResourceType(
    group: "coordination.k8s.io",
    version: "v1",
    kind: "Lease",
    plural: "leases"
  )
  public var metadata: ObjectMeta
  public var spec: Spec?
  public init(metadata: ObjectMeta, spec: Spec? = nil) {
    self.metadata = metadata
    self.spec = spec
  }

  public struct Spec: Codable, Sendable, Hashable {
    public var holderIdentity: String?
    public var leaseDurationSeconds: Int?
    public var acquireTime: MicroTimestamp?
    public var renewTime: MicroTimestamp?
    public var leaseTransitions: Int?
    /// Of coordinated leader election (Kubernetes 1.31 and later), as is `preferredHolder`.
    public var strategy: String?
    public var preferredHolder: String?
    public init() {}
  }
}
