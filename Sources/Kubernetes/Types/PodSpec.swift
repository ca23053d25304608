public import Foundations

/// The fields of v1 PodSpec that this project writes. Fields that users pass through unchanged are a `JSONValue`.
public struct PodSpec: Codable, Sendable, Hashable {
  public var containers: [Container]
  public var volumes: [Volume]?
  public var nodeSelector: [String: String]?
  public var affinity: JSONValue?
  public var tolerations: [Toleration]?
  /// false: the pod runs in a user namespace of its own (Kubernetes 1.33 and later).
  public var hostUsers: Bool?
  public var imagePullSecrets: [PullSecret]?
  public var priorityClassName: String?
  public var serviceAccountName: String?
  public var automountServiceAccountToken: Bool?
  public var enableServiceLinks: Bool?
  public var terminationGracePeriodSeconds: Int?
  public var securityContext: JSONValue?

  public init(containers: [Container], volumes: [Volume]? = nil) {
    self.containers = containers
    self.volumes = volumes
  }

  /// v1 LocalObjectReference as pods have it: the API allows it without a name.
  public struct PullSecret: Codable, Sendable, Hashable {
    public var name: String?
    public init(name: String) { self.name = name }
  }
}

/// The name of an object in the same namespace.
public struct LocalReference: Codable, Sendable, Hashable {
  public var name: String
  public init(name: String) { self.name = name }
}

/// The fields of v1 Container that are written.
public struct Container: Codable, Sendable, Hashable {
  public var name: String
  public var image: String?
  public var imagePullPolicy: String?
  public var args: [String]?
  public var env: [EnvironmentVariable]?
  public var ports: [Port]?
  public var volumeMounts: [VolumeMount]?
  public var resources: ResourceRequirements?
  public var securityContext: SecurityContext?
  public var readinessProbe: Probe?
  public var livenessProbe: Probe?

  public init(name: String, image: String) {
    self.name = name
    self.image = image
  }

  public struct Port: Codable, Sendable, Hashable {
    public var name: String?
    public var containerPort: Int
    /// `TCP`, `UDP` or `SCTP`; nil: `TCP`.
    public var `protocol`: String?
    public init(name: String, containerPort: Int, protocol: String = "TCP") {
      self.name = name
      self.containerPort = containerPort
      self.protocol = `protocol`
    }
  }
}
