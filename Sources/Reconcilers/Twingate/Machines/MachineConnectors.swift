internal import Cloud
internal import CloudConnectors
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// One machine for each connector, in a Backbone.
struct MachineConnectors<Machines: ConnectorCloud>: HostedConnectors {
  /// A machine takes a minute or two from its start to a connector that is alive. After this time something is wrong.
  private static var patience: Duration { .seconds(300) }
  /// The most plans in one pass: for what others need, for those, and one that finds nothing left. The next pass
  /// continues with what a cloud does not list yet, or what is under way.
  private static var rounds: Int { 5 }

  private let facts: TwingateFacts
  private let desired: DesiredConnectors
  private var state: Machines.Planner.State
  /// Revisions of the tokens with which everything was as specified; nil: not known.
  private let remembered: [String: String]?
  private let machines: Machines
  private let host: MachineConnectorHost
  private let seating: ConnectorSeating

  init(
    _ facts: TwingateFacts,
    _ desired: DesiredConnectors,
    _ state: Machines.Planner.State,
    remembered: [String: String]?,
    _ machines: Machines,
    in provider: CloudProvider,
    _ host: MachineConnectorHost
  ) {
    location = provider == .aws ? .aws : provider == .gcp ? .googleCloud : .azure
    (self.facts, self.desired, self.state, self.remembered) = (facts, desired, state, remembered)
    (self.machines, self.host) = (machines, host)
    seating = ConnectorSeating(
      wanted: Machines.Planner.wanted(desired, state, known: facts.connectorKeys, now: facts.now),
      machines: state.connectorMachines.filter(\.isLive).map { machine in
        SeatedMachine(key: machine.key, imageID: machine.imageID, launched: machine.launched ?? facts.now)
      },
      alive: facts.aliveKeys,
      now: facts.now
    )
  }

  // MARK: What there is

  let location: RemoteNetwork.Location

  var slots: [ConnectorSlot] {
    let notifies = facts.spec.connectors?.notifyWhenOffline ?? true
    return seating.connectors.map { seated in
      var connector = WantedTwingate.Connector(facts.connectorName(seated.key), notifiesWhenOffline: notifies)
      connector.keepsTokens = true
      return ConnectorSlot(key: seated.key, connector: connector)
    }
  }

  var isStopped: Bool { state.isEmpty }

  /// The newest machine of a connector; an ended one only if there is no other.
  private func machine(_ key: String) -> ConnectorMachine? {
    let found = state.connectorMachines.filter { $0.key == key }
    return found.max { one, other in
      let zero = Timestamp(seconds: 0)
      func rank(_ machine: ConnectorMachine) -> (Int, Timestamp, String) {
        (machine.phase == .ended ? 0 : 1, machine.launched ?? zero, machine.id)
      }
      return rank(one) < rank(other)
    }
  }

  func start(of slot: ConnectorSlot) -> Timestamp? {
    machine(slot.key).flatMap { $0.isLive ? $0.launched : nil }
  }

  /// A machine reads its tokens once, so only one that was as specified with the Secret's tokens uses them.
  func isSettled(_ sight: ConnectorSight) -> Bool {
    guard sight.isAlive, let since = sight.aliveSince, let revision = sight.revision else { return false }
    return facts.now.since(since) >= ConnectorObjectsPlan.settling && remembered?[sight.key] == revision
  }

  func place(of sight: ConnectorSight) -> ConnectorPlace {
    var place = ConnectorPlace()
    place.zone = seating.connectors.first { $0.key == sight.key }?.seat.zone
    guard let machine = machine(sight.key) else { return place }
    (place.host, place.zone) = (machine.id, machine.zone.isEmpty ? place.zone : machine.zone)
    switch machine.phase {
    case .running:
      guard let silence = Silence(since: machine.launched ?? facts.now, now: facts.now, patience: Self.patience) else {
        break
      }
      place.reason = .notConnected
      place.message =
        "machine \(machine.id) was started \(silence.words) and Twingate does not hear its connector: read its console output "
        + "(\(machine.console)), and check that the Backbone lets it out"
    case .ended:
      place.message = "machine \(machine.id) was terminated (\(machine.cause ?? "no reason given")): another is made"
    case .starting: place.message = "machine \(machine.id) is starting"
    case .halted(let state): place.message = "machine \(machine.id) is \(state): it is replaced"
    }
    return place
  }

  // MARK: What is to be done

  func planned(_ sights: [ConnectorSight]) -> [String] {
    let plan = plan([:])
    return plan.actions.map(\.description) + plan.later + plan.problems.map(\.message)
  }

  private func plan(_ tokens: [String: ConnectorSecret]) -> ConnectorPlan<Machines.Planner.Action> {
    // As recorded in the last status, because EC2 forgets a machine an hour after its end.
    var known: [String: String] = [:]
    for connector in facts.connection.status?.twingate?.connectors ?? [] {
      guard let key = seating.connectors.first(where: { facts.connectorName($0.key) == connector.name })?.key,
        let id = connector.host
      else { continue }
      known[key] = id
    }
    return Machines.Planner.plan(desired, seating.connectors, tokens: tokens, known: known, state)
  }

