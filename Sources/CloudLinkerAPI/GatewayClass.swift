public import Foundations
public import Kubernetes

/// A gateway class: how the cluster's owner wants gateway pods to run. VPNConnections name one in
/// `spec.gateway.className` and choose nothing else about the pods but resources and a drain within the class's ceilings.
///
/// Classes are the values of a ConfigMap in the operator's namespace, one class for each key, written in YAML.
public struct GatewayClass: Codable, Sendable, Hashable {
  /// The operator's own image where it is left out.
  public var image: String?
  /// Secrets in the gateways' namespace.
  public var imagePullSecrets: [LocalReference]?
  public var labels: [String: String]?
  public var annotations: [String: String]?
  public var nodeSelector: [String: String]?
  public var tolerations: [Toleration]?
  /// v1 Affinity, handed through. Left out: the tunnels of a connection prefer different zones and nodes.
  public var affinity: JSONValue?
  public var priorityClassName: String?
  public var security: Security?
  /// What a gateway gets whose connection asks for nothing else. Left out: `defaultResources`.
  public var resources: ResourceRequirements?
  /// What each of Twingate's connectors gets. Left out: `defaultConnectorResources`.
  public var connectorResources: ResourceRequirements?
  /// The most that a connection may ask for, by resource name; a name that is not in it cannot be asked for. Left out:
  /// `defaultMaximumResources`.
  public var maximumResources: [String: JSONValue]?
  /// The most seconds for which a gateway may drain. Left out: whatever a connection may ask for.
  public var maximumDrainSeconds: Int?
  public init() {}

  public struct Security: Codable, Sendable, Hashable {
    /// false: in a user namespace of its own (Kubernetes 1.33 and later).
    public var hostUsers: Bool?
    public var seccompProfile: SecurityContext.SeccompProfile?
    public var seLinuxOptions: SecurityContext.SELinuxOptions?
    public init() {}
  }

  /// README measures 22 MB for a gateway; the memory limit is about six times that. There is no CPU limit,
  /// because throttling would slow the tunnel down.
  public static let defaultResources = ResourceRequirements(
    limits: ["memory": "128Mi"],
    requests: ["cpu": "10m", "memory": "48Mi"]
  )
  /// The requests are those of Twingate's own Helm chart, which has no limit. Without one the namespace's LimitRange would give
  /// a connector 128Mi, less than it asks for, and no pod could be made.
  public static let defaultConnectorResources = ResourceRequirements(
    limits: ["memory": "1Gi"],
    requests: ["cpu": "50m", "memory": "200Mi"]
  )
  /// Enough for a busy tunnel; an owner whose tenants need more raises it in a class.
  public static let defaultMaximumResources: [String: JSONValue] = ["cpu": "2", "memory": "512Mi"]

  public var effectiveResources: ResourceRequirements { resources ?? Self.defaultResources }
  public var effectiveConnectorResources: ResourceRequirements { connectorResources ?? Self.defaultConnectorResources }
  public var effectiveMaximumDrainSeconds: Int { maximumDrainSeconds ?? GatewaySpec.drainRange.upperBound }
  public var effectiveMaximumResources: [String: JSONValue] { maximumResources ?? Self.defaultMaximumResources }
}
