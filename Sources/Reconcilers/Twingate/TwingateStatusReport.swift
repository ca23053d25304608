internal import Cloud
internal import CloudLinkerAPI
internal import CloudResources
internal import ControllerRuntime
internal import Foundations
internal import Kubernetes
internal import Twingate
internal import TwingateResources

/// The status after a pass that has looked at Twingate.
///
///     connectors      ConnectorsReady           Ready
///     suspended       False  Suspended          False  Suspended
///     all alive       True   Connected          True   Connected
///     some alive      False  Degraded           True   Degraded
///     none, a cause   False  that cause         False  that cause
///     none yet        False  Connecting         False  Connecting (Reconciling)
///
///     resources              ResourcesReady     Ready
///     as specified           True   AsExpected  by the connectors
///     some refused           False  the reason  by the connectors, and True becomes Degraded
///     some still to be made  False  Progressing by the connectors (Reconciling)
///
/// Where Twingate refuses something for the connection as a whole, Ready is False with that reason.
struct TwingateStatusReport {
  let facts: TwingateFacts
  let outcome: TwingateOutcomes
  let sights: [ConnectorSight]
  let hosted: any HostedConnectors
  let obstacle: Obstacle?

  private typealias Verdict = (status: Conditions.Status, reason: Reason, message: String)
  private var connection: VPNConnection { facts.connection }

  var status: VPNConnectionStatus {
    var status = VPNConnectionStatus()
    status.plan = outcome.planned
    status.twingate = twingate
    let told = obstacle.flatMap { $0.isWorthTelling ? $0 : nil }
    // A spec that has not been carried out is not in force.
    let isCarriedOut = told == nil && (outcome.end.map { !$0.isTransient } ?? true) && outcome.plan != nil
    status.observedGeneration =
      isCarriedOut ? connection.metadata.generation : connection.status?.observedGeneration
    status.conditions = conditions(told)
    return status
  }

  // MARK: Objects

  private var twingate: TwingateStatus {
    var status = TwingateStatus()
    status.url = "https://\(outcome.shard)"
    if let id = outcome.plan?.report.remoteNetworkID {
      let name = outcome.observed.remoteNetworks.first { $0.id == id }?.name ?? facts.wanted.remoteNetwork.name
      status.remoteNetwork = .init(id: id, name: name, adopted: facts.wanted.remoteNetwork.adopts)
    }
    status.connectors = sights.map(connector)
    status.connectorsAlive = "\(sights.count { $0.isAlive })/\(sights.count)"
    status.resources = TwingateStatus.Resources(
      wanted: wantedCount,
      ready: outcome.plan?.report.ready.count ?? 0,
      refused: Set(faults.map(\.origin).filter { $0.contains("/") }).count
    )
    let problems = faults.map { fault in
      TwingateStatus.Problem(origin: fault.origin, reason: fault.reason.rawValue, message: fault.message)
    }
    status.problems = problems.isEmpty ? nil : problems
    // Plan mode changes nothing, so there is nothing new to remember.
    if outcome.planned == nil {
      status.store(outcome.ledger, cluster: facts.cluster)
    } else {
      status.ledger = connection.status?.twingate?.ledger
    }
    return status
  }

  private func connector(_ sight: ConnectorSight) -> TwingateStatus.Connector {
    var line = TwingateStatus.Connector(name: sight.name)
    line.id = sight.connector?.id
    line.state = sight.connector?.state.rawValue
    line.version = sight.connector?.version
    if let addresses = sight.connector?.privateIPs, !addresses.isEmpty { line.addresses = addresses }
    let place = hosted.place(of: sight)
    (line.host, line.zone) = (place.host, place.zone)
    guard !sight.isAlive, !connection.spec.isSuspended else { return line }
    line.lastHeartbeat = sight.connector?.lastHeartbeat
    (line.reason, line.lastError) = (place.reason?.rawValue, place.message)
    return line
  }

  /// Problems from the planner, and refusals by Twingate.
  private var faults: [Fault] {
    let found = (outcome.plan?.report.refusals ?? []).map {
      Fault(origin: $0.origin, reason: Reason($0.reason), message: $0.message)
    }
    let refused = outcome.failures.map { failure in
      let trouble = TwingateTrouble(failure.error)
      let role = failure.step.action.role
      let prefix = "resource/"
      return Fault(
        origin: role.hasPrefix(prefix) ? String(role.dropFirst(prefix.count)) : role,
        reason: trouble.reason,
        message: "could not \(failure.step.action): \(trouble.message)"
      )
    }
    let unasked = facts.requests.refusals.map {
      Fault(origin: $0.origin, reason: Reason($0.reason), message: $0.message)
    }
    return found + refused + unasked
  }

  /// The number of requested resources, including refused ones.
  private var wantedCount: Int {
    let (requests, refusals) = facts.requests
    return requests.count + Set(refusals.map(\.origin)).subtracting(requests.map(\.origin)).count
  }

  private struct Fault {
    var origin: String
    var reason: Reason
    var message: String
    /// An annotated Service or Ingress, or a PrivateCluster, whose mistakes are not the connection's.
    var isOfAnnotation: Bool {
      ["Service/", "Ingress/", "PrivateCluster/"].contains { origin.hasPrefix($0) }
    }
  }

