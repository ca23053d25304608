package import Cloud
package import CloudResources
package import Twingate

/// Looks, plans and acts until nothing is left to do, something fails, or the budget is used up.
///
/// There is no look between rounds: the answer to each mutation is recorded in what was observed. After a lost answer,
/// and after a refusal that shows that the look is out of date, the next pass looks first.
package struct TwingatePass: Sendable {
  package typealias Planning = @Sendable (ObservedTwingate, KeptSecrets, Ledger) -> TwingatePlan

  package struct Result: Sendable {
    /// The last plan, made after all actions or before the one that failed. Nil: the look failed.
    package var plan: TwingatePlan?
    package var performed: [TwingatePlan.Step] = []
    package var failures: [PlanRun<TwingatePart, TwingateAction, TwingateReport>.Failure] = []
    /// Why the pass ended early: the look or the memory failed, or Twingate is in trouble.
    package var end: CloudError?
    package var ledger: Ledger
    package var secrets: KeptSecrets
    /// For the next pass; nil: that pass has to look.
    package var observed: ObservedTwingate?
  }

  /// The most plans in one pass. It needs four: an object, its connector's tokens or its access, what refers to it, and
  /// one that finds nothing left. It is doubled for safety and limited, so that a plan that never settles ends.
  static let rounds = 8
  let tenant: any TwingateTenant
  let memory: any TwingateMemory
  let wanted: WantedTwingate
  let planning: Planning

  package init(
    _ wanted: WantedTwingate,
    tenant: any TwingateTenant,
    memory: any TwingateMemory,
    planning: @escaping Planning
  ) {
    self.wanted = wanted
    self.tenant = tenant
    self.memory = memory
    self.planning = planning
  }

  /// - Parameters:
  ///   - observed: from the previous pass; nil: look first.
  ///   - question: what a look has to find out.
  ///   - acts: false in plan mode: the plan is made, but nothing is sent or stored.
  package func run(
    ledger: Ledger,
    secrets: KeptSecrets,
    observed: ObservedTwingate? = nil,
    question: TwingateQuestion,
    lane: Lane = .look,
    acts: Bool = true
  ) async -> Result {
    var result = Result(ledger: ledger, secrets: secrets, observed: observed)
    do throws(CloudError) {
      // If the spec has changed, the previous look did not ask for what the new spec needs.
      let asked = TwingateQuestion(wanted, ledger: Ledger(), isTeardown: question.looksEverywhere)
      if result.observed?.asked != asked {
        result.observed = try await tenant.look(question, made: ledger.madeResources, lane: lane)
        result.observed?.asked = asked
      }
      for _ in 0..<Self.rounds {
        guard let seen = result.observed else { break }
        let plan = planning(seen, result.secrets, result.ledger)
        result.plan = plan
        guard acts else { return result }
        var next = result.ledger
        next.record(plan.report)
        // An intent counts once it is kept: the next round would act on it, and a crash would lose it. What was found by
        // the name of an intent is kept by its id before this plan gives it another name.
        let isFound = plan.report.found.keys.contains { result.ledger.operations[$0] != nil }
        if !plan.report.intents.isEmpty || isFound { try await memory.keep(next) }
        result.ledger = next
        guard plan.report.intents.isEmpty else { continue }
        guard !plan.steps.isEmpty else { break }
        try await carryOut(plan, &result)
        guard result.failures.isEmpty else { break }
      }
      if result.ledger != ledger { try await memory.keep(result.ledger) }
    } catch {
      result.end = error
      if error.mayHaveBeenProcessed { result.observed = nil }
    }
    return result
  }

  private func carryOut(_ plan: TwingatePlan, _ result: inout Result) async throws(CloudError) {
    var run = PlanRun(plan)
    while let step = run.next() {
      let outcome: TwingateOutcome
      do throws(CloudError) { outcome = try await tenant.perform(step.action) } catch {
        run.failed(error)
        forget(step.action, after: error, &result)
        continue
      }
      try await keep(outcome, of: step.action, &result)
      run.succeeded()
      result.performed.append(step)
    }
    result.failures = run.failures
    result.end = run.end
    try await memory.keep(result.ledger)
  }

  /// Forgets the look or the intent if the failure shows that it no longer holds.
  private func forget(_ action: TwingateAction, after error: CloudError, _ result: inout Result) {
    // If the budget or Twingate held the request back, nothing was done.
    if error.kind != .throttled { result.observed = nil }
    if !error.mayHaveBeenProcessed, error.kind != .throttled { result.ledger.operations[action.role] = nil }
  }

  private func keep(
    _ outcome: TwingateOutcome,
    of action: TwingateAction,
    _ result: inout Result
  ) async throws(CloudError) {
    result.observed?.record(action, outcome)
    result.ledger.record(action, outcome)
    switch outcome {
    case .tokens(let pair):
      guard case .makeTokens(let id) = action.call,
        let name = TwingateRole.name(in: action.role, of: TwingateRole.connector)
      else { return }
      try await memory.store(pair, connector: name, id: id, rotation: wanted.tokenRotation)
      result.secrets.tokens[name] = .init(connectorID: id, rotation: wanted.tokenRotation)
    case .key(let made):
      guard let name = TwingateRole.name(in: action.role, of: TwingateRole.serviceAccount) else { return }
      try await memory.store(made, serviceAccount: name)
      result.secrets.keys[name] = made.key.id
    default: break
    }
  }
}

extension Ledger {
  /// Origins of the resources that were made or found.
  var madeResources: Set<String> { Set(ids.keys.compactMap { TwingateRole.name(in: $0, of: TwingateRole.resource) }) }

  /// Records what a plan found.
  mutating func record(_ report: TwingateReport) {
    for (role, id) in report.found {
      ids[role] = id
      operations[role] = nil
    }
    for role in report.abandoned {
      operations[role] = nil
      ids[role] = nil
    }
    operations.merge(report.intents) { _, new in new }
    settled.merge(report.settled) { _, new in new }
  }

  /// Records the effect of a mutation.
  mutating func record(_ action: TwingateAction, _ outcome: TwingateOutcome) {
    switch outcome {
    case .remoteNetwork(let network): ids[action.role] = network.id
    case .connector(let connector): ids[action.role] = connector.id
    case .resource(let resource): ids[action.role] = resource.id
    case .group(let group): ids[action.role] = group.id
    case .serviceAccount(let account): ids[action.role] = account.id
    case .tokens, .key, .done: break
    }
    operations[action.role] = nil
    switch action.call {
    case .deleteRemoteNetwork(let id), .deleteConnector(let id), .deleteResource(let id), .deleteGroup(let id),
      .deleteServiceAccount(let id):
      // A duplicate has the role of the object that stays.
      guard ids[action.role] == nil || ids[action.role] == id else { return }
      ids[action.role] = nil
      settled[action.role] = nil
    default: break
    }
  }
}
