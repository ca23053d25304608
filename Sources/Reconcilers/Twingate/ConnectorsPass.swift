internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// A pass over a connection of type Twingate whose objects there are known: first the mutations at Twingate, then the
/// objects of the connectors whose tokens exist.
struct ConnectorsPass: KindPass {
  typealias Object = VPNConnection
  let facts: TwingateFacts
  let backend: TwingateBackend
  let finalizer: FinalizerStep
  var obstacle: Obstacle?
  private(set) var repairs: [String] = []
  private(set) var outcome: TwingateOutcomes
  private var note: TwingateNote
  private var sight: TwingateSight
  private var hosted: any HostedConnectors
  private let isPlanOnly: Bool

  init(
    facts: TwingateFacts,
    hosted: any HostedConnectors,
    sight: TwingateSight,
    note: TwingateNote,
    backend: TwingateBackend
  ) {
    (self.facts, self.hosted, self.sight, self.note, self.backend) = (facts, hosted, sight, note, backend)
    isPlanOnly = facts.connection.isPlanOnly
    finalizer = isPlanOnly ? .keep : .adding(TwingateBackend.finalizer, to: facts.connection.metadata)
    outcome = TwingateOutcomes(shard: sight.shard, observed: sight.observed, ledger: note.ledger)
    guard isPlanOnly else { return }
    let plan = Self.planning(facts)(sight.observed, sight.secrets, note.ledger)
    outcome.plan = plan
    outcome.planned =
      (FinalizerStep.adding(TwingateBackend.finalizer, to: facts.connection.metadata) == .keep
        ? [] : ["add finalizer \(TwingateBackend.finalizer)"])
      + plan.actions.map(\.description) + plan.later + plannedKeySecrets + hosted.planned(sights(sight.observed))
  }

  private var plannedKeySecrets: [String] {
    (facts.keySecrets?.states ?? [:]).filter { $0.value == .absent }.keys.sorted().compactMap { account in
      facts.keySecrets?.key(account).map { "create Secret \($0) (key of service account \(account))" }
    }
  }

  static func planning(_ facts: TwingateFacts) -> TwingatePass.Planning {
    let (wanted, now) = (facts.wanted, facts.now)
    return { seen, secrets, ledger in
      TwingatePlanner.plan(wanted, observed: seen, secrets: secrets, ledger: ledger, now: now)
    }
  }

  private func sights(_ observed: ObservedTwingate) -> [ConnectorSight] {
    sight.connectors(facts.slots, in: observed)
  }

  mutating func act(_ logger: Logger) async {
    guard !isPlanOnly else { return }
    guard await keepToken(logger) else { return }
    await makeKeySecrets(logger)
    let keeper = TwingateKeeper(client: backend.client, facts: facts)
    let pass = TwingatePass(facts.wanted, tenant: sight.tenant, memory: keeper, planning: Self.planning(facts))
    let result = await pass.run(
      ledger: note.ledger,
      secrets: sight.secrets,
      observed: sight.observed,
      question: TwingateQuestion(facts.wanted, ledger: note.ledger)
    )
    log(result, logger)
    sight.observed = result.observed ?? sight.observed
    sight.revisions.merge(keeper.stored.withLock { $0 }) { _, new in new }
    (note.ledger, note.observed) = (result.ledger, result.observed)
    // The changes by this process are no reason for a full look.
    note.question = result.observed.map { _ in TwingateQuestion(facts.wanted, ledger: result.ledger) }
    backend.notes.keep(note, of: facts.connection.key)
    outcome.take(result)
    let isReached = facts.connection.status?.observedGeneration == facts.connection.metadata.generation
    if isReached { repairs = result.performed.flatMap(\.repairs) }

    let hosting = await hosted.run(sights(sight.observed), logger)
    (outcome.hostTrouble, outcome.isHeld) = (hosting.trouble, hosting.isHeld)
    repairs += hosting.repairs
    let keys = KeySecrets.deletion(of: facts.keySecrets?.stale ?? [])
    let (_, failed) = await backend.actions.performAll(staleSecrets + keys, logger)
    obstacle = obstacle ?? hosting.obstacle ?? Obstacle(failed)
  }

  /// The Secrets of connectors that should not exist any more.
  private var staleSecrets: [GatewayAction] {
    let kept = Set(facts.slots.map { facts.objects.name($0.key) } + [facts.objects.tokenName])
    return facts.live.secrets.filter { !kept.contains($0.key.name) }.map {
      .delete(kind: "Secret", $0.key, uid: $0.metadata.uid)
    }
  }