  // MARK: Conditions

  private func conditions(_ obstacle: Obstacle?) -> [Condition] {
    let before = connection.status?.conditions ?? []
    var set = ConditionWriter(before: before, generation: connection.metadata.generation, now: facts.now)
    set(.accepted, true, .asExpected, "The spec is valid")
    let trouble = outcome.end.map(TwingateTrouble.init)
    let isRefused = [.credentialsRefused, .permissionMissing].contains(trouble?.reason)
    if let trouble, isRefused {
      set(.dependenciesReady, false, trouble.reason, trouble.message)
    } else {
      set(.dependenciesReady, true, .asExpected, "Twingate accepts the API token")
    }
    let (connectors, resources) = (self.connectors, self.resources)
    set(
      .connectorsReady,
      connectors.reason == .degraded ? .false : connectors.status,
      connectors.reason,
      connectors.message
    )
    set(.resourcesReady, resources.status, resources.reason, resources.message)
    let ready = self.ready(connectors, resources, trouble)
    if let obstacle {
      let isInForce = connection.status?.observedGeneration == connection.metadata.generation
      set.ready(ready, despite: obstacle, isInForce: isInForce, before: before)
      return set.conditions
    }
    if let planned = outcome.planned, !planned.isEmpty {
      set(.ready, ready.status, .planOnly, "Plan mode: \(planned.count) actions are listed in status.plan")
      return set.conditions
    }
    set(.ready, ready.status, ready.reason, ready.message)
    if let error = outcome.end, !error.isTransient || whole != nil {
      set(.stalled, true, ready.reason, ready.message)
    } else if whole != nil {
      set(.stalled, true, ready.reason, ready.message)
    } else if isWorking || ready.reason == .connecting {
      set(.reconciling, true, .progressing, isWorking ? resources.message : ready.message)
    }
    return set.conditions
  }

  private func ready(_ connectors: Verdict, _ resources: Verdict, _ trouble: TwingateTrouble?) -> Verdict {
    if connection.spec.isSuspended { return connectors }
    if let whole { return (.false, whole.reason, whole.message) }
    if let trouble, outcome.end?.isTransient == false { return (.false, trouble.reason, trouble.message) }
    let isRefused = resources.status == .false && resources.reason != .progressing
    guard connectors.status == .true, isRefused else { return connectors }
    return (.true, .degraded, "\(connectors.message); \(resources.message)")
  }

  /// Twingate's refusal of the connection as a whole.
  private var whole: Fault? { faults.first { $0.origin == "spec" } }

  private var connectors: Verdict {
    let alive = sights.count { $0.isAlive }
    let words = "\(alive) of \(sights.count) connectors are alive"
    if connection.spec.isSuspended {
      return (.false, .suspended, "Suspended: the connectors are stopped. Set spec.suspend to false to start them")
    }
    if alive == sights.count { return (.true, .connected, words) }
    let lines = sights.filter { !$0.isAlive }.map { connector($0) }
    var causes = lines.compactMap { line in line.lastError.map { "connector \(line.name): \($0)" } }
    if let trouble = outcome.hostTrouble { causes.append(trouble.message) }
    if let held { causes.append(held) }
    let message = ([words] + causes).joined(separator: "; ")
    if alive > 0 { return (.true, .degraded, message) }
    if let trouble = outcome.hostTrouble { return (.false, trouble.reason, message) }
    let reasons = Set(lines.map(\.reason))
    guard reasons.count == 1, let name = reasons.first ?? nil else {
      let wait = causes.isEmpty ? "\(words): they are being made, or start" : message
      return (.false, reasons == [nil] ? .connecting : .notConnected, wait)
    }
    return (.false, Reason(rawValue: name) ?? .notConnected, message)
  }

  /// A connector that does not come back stops the replacement of the others.
  private var held: String? {
    guard outcome.isHeld else { return nil }
    let lost = facts.slots.filter { slot in
      guard !sights.contains(where: { $0.key == slot.key && $0.isAlive }) else { return false }
      return hosted.start(of: slot).map { facts.now.since($0) >= TwingateBackend.trust } ?? false
    }
    guard let first = lost.first else { return nil }
    return
      "connector \(first.connector.name) is not back 5 minutes after it was replaced, so the others stay as they are"
  }

  private var isWorking: Bool {
    guard let plan = outcome.plan else { return true }
    return !plan.steps.isEmpty || !plan.later.isEmpty || outcome.end?.isTransient == true
  }

  private var resources: Verdict {
    let all = self.faults
    let ready = Set(outcome.plan?.report.ready ?? [])
    let words = "\(ready.count) of \(wantedCount) resources are as specified"
    // Access that has ended as specified is no fault.
    let faults = all.filter { $0.reason != .expired && !$0.isOfAnnotation }
    if let first = faults.first {
      let more = faults.count > 1 ? " (and \(faults.count - 1) more, see status.twingate.problems)" : ""
      return (.false, first.reason, "\(words); \(first.message)\(more)")
    }
    let settled = ready.union(all.filter(\.isOfAnnotation).map(\.origin))
    if isWorking || !facts.requests.requests.allSatisfy({ settled.contains($0.origin) }) {
      return (.false, .progressing, words)
    }
    return (.true, .asExpected, words)
  }
}
