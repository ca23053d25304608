internal import Cloud
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// Decides when the next pass over an object in a cloud is due. It remembers which actions this process repeats, so that
/// someone who reverts them is not fought at full speed.
final class CloudPace: Sendable {
  /// The result of carrying out a plan.
  struct Result {
    /// Descriptions of the actions that succeeded.
    var performed: [String]
    var failures: [CloudError]
    /// Why the run ended early.
    var end: CloudError?
    /// When the first of the refused actions is due.
    var retryAt: Timestamp?
  }

  /// How often drift is looked for, ± 20 %.
  let period: Duration
  /// The pause after an action, because the cloud takes a moment to show it.
  let settling: Duration
  /// The pause while something is pending in the cloud, or in the way.
  let patience: Duration
  private let repeated = Locked<[ObjectKey: RepeatedActions]>([:])

  init(period: Duration, settling: Duration, patience: Duration) {
    (self.period, self.settling, self.patience) = (period, settling, patience)
  }

  func forget(_ key: ObjectKey) { repeated.withLock { $0[key] = nil } }

  func next<Part, Action, Report, Object: Resource>(
    after result: Result,
    _ plan: ResourcePlan<Part, Action, Report>,
    of object: Object,
    _ events: EventRecorder,
    now: Timestamp
  ) -> ReconcileResult {
    if let error = result.end { return Self.again([error]) }
    let isWaiting = !plan.waiting.isEmpty || !plan.later.isEmpty
    let performed = result.performed
    let history = repeated.withLock { repeated in
      repeated[object.key, default: RepeatedActions()].note(performed, isSettled: plan.steps.isEmpty && !isWaiting)
      return repeated[object.key, default: RepeatedActions()]
    }
    if let (action, count) = history.contested(among: performed) {
      events.warning(
        object,
        reason: "DriftFought",
        action: "Repair",
        "\(action) was done \(count) times and did not last: find out who reverts it, or why the cloud does not keep it"
      )
    }
    if !performed.isEmpty {
      return .requeue(after: history.pause(after: performed, shortest: settling, longest: period))
    }
    let transient = result.failures.filter(\.isTransient)
    if !transient.isEmpty { return Self.again(transient) }
    if !result.failures.isEmpty {
      let pause = result.retryAt.map { max(.seconds(1), $0.since(now)) } ?? patience * 4
      // Other work in the cloud continues meanwhile.
      return .requeue(after: plan.waiting.isEmpty ? pause : min(pause, plan.lookAgainAfter ?? patience))
    }
    if isWaiting || !plan.problems.isEmpty || object.metadata.deletionTimestamp != nil {
      return .requeue(after: plan.lookAgainAfter ?? patience)
    }
    return .requeue(after: plan.lookAgainAfter ?? period, jitter: 0.2)
  }

  /// The pause that the cloud asks for, or else a backoff, which starts short.
  private static func again(_ errors: [CloudError]) -> ReconcileResult {
    errors.compactMap(\.retryAfter).max().map { .requeue(after: $0) } ?? .requeueWithBackoff
  }
}
