/// v1 Pod: its place and state, not its containers.
public struct Pod: Resource {
  public static let resourceType = ResourceType(group: "", version: "v1", kind: "Pod", plural: "pods")
  public var metadata: ObjectMeta
  public var spec: Spec?
  public var status: Status?
  public init(metadata: ObjectMeta) { self.metadata = metadata }

  public struct Spec: Codable, Sendable, Hashable {
    public var nodeName: String?
  }
  public struct Status: Codable, Sendable, Hashable {
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
    public var phase: String?
    public var podIP: String?
    public var reason: String?
    public var message: String?
    public var conditions: [PodCondition]?
    public var containerStatuses: [ContainerStatus]?
    public init(phase: String? = nil, podIP: String? = nil, conditions: [PodCondition]? = nil) {
      self.phase = phase
      self.podIP = podIP
      self.conditions = conditions
    }
  }
  public struct PodCondition: Codable, Sendable, Hashable {
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
  public struct ContainerStatus: Codable, Sendable, Hashable {
    public var name: String
    public var ready: Bool?
    public var restartCount: Int?
    public var state: State?
    public struct State: Codable, Sendable, Hashable {
      public var waiting: Detail?
      public var terminated: Detail?
    }
    public struct Detail: Codable, Sendable, Hashable {
      public var reason: String?
      public var message: String?
      /// Of a container that has ended.
      public var exitCode: Int?
    }
  }

  public var isReady: Bool { condition("Ready")?.status == "True" }
  public func condition(_ type: String) -> PodCondition? { status?.conditions?.first { $0.type == type } }
}
