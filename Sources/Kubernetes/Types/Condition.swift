public import Foundations

/// metav1.Condition, with all of its six fields.
public struct Condition: Codable, Sendable, Hashable {
  /// In CamelCase; one condition a type in a status.
  public var type: String
  /// `True`, `False` or `Unknown`.
  public var status: String
  /// Why, in CamelCase, from a closed list.
  public var reason: String
  /// For people: what is the matter and what to do.
  public var message: String
  /// When `status` last changed.
  public var lastTransitionTime: Timestamp
  /// The generation of the spec that this speaks of.
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
