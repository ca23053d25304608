package import Cloud
package import Foundations

/// Carries out a plan step by step and decides what a failed step means for the others.
///
///     a step failed with                                  the rest of the plan
///     throttled, unavailable, transport, malformed,       is left to the next pass: the cloud or the way to it has
///     unauthenticated                                     trouble
///     anything else                                       goes on, except what needs what the step would have provided
///
/// A step that was refused before (`RefusedAction`) fails the same way without a request until it is due again.
package struct PlanRun<Part: Sendable & Hashable & CaseIterable, Action: PlanAction, Report: Sendable>: Sendable {
  package typealias Step = ResourcePlan<Part, Action, Report>.Step
  package struct Failure: Sendable {
    package var step: Step
    package var error: CloudError
    /// When the step is tried again, if an earlier refusal kept it from being tried now.
    package var postponedTo: Timestamp?
  }

  package private(set) var performed: [Step] = []
  package private(set) var failures: [Failure] = []
  /// Steps that were not tried because an earlier one failed.
  package private(set) var skipped: [Step] = []
  private var rest: ArraySlice<Step>
  private var current: Step?
  private var missing: Set<String> = []
  private let refused: [String: RefusedAction]
  private let now: Timestamp

  /// - Parameter refused: actions that were refused before, by their descriptions.
  package init(
    _ plan: ResourcePlan<Part, Action, Report>,
    refused: [String: RefusedAction] = [:],
    now: Timestamp = Timestamp(seconds: 0)
  ) {
    rest = plan.steps[...]
    self.refused = refused
    self.now = now
  }

  /// The next step to try; nil when the run is over. Call `succeeded` or `failed` after every step.
  package mutating func next() -> Step? {
    while let step = rest.popFirst() {
      guard step.action.needs.isDisjoint(with: missing) else {
        skip(step)
        continue
      }
      guard let refusal = refused[step.action.description], refusal.retryAt > now else {
        current = step
        return step
      }
      failures.append(Failure(step: step, error: refusal.error, postponedTo: refusal.retryAt))
      missing.formUnion(step.action.provides)
    }
    return nil
  }

  package mutating func succeeded() {
    if let current { performed.append(current) }
    current = nil
  }

  package mutating func failed(_ error: CloudError) {
    guard let step = current else { return }
    current = nil
    failures.append(Failure(step: step, error: error))
    missing.formUnion(step.action.provides)
    guard Self.concernsAll(error) else { return }
    skipped += rest
    rest = []
  }

  /// The error that ended the run early; nil if every step had its turn.
  package var end: CloudError? { failures.last.map(\.error).flatMap { Self.concernsAll($0) ? $0 : nil } }

  /// The refusals that the next run needs to know. Refusals of actions that the plan no longer contains are dropped.
  package func refusals() -> [String: RefusedAction] {
    var refusals: [String: RefusedAction] = [:]
    for failure in failures where !failure.error.isTransient && !Self.concernsAll(failure.error) {
      let action = failure.step.action.description
      let earlier = refused[action]
      let isPostponed = failure.postponedTo != nil
      refusals[action] = isPostponed ? earlier : RefusedAction(failure.error, after: earlier, now: now)
    }
    for step in skipped { refusals[step.action.description] = refused[step.action.description] }
    return refusals
  }

  private mutating func skip(_ step: Step) {
    skipped.append(step)
    missing.formUnion(step.action.provides)
  }

  private static func concernsAll(_ error: CloudError) -> Bool {
    switch error.kind {
    case .throttled, .unavailable, .transport, .malformed, .unauthenticated: true
    default: false
    }
  }
}
