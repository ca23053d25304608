/// What a PodDisruptionBudget asks for, the same in policy/v1 and policy/v1beta1.
public struct PodDisruptionBudgetSpec: Codable, Sendable, Hashable {
  public var maxUnavailable: Int
  public var selector: Selector
  public init(maxUnavailable: Int, selector: Selector) {
    self.maxUnavailable = maxUnavailable
    self.selector = selector
  }
}

/// Common face of the two versions, so that a caller picks the one that the server has and forgets about it.
public protocol PodDisruptionBudgetResource: Resource {
  var spec: PodDisruptionBudgetSpec? { get set }
  init(metadata: ObjectMeta, spec: PodDisruptionBudgetSpec?)
}

/// policy/v1 (Kubernetes 1.21 and later).
public struct PodDisruptionBudget: PodDisruptionBudgetResource {
  public static let resourceType = ResourceType(
    group: "policy",
    version: "v1",
    kind: "PodDisruptionBudget",
    plural: "poddisruptionbudgets"
  )
  public var metadata: ObjectMeta
  public var spec: PodDisruptionBudgetSpec?
  public init(metadata: ObjectMeta, spec: PodDisruptionBudgetSpec?) {
    self.metadata = metadata
    self.spec = spec
  }
}

/// policy/v1beta1 (until Kubernetes 1.24).
public struct PodDisruptionBudgetV1beta1: PodDisruptionBudgetResource {
  public static let resourceType = ResourceType(
    group: "policy",
    version: "v1beta1",
    kind: "PodDisruptionBudget",
    plural: "poddisruptionbudgets"
  )
  public var metadata: ObjectMeta
  public var spec: PodDisruptionBudgetSpec?
  public init(metadata: ObjectMeta, spec: PodDisruptionBudgetSpec?) {
    self.metadata = metadata
    self.spec = spec
  }
}