  /// Called before the keys are made: a key that cannot be stored must not be made.
  private mutating func makeKeySecrets(_ logger: Logger) async {
    guard let secrets = facts.keySecrets else { return }
    for account in facts.wanted.serviceAccounts.map(\.name)
    where sight.secrets.keys[account] == nil && sight.secrets.unwritable[account] == nil {
      guard secrets.states[account] == .absent, let secret = secrets.secret(account) else { continue }
      do throws(KubernetesError) {
        _ = try await backend.client.create(secret)
        logger.info("performed an action", ["action": .string("create Secret \(secret.key)")])
      } catch  where error.kind == .alreadyExists {
        // The cache lags behind: the next pass sees whose it is.
        sight.secrets.unwritable[account] = "Secret \(secret.key.name) was made meanwhile"
      } catch {
        sight.secrets.unwritable[account] = "Secret \(secret.key.name) cannot be made: \(error.message)"
        obstacle = obstacle ?? Obstacle(attempt: "create Secret \(secret.key)", error: error)
      }
    }
  }

  /// Called before anything is made at Twingate, which must be deleted even if the tenant's Secret is deleted first.
  private mutating func keepToken(_ logger: Logger) async -> Bool {
    guard let token = facts.token else { return false }
    let copy = facts.objects.apiToken(token.value)
    guard !SecretDigest.same(copy, facts.live.secrets.first(where: { $0.key == copy.key })) else { return true }
    let (_, failed) = await backend.actions.performAll([.applySecret(copy)], logger)
    obstacle = Obstacle(failed)
    return failed.isEmpty
  }

  private func log(_ result: TwingatePass.Result, _ logger: Logger) {
    for step in result.performed {
      logger.info("performed an action", ["action": .string(step.action.description)])
    }
    for failure in result.failures {
      logger.warning(
        "an action failed",
        ["action": .string(failure.step.action.description), "error": .string(failure.error.description)]
      )
    }
  }

  var status: VPNConnectionStatus? {
    TwingateStatusReport(
      facts: facts,
      outcome: outcome,
      sights: sights(sight.observed),
      hosted: hosted,
      obstacle: obstacle
    ).status
  }

  /// Soon if something is under way, otherwise with the next look at the connectors.
  var next: ReconcileResult {
    if let error = outcome.end { return error.next }
    if let trouble = outcome.hostTrouble { return trouble.next }
    if !outcome.failures.isEmpty { return .requeue(after: TwingateBackend.pulse, jitter: 0.2) }
    if outcome.isUnsettled { return .requeue(after: .seconds(2)) }
    let names = sights(sight.observed)
    // Another connector may get its tokens when this one is back.
    let isWaiting = outcome.isHeld || !(outcome.plan?.later.isEmpty ?? true)
    let isExpected = !facts.connection.spec.isSuspended && names.contains { !$0.isAlive }
    return .requeue(after: isExpected || isWaiting ? TwingateBackend.expectation : TwingateBackend.pulse)
  }
}

/// The results of a pass, for the status.
struct TwingateOutcomes: Sendable {
  let shard: String
  var observed: ObservedTwingate
  var ledger: Ledger
  var plan: TwingatePlan?
  /// Why the pass ended early.
  var end: CloudError?
  /// Refusals by Twingate that do not concern everything.
  var failures: [PlanRun<TwingatePart, TwingateAction, TwingateReport>.Failure] = []
  /// Why the connectors' host could not do its part.
  var hostTrouble: HostTrouble?
  /// The actions that plan mode lists; nil outside plan mode.
  var planned: [String]?
  /// Whether a connector waits for others before it is replaced.
  var isHeld = false
  /// Whether another pass could do more at once.
  var isUnsettled = false

  init(shard: String, observed: ObservedTwingate, ledger: Ledger) {
    (self.shard, self.observed, self.ledger) = (shard, observed, ledger)
  }

  mutating func take(_ result: TwingatePass.Result) {
    plan = result.plan
    ledger = result.ledger
    observed = result.observed ?? observed
    end = result.end ?? result.failures.map(\.error).first { $0.kind == .forbidden }
    failures = result.failures.filter { $0.error != end }
    isUnsettled = end == nil && failures.isEmpty && !(result.plan?.steps.isEmpty ?? true)
  }
}