  mutating func run(_ sights: [ConnectorSight], _ logger: Logger) async -> HostOutcome {
    var revisions: [String: String] = [:]
    for sight in sights { revisions[sight.key] = sight.revision }
    guard remembered != revisions else { return HostOutcome() }
    host.surveys.forget(facts.connection.key)
    let tokens: [String: ConnectorSecret]
    do throws(KubernetesError) { tokens = try await readTokens(sights) } catch {
      return HostOutcome(obstacle: Obstacle(attempt: "read the tokens of the connectors", error: error))
    }
    var outcome = await carryOut(logger) { $0.plan(tokens) }
    outcome.isHeld = outcome.isHeld || seating.isHeld
    if outcome.trouble == nil, !outcome.isHeld, seating.connectors.count == desired.seats.count {
      let keys = Set(seating.connectors.map(\.key))
      let entry = MachineSurveys.Entry(
        desired: desired,
        state: state,
        revisions: revisions,
        at: facts.now,
        keys: keys
      )
      host.surveys.keep(entry, of: facts.connection.key)
    }
    return outcome
  }

  mutating func stop(_ logger: Logger) async -> HostOutcome {
    host.surveys.forget(facts.connection.key)
    let desired = desired
    var outcome = await carryOut(logger) { Machines.Planner.planAbsence(desired, $0.state) }
    outcome.repairs = []
    if isStopped { outcome.waits = nil }
    return outcome
  }

  /// Plans, acts and looks again until nothing is left that can be done now.
  private mutating func carryOut(
    _ logger: Logger,
    _ planning: (Self) -> ConnectorPlan<Machines.Planner.Action>
  ) async -> HostOutcome {
    var outcome = HostOutcome()
    var performed: Set<String> = []
    let name = facts.spec.connectors?.backboneRef?.name ?? ""
    for _ in 0..<Self.rounds {
      let plan = planning(self)
      (outcome.isHeld, outcome.trouble) = (!plan.isReady, nil)
      outcome.waits = plan.waiting.first ?? plan.actions.first?.description ?? plan.later.first
      if let problem = plan.problems.first { outcome.trouble = Self.trouble(problem, name) }
      // An action was done but does not show yet: the next pass looks again.
      guard plan.steps.contains(where: { !performed.contains($0.action.description) }) else { break }
      var run = PlanRun(plan)
      while let step = run.next() {
        let action = Logger.Value.string(step.action.description)
        do throws(CloudError) {
          try await machines.perform(step.action, desired, now: facts.now)
          run.succeeded()
          logger.info("performed an action", ["action": action])
        } catch {
          run.failed(error)
          logger.warning("an action failed", ["action": action, "error": .string(error.description)])
        }
      }
      performed.formUnion(run.performed.map(\.action.description))
      outcome.repairs += run.performed.flatMap(\.repairs)
      if let failure = run.failures.first(where: { !$0.error.isTransient }) ?? run.failures.first {
        // A failure that may pass by itself, such as using a role that is seconds old, is not worth reporting.
        let isYoung = failure.error.isTransient || failure.error.kind == .notFound
        if !isYoung || run.end != nil { outcome.trouble = HostTrouble(failure.error, of: name) }
        if run.performed.isEmpty { break }
      }
      do throws(CloudError) { state = try await machines.gather(desired, now: facts.now) } catch {
        outcome.trouble = HostTrouble(error, of: name)
        break
      }
    }
    return outcome
  }

  private static func trouble(_ problem: Problem<ConnectorPart>, _ backbone: String) -> HostTrouble {
    .failed(
      CloudError(.invalid, operation: "machines", message: problem.message),
      reason: Reason(problem.kind),
      message: problem.message
    )
  }

  /// The tokens that the Secrets hold, by the connectors' keys.
  private func readTokens(_ sights: [ConnectorSight]) async throws(KubernetesError) -> [String: ConnectorSecret] {
    var tokens: [String: ConnectorSecret] = [:]
    for sight in sights where sight.revision != nil {
      let key = ObjectKey(namespace: facts.defaults.namespace, name: facts.objects.name(sight.key))
      let secret: Secret
      do { secret = try await host.client.get(Secret.self, key) } catch  where error.kind == .notFound { continue }
      let data = SecretReader.decode(secret.data ?? [:])
      guard let access = data[ConnectorObjects.accessToken], let refresh = data[ConnectorObjects.refreshToken] else {
        continue
      }
      tokens[sight.key] = ConnectorSecret(
        access: SecretText(String(decoding: access, as: UTF8.self)),
        refresh: SecretText(String(decoding: refresh, as: UTF8.self))
      )
    }
    return tokens
  }
}

/// The remains in a Backbone that no longer exists, of a connection that retains what it has.
struct AbandonedConnectors: HostedConnectors {
  var slots: [ConnectorSlot] { [] }
  var isStopped: Bool { true }
  func start(of slot: ConnectorSlot) -> Timestamp? { nil }
  func isSettled(_ sight: ConnectorSight) -> Bool { true }
  func place(of sight: ConnectorSight) -> ConnectorPlace { ConnectorPlace() }
  func planned(_ sights: [ConnectorSight]) -> [String] { [] }
  func run(_ sights: [ConnectorSight], _ logger: Logger) async -> HostOutcome { HostOutcome() }
  func stop(_ logger: Logger) async -> HostOutcome { HostOutcome() }
}
