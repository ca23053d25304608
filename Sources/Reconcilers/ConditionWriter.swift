internal import CloudLinkerAPI
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Builds the conditions of a status from scratch: a type that is not set again disappears. kstatus expects Reconciling
/// and Stalled to exist only while they are true.
struct ConditionWriter {
  private var all: Conditions
  private var types: Set<String> = []

  init(before: [Condition], generation: Int64?, now: Timestamp) {
    all = Conditions(before, generation: generation, now: now)
  }

  var conditions: [Condition] { all.list.filter { types.contains($0.type) } }

  /// Keeps a condition, if it exists.
  mutating func keep(_ type: ConditionType) { types.insert(type.rawValue) }

  mutating func callAsFunction(
    _ type: ConditionType,
    _ status: Conditions.Status,
    _ reason: Reason,
    _ message: String
  ) {
    types.insert(type.rawValue)
    all.set(type.rawValue, status, reason: reason.rawValue, message)
  }

  mutating func callAsFunction(_ type: ConditionType, _ isTrue: Bool, _ reason: Reason, _ message: String) {
    self(type, isTrue ? .true : .false, reason, message)
  }

  /// Says that nothing is done until a person changes something.
  /// - Parameter isAcceptanceKnown: whether a refusal for another reason implies that the spec is accepted.
  mutating func refuse(_ refusal: Refusal, isAcceptanceKnown: Bool = true) {
    if refusal.condition != .accepted, isAcceptanceKnown { self(.accepted, true, .asExpected, "The spec is valid") }
    self(refusal.condition, false, refusal.reason, refusal.message)
    self(.ready, false, refusal.reason, refusal.message)
    // A suspended object is not stalled.
    if refusal.reason != .suspended { self(.stalled, true, refusal.reason, refusal.message) }
  }
}
