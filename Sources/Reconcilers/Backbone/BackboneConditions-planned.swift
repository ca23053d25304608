internal import Cloud
internal import CloudLinkerAPI
internal import CloudNetworks
internal import CloudResources
internal import ControllerRuntime

extension BackboneConditions {
  func add(
    _ plan: NetworkPlan<CloudNetwork.Action>,
    _ failures: [BackboneRun.Failure],
    to set: inout ConditionWriter
  ) {
    let failures = failures.filter { !($0.step.isCosmetic && $0.error.isTransient) }
    let parts = plan.parts
    for part in NetworkPart.allCases {
      if let problem = plan.problems.first(where: { $0.part == part }) {
        set(part.condition, false, Reason(problem.kind), problem.message)
      } else if let failure = failures.first(where: { $0.step.part == part }) {
        let (reason, cure) = Self.explain(failure.error)
        set(part.condition, false, reason, "\(failure.step.action): \(failure.error)\(cure)")
      } else if case .pending(let cause)? = parts[part] {
        let reason = facts.isDeleted ? Reason.deleting : .progressing
        set(part.condition, false, reason, facts.isDeleted ? "Deleting" : "Waiting for \(cause)")
      } else {
        set(part.condition, true, .asExpected, plan.report.remarks[part] ?? part.words)
      }
    }
    setReady(plan, failures, &set)
  }

  private func setReady(
    _ plan: NetworkPlan<CloudNetwork.Action>,
    _ failures: [BackboneRun.Failure],
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
      let (reason, cure) = Self.explain(failure.error)
      stall(reason, "\(failure.error)\(cure)" + more(refused.count))
    } else if facts.isPlanOnly, !plan.actions.isEmpty || facts.isDeleted {
      let count = facts.planned(plan).count
      let held = facts.isDeleted ? "the deletion waits until the annotation is removed; " : ""
      set(.ready, false, .planOnly, "Plan mode: \(held)\(count) actions are listed in status.plan")
    } else if let failure = failures.first(where: { $0.error.kind != .conflict }) ?? failures.first {
      let (reason, cure) = Self.explain(failure.error)
      let message = "\(failure.error)\(cure)" + more(failures.count)
      set(.ready, false, reason, message)
      if reason == .progressing { set(.reconciling, true, reason, message) }
    } else if facts.isDeleted {
      set(.ready, false, .deleting, "Deleting: \(next.first ?? "nothing is left")")
      set(.reconciling, true, .deleting, "Deleting: \(next.first ?? "nothing is left")")
    } else if !plan.isReady {
      let first = next.first ?? plan.obstacle
      set(.ready, false, .progressing, first + (next.count > 1 ? ", and \(next.count - 1) more" : ""))
      set(.reconciling, true, .progressing, "\(next.count) steps are left")
    } else {
      set(.ready, true, .asExpected, Self.summary(plan.report))
    }
  }
}

extension NetworkPart {
  var condition: ConditionType {
    switch self {
    case .network: .networkReady
    case .subnets: .subnetsReady
    case .routes: .routesReady
    case .egress: .egressReady
    case .firewall: .firewallReady
    }
  }
  var words: String {
    switch self {
    case .network: "The network is as asked"
    case .subnets: "Every subnet is as asked"
    case .routes: "Every route is as asked"
    case .egress: "The way out is as asked"
    case .firewall: "The operator's firewalls allow exactly the configured rules"
    }
  }
}
