/// The spec of a PodDisruptionBudget, the same in policy/v1 and policy/v1beta1.
public struct PodDisruptionBudgetSpec: Codable, Sendable, Hashable {
  /// A number of pods or a percentage; the API allows this one or `minAvailable`.
  public var maxUnavailable: IntOrString?
  public var minAvailable: IntOrString?
  /// Nil: no pods. An empty one: in policy/v1 every pod of the namespace, in policy/v1beta1 none.
  public var selector: LabelSelector?
  public init(maxUnavailable: IntOrString, selector: LabelSelector) {
    self.maxUnavailable = maxUnavailable
    self.selector = selector
  }
}

/// The common interface of both versions, so that a caller chooses the one that the server has only once.
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
