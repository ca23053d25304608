internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes

/// The conditions of an object's parts in its cloud, and Ready.
///
///     outcome                          Ready
///     refused                          False with its reason (Stalled); the parts stay as they were
///     suspended                        False Suspended; the parts stay as they were
///     a problem                        False with its reason (Stalled)
///     an action was refused            False by the error's kind (Stalled), and so is the part of the action
///     plan mode, something to do       False PlanOnly
///     an action failed that may yet    False by the error's kind, and so is the part of the action; tags and labels do not
///     succeed                          count. A conflict is Progressing (Reconciling): the cloud is not to blame
///     deletion under way               False Deleting (Reconciling)
///     something to do or to wait for   False Progressing (Reconciling); tags and labels do not count
///     every part ready                 True AsExpected
///     the cloud was not read           False by the error's kind; the parts stay as they were
///     the cloud not read for long      Unknown by the error's kind; the parts stay as they were
///     the API server failed            as it was, or False APIError: see `ConditionWriter.ready`
struct CloudConditions<Part: ConditionedPart, Action: PlanAction, Report: Sendable> {
  typealias Outcome = CloudOutcome<Part, Action, Report>

  /// The object in the cloud, for messages: `network`.
  let noun: String
  let before: [Condition]
  let isDeleted: Bool
  let isPlanOnly: Bool
  /// Whether the last pass found this generation Ready.
  let isReady: Bool
  /// The message of Ready, from what was last seen.
  let summary: String
  let newSummary: (Report) -> String
  /// The message of a part that is ready.
  let words: (Part, Report) -> String
  /// The actions that plan mode lists.
  let planned: (ResourcePlan<Part, Action, Report>) -> [String]

  func write(_ outcome: Outcome, to set: inout ConditionWriter) {
    if case .planned(let plan, let failures) = outcome {
      let failures = failures.filter { !($0.step.isCosmetic && $0.error.isTransient) }
      setParts(plan, failures, &set)
      return setReady(plan, failures, &set)
    }
    // The parts keep what was last seen, because nothing has been done to them since.
    for part in Part.allCases { set.keep(part.condition) }
    switch outcome {
    case .planned: break
    case .refused(let refusal): set.refuse(refusal)
    case .suspended:
      set(.ready, false, .suspended, "Suspended: the \(noun) is left as it is. Set spec.suspend to false to go on")
    case .failed(let error, let since):
      let (reason, message) = error.verdict
      let age = since.map { ". The \(noun) was last seen before \($0)" } ?? ""
      set(.ready, false, reason, "\(message)\(age)")
      if !error.isTransient { set(.stalled, true, reason, message) }
    case .unseen(let error, let since, let silence):
      let message = "The \(noun) was last seen at \(since), \(silence.words): \(error)"
      set(.ready, .unknown, error.verdict.reason, message)
    case .obstructed(let obstacle):
      let seen: (Conditions.Status, Reason, String) =
        isReady
        ? (.true, .asExpected, summary)
        : (.false, isDeleted ? .deleting : .progressing, isDeleted ? "Deleting" : "Not begun, or not done")
      set.ready(seen, despite: obstacle, isInForce: isReady, before: before)
    }
  }

  private func setParts(
    _ plan: ResourcePlan<Part, Action, Report>,
    _ failures: [PlanRun<Part, Action, Report>.Failure],
    _ set: inout ConditionWriter
  ) {
    let parts = plan.parts
    for part in Part.allCases {
      if let problem = plan.problems.first(where: { $0.part == part }) {
        set(part.condition, false, Reason(problem.kind), problem.message)
      } else if let failure = failures.first(where: { $0.step.part == part }) {
        let (reason, message) = failure.error.verdict
        set(part.condition, false, reason, "\(failure.step.action): \(message)")
      } else if case .pending(let cause)? = parts[part] {
        let reason = isDeleted ? Reason.deleting : .progressing
        set(part.condition, false, reason, isDeleted ? "Deleting" : "Waiting for \(cause)")
      } else {
        set(part.condition, true, .asExpected, words(part, plan.report))
      }
    }
  }

  private func setReady(
    _ plan: ResourcePlan<Part, Action, Report>,
    _ failures: [PlanRun<Part, Action, Report>.Failure],
    _ set: inout ConditionWriter
  ) {
    let next = plan.waiting + plan.actions.map(\.description) + plan.later
    let refused = failures.filter { !$0.error.isTransient }
    func more(_ count: Int) -> String { count > 1 ? " (and \(count - 1) more)" : "" }
    func stall(_ reason: Reason, _ message: String) {
      set(.ready, false, reason, message)
      set(.stalled, true, reason, message)
    }
    if let problem = plan.problems.first {
      stall(Reason(problem.kind), problem.message + more(plan.problems.count))
    } else if let failure = refused.first {
      let (reason, message) = failure.error.verdict
      stall(reason, message + more(refused.count))
    } else if isPlanOnly, !plan.actions.isEmpty || isDeleted {
      let held = isDeleted ? "the deletion waits until the annotation is removed; " : ""
      let message = "Plan mode: \(held)\(planned(plan).count) actions are listed in status.plan"
      set(.ready, false, .planOnly, message)
    } else if let failure = failures.first(where: { $0.error.kind != .conflict }) ?? failures.first {
      let (reason, words) = failure.error.verdict
      let message = words + more(failures.count)
      set(.ready, false, reason, message)
      if reason == .progressing { set(.reconciling, true, reason, message) }
    } else if isDeleted {
      set(.ready, false, .deleting, "Deleting: \(next.first ?? "nothing is left")")
      set(.reconciling, true, .deleting, "Deleting: \(next.first ?? "nothing is left")")
    } else if !plan.isReady {
      let first = next.first ?? plan.obstacle
      set(.ready, false, .progressing, first + (next.count > 1 ? ", and \(next.count - 1) more" : ""))
      set(.reconciling, true, .progressing, "\(next.count) steps are left")
    } else {
      set(.ready, true, .asExpected, newSummary(plan.report))
    }
  }
}
