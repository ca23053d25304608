internal import CloudLinkerAPI
internal import Foundations
internal import Kubernetes

/// Builds a status's conditions: `lastTransitionTime` moves only with the status, and a type that is not set again is
/// gone (Reconciling and Stalled stand only while true, as kstatus wants it).
struct ConditionWriter {
  let before: [Condition]
  let generation: Int64?
  let now: Timestamp
  private(set) var conditions: [Condition] = []

  init(before: [Condition], generation: Int64?, now: Timestamp) {
    self.before = before
    self.generation = generation
    self.now = now
  }

  mutating func callAsFunction(_ type: ConditionType, _ isTrue: Bool?, _ reason: Reason, _ message: String) {
    let status = isTrue.map { $0 ? "True" : "False" } ?? "Unknown"
    let old = before.first { $0.type == type.rawValue }
    conditions.append(
      Condition(
        type: type.rawValue,
        status: status,
        reason: reason.rawValue,
        message: Self.shortened(message),
        // The schema's default condition is of 1970: its first real value always counts as a transition.
        lastTransitionTime: old?.status == status && (old?.lastTransitionTime.seconds ?? 0) > 0
          ? old?.lastTransitionTime ?? now : now,
        observedGeneration: generation
      )
    )
  }

  /// metav1.Condition allows 32,768 characters; a person reads far fewer.
  private static func shortened(_ message: String) -> String {
    message.count <= 1024 ? message : "\(message.prefix(1020)) …"
  }
}
