public import Foundations
public import Kubernetes

/// A gateway class: how the cluster's owner wants gateway pods to run. VPNConnections name a class in
/// `spec.gateway.className`. All they choose themselves is resources and a drain time, within the class's ceilings.
///
/// Classes are the values of a ConfigMap in the operator's namespace, one class for each key, written in YAML.
public struct GatewayClass: Codable, Sendable, Hashable {
  /// Left out: the operator's own image.
  public var image: String?
  /// Secrets in the gateways' namespace.
  public var imagePullSecrets: [LocalReference]?
  public var labels: [String: String]?
  public var annotations: [String: String]?
  public var nodeSelector: [String: String]?
  public var tolerations: [Toleration]?
  /// v1 Affinity, passed on unchanged. Left out: the tunnels of a connection prefer different zones and nodes.
  public var affinity: JSONValue?
  public var priorityClassName: String?
  public var security: Security?
  /// The resources of a gateway whose connection asks for none. Left out: `defaultResources`.
  public var resources: ResourceRequirements?
  /// The resources of each Twingate connector. Left out: `defaultConnectorResources`.
  public var connectorResources: ResourceRequirements?
  /// The most that a connection may ask for, by resource name; it cannot ask for a resource that is not named. Left
  /// out: `defaultMaximumResources`.
  public var maximumResources: [String: JSONValue]?
  /// The longest drain in seconds. Left out: a connection may ask for any.
  public var maximumDrainSeconds: Int?
  public init() {}

  public struct Security: Codable, Sendable, Hashable {
    /// false: the pod runs in a user namespace of its own (Kubernetes 1.33 and later).
    public var hostUsers: Bool?
    public var seccompProfile: SecurityContext.SeccompProfile?
    public var seLinuxOptions: SecurityContext.SELinuxOptions?
    public init() {}
  }

  /// A gateway was measured at 22 MB (README); the memory limit is about six times that. There is no CPU limit, because
  /// throttling would slow the tunnel down.
  public static let defaultResources = ResourceRequirements(
    limits: ["memory": "128Mi"],
    requests: ["cpu": "10m", "memory": "48Mi"]
  )
  /// The requests are those of Twingate's own Helm chart, which sets no limit. Without a limit the namespace's
  /// LimitRange would set 128Mi, which is below the request, and no pod could be created.
  public static let defaultConnectorResources = ResourceRequirements(
    limits: ["memory": "1Gi"],
    requests: ["cpu": "50m", "memory": "200Mi"]
  )
  /// Enough for a busy tunnel. An owner whose tenants need more raises it in a class.
  public static let defaultMaximumResources: [String: JSONValue] = ["cpu": "2", "memory": "512Mi"]

  public var effectiveResources: ResourceRequirements { resources ?? Self.defaultResources }
  public var effectiveConnectorResources: ResourceRequirements { connectorResources ?? Self.defaultConnectorResources }
  public var effectiveMaximumDrainSeconds: Int { maximumDrainSeconds ?? GatewaySpec.drainRange.upperBound }
  public var effectiveMaximumResources: [String: JSONValue] { maximumResources ?? Self.defaultMaximumResources }
}
