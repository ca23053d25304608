internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

extension TwingateBackend {
  /// Removes everything of a connection that is being deleted: resources, then the pods, then connectors, then the remote
  /// network.
  func teardown(_ facts: TwingateFacts) async -> TwingateTeardownPass {
    let key = facts.connection.key
    var facts = facts
    let note = notes.note(key, uid: facts.connection.metadata.uid, ledger: Ledger(facts.connection.status?.twingate))
    var pass: TwingateTeardownPass
    do throws(HostTrouble) {
      let hosted = try await host(of: facts).survey(facts)
      facts.hosted = hosted.slots
      pass = TwingateTeardownPass(facts: facts, hosted: hosted, note: note, backend: self)
    } catch {
      pass = TwingateTeardownPass(facts: facts, hosted: nil, note: note, backend: self)
      pass.trouble = error
      return pass
    }
    guard pass.concernsTwingate, !note.isGone else { return pass }
    guard let token = facts.token else {
      pass.missing =
        "the API token, to delete what is at Twingate: restore Secret \"\(facts.spec.apiTokenSecretRef.name)\", "
        + "or set spec.twingate.deletionPolicy to Retain to leave it there"
      return pass
    }
    do throws(CloudError) {
      // API servers before 1.25 let the spec name another network than that of what was made.
      let network = facts.connection.status?.twingate?.network ?? facts.spec.network
      pass.tenant = try clients.tenant(key, network: network, token: token)
    } catch {
      pass.end = error
    }
    return pass
  }
}

/// A deletion and its result.
///
///     at Twingate                      in the cluster           next
///     resources                        connectors run           delete the resources
///     no resources, connectors         connectors run           delete the workloads
///     connectors, the remote network   nothing                  delete both; an adopted remote network stays
///     nothing                          the token's copy         delete it
///     nothing                          nothing                  remove the finalizer
struct TwingateTeardownPass: KindPass {
  typealias Object = VPNConnection
  let facts: TwingateFacts
  /// Nil: the running connectors could not be read, see `trouble`.
  private var hosted: (any HostedConnectors)?
  private var note: TwingateNote
  let backend: TwingateBackend
  var tenant: SharedTenant?
  /// The prerequisite that is missing.
  var missing: String?
  var end: CloudError?
  /// Why the connectors' host could not do its part.
  var trouble: HostTrouble?
  var obstacle: Obstacle?
  private var waits: String?
  private var problem: String?

  init(facts: TwingateFacts, hosted: (any HostedConnectors)?, note: TwingateNote, backend: TwingateBackend) {
    (self.facts, self.hosted, self.note, self.backend) = (facts, hosted, note, backend)
  }

  private var isMarked: Bool { facts.connection.metadata.finalizers?.contains(TwingateBackend.finalizer) == true }

  /// Whether there may be objects at Twingate to delete. There are none before the ledger has an entry.
  var concernsTwingate: Bool {
    let isUntouched = note.ledger.ids.isEmpty && note.ledger.operations.isEmpty
    return isMarked && !facts.spec.isRetained && !(isUntouched && facts.live.secrets.isEmpty)
  }

  var finalizer: FinalizerStep {
    let isGone =
      facts.live.isEmpty && keySecrets.isEmpty && hosted?.isStopped == true && (!concernsTwingate || note.isGone)
    return isMarked && isGone ? .remove(TwingateBackend.finalizer) : .keep
  }

  /// With `Retain` the Secrets stay too.
  private var keySecrets: [ObjectMeta] { facts.spec.isRetained ? [] : facts.keySecrets?.own ?? [] }

  mutating func act(_ logger: Logger) async {
    guard missing == nil, end == nil, var hosted else { return }
    if facts.connection.isPlanOnly {
      waits = "the annotation cloudlinker.dev/reconcile: plan to be removed"
      return
    }
    var live = facts.live
    live.secrets.removeAll { $0.key.name == facts.objects.tokenName }
    var (mayStop, isGone) = (true, true)
    if concernsTwingate, note.connectorsMayStop, !hosted.isStopped {
      // Nothing is done at Twingate until they have stopped, so no look is needed.
      isGone = false
    } else if concernsTwingate, !note.isGone {
      (mayStop, isGone) = await remove(workloadsAreGone: hosted.isStopped, logger)
    }
    var actions: [GatewayAction] = []
    if mayStop {
      let outcome = await hosted.stop(logger)
      self.hosted = hosted
      (obstacle, trouble) = (outcome.obstacle, outcome.trouble)
      waits = waits ?? outcome.waits
      if hosted.isStopped { actions = Self.deletion(of: live.secrets) }
    }
    if isGone, hosted.isStopped, live.isEmpty {
      // Remembered in the status as well: without the copy of the token nobody can look again.
      (note.isGone, note.ledger) = (true, Ledger())
      backend.notes.keep(note, of: facts.connection.key)
      actions = Self.deletion(of: facts.live.secrets)
    }
    if isGone { actions += KeySecrets.deletion(of: keySecrets) }
    let (_, failed) = await backend.actions.performAll(actions, logger)
    obstacle = obstacle ?? Obstacle(failed)
  }

