/// A mutating call to a cloud.
///
/// `provides` and `needs` are keys, each an object's id or, before it has one, its role. When an action fails, the
/// actions after it that need a key of its `provides` are skipped; all others are carried out.
package protocol PlanAction: Sendable, CustomStringConvertible {
  /// Keys that later actions can rely on once this action succeeded.
  var provides: Set<String> { get }
  /// Keys that must have been provided, if an earlier action of the plan provides them.
  var needs: Set<String> { get }
}

package enum PartState: Sendable, Hashable {
  case ready
  /// Not ready; the text follows "waiting for".
  case pending(String)
}

/// The changes that a cloud needs, and what is known about each part of the wanted state.
///
/// A planner compares the wanted state with what was observed and collects the differences here:
///
///     an object                              the planner calls
///     to be created, changed or deleted      `act`, which also makes its part pending
///     being created or deleted               `wait`
///     that must wait for another             `later`
///     that only a person can resolve         `problem`
///
/// A part is ready only if the planner says that it has compared all of it (`judge`) and nothing made it pending. A
/// planner that returns early therefore never claims a part that it did not compare.
package struct ResourcePlan<Part: Sendable & Hashable & CaseIterable, Action: PlanAction, Report: Sendable>: Sendable {
  package struct Step: Sendable {
    package var part: Part
    package var action: Action
    /// The changes by others that this step reverts, one sentence for each.
    package var repairs: [String]
    /// Whether the part counts as ready before the step is done, as for tags.
    package var isCosmetic: Bool
  }

  /// Steps that can be carried out now, in order.
  package private(set) var steps: [Step] = []
  /// Descriptions of steps that follow once what they need is there.
  package private(set) var later: [String] = []
  /// What the cloud is working on: `NAT gateway nat-0a1b in eu-west-1a is pending`.
  package private(set) var waiting: [String] = []
  package private(set) var problems: [Problem<Part>] = []
  package var report: Report
  /// For a deletion or a release: nothing is left.
  package var isGone = false
  /// When the next pass is due although nothing happened; nil: at the next check for drift.
  package private(set) var lookAgainAfter: Duration?
  /// What those parts wait for that the planner did not compare.
  package var obstacle: String
  private var causes: [Part: String] = [:]
  private var judged: Set<Part> = []

  /// - Parameter obstacle: the initial value of `obstacle`.
  package init(report: Report, obstacle: String) {
    self.report = report
    self.obstacle = obstacle
  }

  package var actions: [Action] { steps.map(\.action) }
  /// The changes by others that the steps revert.
  package var repairs: [String] { steps.flatMap(\.repairs) }

  package var parts: [Part: PartState] {
    var parts: [Part: PartState] = [:]
    for part in Part.allCases {
      parts[part] = causes[part].map { .pending($0) } ?? (judged.contains(part) ? .ready : .pending(obstacle))
    }
    return parts
  }

  /// Whether every part is ready and there is no problem.
  package var isReady: Bool {
    problems.isEmpty && Part.allCases.allSatisfy { judged.contains($0) && causes[$0] == nil }
  }

  // MARK: Collecting

  package mutating func act(_ part: Part, _ action: Action, repairs: [String] = [], isCosmetic: Bool = false) {
    steps.append(Step(part: part, action: action, repairs: repairs, isCosmetic: isCosmetic))
    if !isCosmetic { hold(part, action.description) }
  }

  /// - Parameter delay: how long until the next pass, unless one is due sooner.
  package mutating func wait(_ part: Part, _ description: String, for delay: Duration? = nil) {
    waiting.append(description)
    hold(part, description)
    if let delay { lookAgain(after: delay) }
  }

  package mutating func later(_ part: Part, _ description: String) {
    later.append(description)
    hold(part, description)
  }

  package mutating func problem(_ part: Part, _ kind: ProblemKind, _ message: String) {
    problems.append(Problem(part, kind, message))
    hold(part, message)
  }

  /// Makes a part pending. The first cause is the one that is reported.
  package mutating func hold(_ part: Part, _ cause: String) { causes[part] = causes[part] ?? cause }

  /// Says that everything of every part has been compared.
  package mutating func judge() { judged = Set(Part.allCases) }

  /// Says that everything of this part has been compared.
  package mutating func judge(_ part: Part) { judged.insert(part) }

  package mutating func lookAgain(after delay: Duration) { lookAgainAfter = min(lookAgainAfter ?? delay, delay) }

  /// The same plan with its actions converted.
  package func map<Other: PlanAction>(_ body: (Action) -> Other) -> ResourcePlan<Part, Other, Report> {
    var other = ResourcePlan<Part, Other, Report>(report: report, obstacle: obstacle)
    other.steps = steps.map {
      .init(part: $0.part, action: body($0.action), repairs: $0.repairs, isCosmetic: $0.isCosmetic)
    }
    (other.later, other.waiting, other.problems) = (later, waiting, problems)
    (other.isGone, other.lookAgainAfter) = (isGone, lookAgainAfter)
    (other.causes, other.judged) = (causes, judged)
    return other
  }
}
