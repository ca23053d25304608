public import Foundations

/// metav1.Condition, with all of its six fields.
public struct Condition: Codable, Sendable, Hashable {
  /// In CamelCase; a status has one condition of each type.
  public var type: String
  /// `True`, `False` or `Unknown`.
  public var status: String
  /// The reason in CamelCase, from a closed list.
  public var reason: String
  /// For people: the situation and what to do.
  public var message: String
  /// When `status` last changed.
  public var lastTransitionTime: Timestamp
  /// The generation of the spec that the condition describes.
  public var observedGeneration: Int64?

  public init(
    type: String,
    status: String,
    reason: String,
    message: String,
    lastTransitionTime: Timestamp,
    observedGeneration: Int64? = nil
  ) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.lastTransitionTime = lastTransitionTime
    self.observedGeneration = observedGeneration
  }
}
