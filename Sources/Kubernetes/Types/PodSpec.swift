public import Foundations

/// The part of v1 PodSpec that this project writes. What users hand through untouched is a `JSONValue`.
public struct PodSpec: Codable, Sendable, Hashable {
  public var containers: [Container]
  public var volumes: [Volume]?
  public var nodeSelector: [String: String]?
  public var affinity: JSONValue?
  public var tolerations: [Toleration]?
  /// false: the pod runs in a user namespace of its own (Kubernetes 1.33 and later).
  public var hostUsers: Bool?
  public var imagePullSecrets: [LocalReference]?
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
}

/// The name of an object in the same namespace.
public struct LocalReference: Codable, Sendable, Hashable {
  public var name: String
  public init(name: String) { self.name = name }
}

/// v1 Container, as far as it is written here.
public struct Container: Codable, Sendable, Hashable {
  public var name: String
  public var image: String
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
    public var name: String
    public var containerPort: Int
    public var `protocol`: String
    public init(name: String, containerPort: Int, protocol: String = "TCP") {
      self.name = name
      self.containerPort = containerPort
      self.protocol = `protocol`
    }
  }
  public struct EnvironmentVariable: Codable, Sendable, Hashable {
    public var name: String
    public var value: String?
    public var valueFrom: ValueFrom?
    public struct ValueFrom: Codable, Sendable, Hashable {
      public var fieldRef: FieldReference
    }
    public struct FieldReference: Codable, Sendable, Hashable {
      public var fieldPath: String
    }
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
    /// The value of one of the pod's own fields, for example `status.podIP`.
    public init(name: String, fieldPath: String) {
      self.name = name
      valueFrom = ValueFrom(fieldRef: FieldReference(fieldPath: fieldPath))
    }
  }
}

/// An HTTP probe of v1.
public struct Probe: Codable, Sendable, Hashable {
  public struct HTTPGet: Codable, Sendable, Hashable {
    public var path: String
    public var port: Int
  }
  public var httpGet: HTTPGet
  public var periodSeconds: Int
  public var timeoutSeconds: Int
  public var failureThreshold: Int
  public init(path: String, port: Int, periodSeconds: Int, timeoutSeconds: Int, failureThreshold: Int) {
    httpGet = HTTPGet(path: path, port: port)
    self.periodSeconds = periodSeconds
    self.timeoutSeconds = timeoutSeconds
    self.failureThreshold = failureThreshold
  }
}

/// v1 VolumeMount.
public struct VolumeMount: Codable, Sendable, Hashable {
  public var name: String
  public var mountPath: String
  public var readOnly: Bool?
  public init(name: String, mountPath: String, readOnly: Bool? = nil) {
    self.name = name
    self.mountPath = mountPath
    self.readOnly = readOnly
  }
}

/// v1 Volume of one of three kinds.
public struct Volume: Codable, Sendable, Hashable {
  public var name: String
  public var secret: SecretSource?
  public var emptyDir: EmptyDirectory?
  public var hostPath: HostPath?

  public struct SecretSource: Codable, Sendable, Hashable {
    public var secretName: String
    public var defaultMode: Int?
  }
  public struct EmptyDirectory: Codable, Sendable, Hashable {
    /// `Memory` or empty.
    public var medium: String?
    public var sizeLimit: String?
  }
  public struct HostPath: Codable, Sendable, Hashable {
    public var path: String
    /// For example `CharDevice`: the pod waits until it is there.
    public var type: String
  }

  public static func secret(_ name: String, secretName: String, mode: Int) -> Volume {
    Volume(name: name, secret: SecretSource(secretName: secretName, defaultMode: mode))
  }
  /// A folder in memory, at most `sizeLimit` large.
  public static func memory(_ name: String, sizeLimit: String) -> Volume {
    Volume(name: name, emptyDir: EmptyDirectory(medium: "Memory", sizeLimit: sizeLimit))
  }
  public static func hostPath(_ name: String, path: String, type: String) -> Volume {
    Volume(name: name, hostPath: HostPath(path: path, type: type))
  }
}
