public import Foundations
public import Kubernetes

/// `spec.gateway` of a VPNConnection: how its gateway pods are run.
public struct GatewaySpec: Codable, Sendable, Hashable {
  public var image: String?
  public var imagePullSecrets: [LocalReference]?
  public var resources: ResourceRequirements?
  public var nodeSelector: [String: String]?
  public var tolerations: [Toleration]?
  /// v1 Affinity, handed through.
  public var affinity: JSONValue?
  public var priorityClassName: String?
  public var security: Security?
  public var labels: [String: String]?
  public var annotations: [String: String]?
  public init() {}

  /// What may be chosen of the pod's security; capabilities and devices are the operator's to give.
  public struct Security: Codable, Sendable, Hashable {
    /// false: in a user namespace of its own (Kubernetes 1.33 and later).
    public var hostUsers: Bool?
    public var seccompProfile: SecurityContext.SeccompProfile?
    public var seLinuxOptions: SecurityContext.SELinuxOptions?
    public init() {}
  }
}
