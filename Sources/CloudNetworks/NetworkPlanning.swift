internal import CloudResources

/// Short forms in which the planners of all clouds collect their plans.
protocol NetworkPlanning {
  associatedtype Action: PlanAction
  var plan: NetworkPlan<Action> { get set }
}

extension NetworkPlanning {
  mutating func act(_ part: NetworkPart, _ action: Action, repair: String? = nil, isCosmetic: Bool = false) {
    plan.act(part, action, repairs: repair.map { [$0] } ?? [], isCosmetic: isCosmetic)
  }

  mutating func later(_ part: NetworkPart, _ description: String) { plan.later(part, description) }

  mutating func problem(_ part: NetworkPart, _ kind: ProblemKind, _ message: String) {
    plan.problem(part, kind, message)
  }
}