  private static func deletion(of secrets: [Secret]) -> [GatewayAction] {
    secrets.filter { $0.metadata.deletionTimestamp == nil }.map {
      .delete(kind: "Secret", $0.key, uid: $0.metadata.uid)
    }
  }

  /// - Returns: whether no resource needs the connectors any more, and whether everything is gone.
  private mutating func remove(workloadsAreGone: Bool, _ logger: Logger) async -> (mayStop: Bool, isGone: Bool) {
    guard let tenant else { return (false, false) }
    let (wanted, now) = (facts.wanted, facts.now)
    let keeper = TwingateKeeper(client: backend.client, facts: facts)
    let pass = TwingatePass(wanted, tenant: tenant, memory: keeper) { seen, _, ledger in
      TwingatePlanner.planTeardown(
        wanted,
        observed: seen,
        ledger: ledger,
        workloadsAreGone: workloadsAreGone,
        now: now
      )
    }
    let question = TwingateQuestion(wanted, ledger: note.ledger, isTeardown: true)
    let result = await pass.run(ledger: note.ledger, secrets: KeptSecrets(), question: question, lane: .change)
    for step in result.performed {
      logger.info("performed an action", ["action": .string(step.action.description)])
    }
    (note.ledger, note.observed) = (result.ledger, nil)
    backend.notes.keep(note, of: facts.connection.key)
    end = result.end ?? result.failures.last?.error
    guard let plan = result.plan else { return (false, false) }
    problem = plan.problems.first?.message
    waits = plan.waiting.first ?? plan.steps.first.map { "\($0.action)" } ?? plan.later.first
    let hasResources = plan.steps.contains { $0.part == .resources }
    note.connectorsMayStop = !hasResources
    backend.notes.keep(note, of: facts.connection.key)
    return (!hasResources, plan.isGone && end == nil)
  }

  var status: VPNConnectionStatus? {
    guard isMarked else { return nil }
    let connection = facts.connection
    var status = connection.status ?? VPNConnectionStatus()
    let before = status.conditions
    status.observedGeneration = connection.metadata.generation
    status.plan = nil
    var twingate = status.twingate ?? TwingateStatus()
    twingate.store(note.ledger, cluster: facts.cluster)
    twingate.connectorsAlive = nil
    status.twingate = twingate
    var set = ConditionWriter(before: before ?? [], generation: connection.metadata.generation, now: facts.now)
    let told = obstacle.flatMap { $0.isWorthTelling ? $0.message(before: before) : nil }
    let trouble = end.map(TwingateTrouble.init)
    let (reason, cause) = self.cause(told, trouble)
    set(.ready, false, .deleting, "Deleting: \(cause)")
    if needsAPerson {
      set(.stalled, true, reason, "Deleting: \(cause)")
    } else {
      set(.reconciling, true, reason, "Deleting: \(cause)")
    }
    status.conditions = set.conditions
    return status
  }

  private var needsAPerson: Bool {
    if case .refused = trouble { return true }
    return missing != nil || problem != nil || end?.isTransient == false
  }

  /// The reason why the deletion cannot end.
  private func cause(_ told: String?, _ trouble: TwingateTrouble?) -> (Reason, String) {
    if let told { return (.apiError, told) }
    if let missing { return (.secretNotFound, "waiting for \(missing)") }
    if let problem { return (.inUse, problem) }
    if let trouble = self.trouble { return (trouble.reason, trouble.message) }
    if let trouble { return (trouble.reason, trouble.message) }
    return (.deleting, waits.map { "waiting for \($0)" } ?? "what is left goes next")
  }

  var next: ReconcileResult {
    if let wait = end?.retryAfter { return .requeue(after: wait) }
    if let trouble { return trouble.next }
    if missing != nil || problem != nil || end?.isTransient == false {
      return .requeue(after: .seconds(60), jitter: 0.2)
    }
    return end == nil ? .requeue(after: .seconds(3)) : .requeueWithBackoff
  }
}
