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

  /// v1 ResourceRequirements; amounts are Kubernetes quantities, as text or as a whole number.
  public struct ResourceRequirements: Codable, Sendable, Hashable {
    public var limits: [String: JSONValue]?
    public var requests: [String: JSONValue]?
    public init(limits: [String: JSONValue]? = nil, requests: [String: JSONValue]? = nil) {
      self.limits = limits
      self.requests = requests
    }
  }

  /// v1 Toleration.
  public struct Toleration: Codable, Sendable, Hashable {
    public var key: String?
    public var `operator`: String?
    public var value: String?
    public var effect: String?
    public var tolerationSeconds: Int64?
    public init(
      key: String? = nil,
      operator: String? = nil,
      value: String? = nil,
      effect: String? = nil,
      tolerationSeconds: Int64? = nil
    ) {
      self.key = key
      self.operator = `operator`
      self.value = value
      self.effect = effect
      self.tolerationSeconds = tolerationSeconds
    }
  }

  /// What may be chosen of the pod's security; capabilities and devices are the operator's to give.
  public struct Security: Codable, Sendable, Hashable {
    /// false: in a user namespace of its own (Kubernetes 1.33 and later).
    public var hostUsers: Bool?
    public var seccompProfile: SeccompProfile?
    public var seLinuxOptions: SELinuxOptions?
    public init() {}
  }
  public struct SeccompProfile: Codable, Sendable, Hashable {
    public var type: String
    public var localhostProfile: String?
    public init(type: String, localhostProfile: String? = nil) {
      self.type = type
      self.localhostProfile = localhostProfile
    }
  }
  public struct SELinuxOptions: Codable, Sendable, Hashable {
    public var user: String?
    public var role: String?
    public var type: String?
    public var level: String?
    public init() {}
  }
}
