/// apps/v1 Deployment.
public struct Deployment: Resource {
  public static let resourceType = ResourceType(
    group: "apps",
    version: "v1",
    kind: "Deployment",
    plural: "deployments"
  )
  public var metadata: ObjectMeta
  public var spec: Spec?
  public var status: Status?
  public init(metadata: ObjectMeta, spec: Spec? = nil) {
    self.metadata = metadata
    self.spec = spec
  }

  public struct Spec: Codable, Sendable, Hashable {
    public var replicas: Int?
    public var revisionHistoryLimit: Int?
    public var progressDeadlineSeconds: Int?
    public var selector: LabelSelector
    public var strategy: Strategy?
    public var template: PodTemplate
    public init(
      replicas: Int?,
      revisionHistoryLimit: Int? = nil,
      progressDeadlineSeconds: Int? = nil,
      selector: LabelSelector,
      strategy: Strategy? = nil,
      template: PodTemplate
    ) {
      self.replicas = replicas
      self.revisionHistoryLimit = revisionHistoryLimit
      self.progressDeadlineSeconds = progressDeadlineSeconds
      self.selector = selector
      self.strategy = strategy
      self.template = template
    }
  }
  public struct Strategy: Codable, Sendable, Hashable {
    /// `Recreate` or `RollingUpdate`.
    public var type: String?
    public var rollingUpdate: RollingUpdate?
    public init(type: String, rollingUpdate: RollingUpdate? = nil) {
      self.type = type
      self.rollingUpdate = rollingUpdate
    }
  }
  /// Numbers of pods, or percentages of `replicas`.
  public struct RollingUpdate: Codable, Sendable, Hashable {
    /// How many pods may exist beyond `replicas`.
    public var maxSurge: IntOrString?
    public var maxUnavailable: IntOrString?
    public init(maxSurge: IntOrString, maxUnavailable: IntOrString) {
      self.maxSurge = maxSurge
      self.maxUnavailable = maxUnavailable
    }
  }
  public struct Status: Codable, Sendable, Hashable {
    public var observedGeneration: Int64?
    public var replicas: Int?
    public var updatedReplicas: Int?
    public var readyReplicas: Int?
    public var conditions: [StatusCondition]?
    public init() {}
  }
  /// Of type `Available`, `Progressing` or `ReplicaFailure`.
  public struct StatusCondition: Codable, Sendable, Hashable {
    public var type: String
    public var status: String
    public var reason: String?
    public var message: String?
    public init(type: String, status: String, reason: String? = nil, message: String? = nil) {
      self.type = type
      self.status = status
      self.reason = reason
      self.message = message
    }
  }
}

/// Pod metadata and spec as a workload's template.
public struct PodTemplate: Codable, Sendable, Hashable {
  public var metadata: ObjectMeta?
  public var spec: PodSpec
  public init(metadata: ObjectMeta, spec: PodSpec) {
    self.metadata = metadata
    self.spec = spec
  }
}
