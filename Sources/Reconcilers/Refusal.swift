internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// The reason why nothing is done for an object until a person changes something.
struct Refusal: Error, Equatable {
  var condition: ConditionType
  var reason: Reason
  var message: String

  /// A refusal for a spec that breaks a rule which the API server did not know.
  init?(_ errors: [FieldError]) {
    guard let first = errors.first else { return nil }
    let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
    self.init(condition: .accepted, reason: .invalidSpec, message: "\(first)\(more)")
  }
  /// A refusal for an object in a namespace that holds the operator's own Secrets or copies of other tenants'.
  init?(_ object: ObjectKey, reserved: Set<String>) {
    guard reserved.contains(object.namespace) else { return nil }
    self.init(
      condition: .accepted,
      reason: .namespaceRefused,
      message:
        "metadata.namespace: \"\(object.namespace)\" belongs to the operator: create this object in the namespace "
        + "whose pods use it"
    )
  }
  init(condition: ConditionType, reason: Reason, message: String) {
    self.condition = condition
    self.reason = reason
    self.message = message
  }
}
