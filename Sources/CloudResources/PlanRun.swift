public import Cloud

/// Carries out a plan step by step and decides what a failed step means for the others.
///
///     a step failed with                                  the rest of the plan
///     throttled, unavailable, transport, malformed,       is left to the next pass: the cloud or the way to it has
///     unauthenticated                                     trouble
///     anything else                                       goes on, except what needs what the step would have provided
public struct PlanRun<Part: Sendable & Hashable & CaseIterable, Action: PlanAction, Report: Sendable>: Sendable {
  public typealias Step = ResourcePlan<Part, Action, Report>.Step
  public struct Failure: Sendable {
    public var step: Step
    public var error: CloudError
  }

  public private(set) var performed: [Step] = []
  public private(set) var failures: [Failure] = []
  /// Steps that were not tried because an earlier one failed.
  public private(set) var skipped: [Step] = []
  private var rest: ArraySlice<Step>
  private var current: Step?
  private var missing: Set<String> = []

  public init(_ plan: ResourcePlan<Part, Action, Report>) { rest = plan.steps[...] }

  /// The step to try now; nil: the run is over. Every step is followed by `succeeded` or `failed`.
  public mutating func next() -> Step? {
    while let step = rest.popFirst() {
      if step.action.needs.isDisjoint(with: missing) {
        current = step
        return step
      }
      skip(step)
    }
    return nil
  }

  public mutating func succeeded() {
    if let current { performed.append(current) }
    current = nil
  }

  public mutating func failed(_ error: CloudError) {
    guard let step = current else { return }
    current = nil
    failures.append(Failure(step: step, error: error))
    missing.formUnion(step.action.provides)
    guard Self.concernsAll(error) else { return }
    skipped += rest
    rest = []
  }

  /// The error that ended the run early; nil: every step had its turn.
  public var end: CloudError? { failures.last.map(\.error).flatMap { Self.concernsAll($0) ? $0 : nil } }

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
