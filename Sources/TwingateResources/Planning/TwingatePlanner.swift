package import CloudResources
package import Foundations
internal import Twingate

package typealias TwingatePlan = ResourcePlan<TwingatePart, TwingateAction, TwingateReport>

/// Decides what has to be done at Twingate. Pure: it reads nothing and sends nothing.
///
/// An object is a connection's own if
///
///     resource         its tags say so; else the ledger has its id; else nobody's tags are on it, it lies in the
///                      connection's own remote network and has the request's name and address
///     connector        it lies in the remote network, and its name holds digits of the connection's UID or the ledger has
///                      its id
///     remote network,  the ledger has its id, or the ledger says that it was about to be made and it has the name
///     group, account
///
/// Any other object of the same name belongs to somebody else and is left alone.
package struct TwingatePlanner: Sendable {
  let wanted: WantedTwingate
  let seen: ObservedTwingate
  let secrets: KeptSecrets
  let ledger: Ledger
  let now: Timestamp
  var plan = TwingatePlan(report: TwingateReport(), obstacle: "the remote network")
  /// Whether a connector that is alive gets new tokens in this plan.
  var isRotating = false
  private var collected: [(part: TwingatePart, action: TwingateAction, repairs: [String])] = []

  private init(
    _ wanted: WantedTwingate,
    _ seen: ObservedTwingate,
    _ secrets: KeptSecrets,
    _ ledger: Ledger,
    now: Timestamp
  ) {
    self.wanted = wanted
    self.seen = seen
    self.secrets = secrets
    self.ledger = ledger
    self.now = now
  }

  /// - Parameter now: decides which grants have expired and which keys are due.
  package static func plan(
    _ wanted: WantedTwingate,
    observed: ObservedTwingate,
    secrets: KeptSecrets,
    ledger: Ledger,
    now: Timestamp
  ) -> TwingatePlan {
    var planner = TwingatePlanner(wanted, observed, secrets, ledger, now: now)
    planner.planPresence()
    return planner.ordered()
  }

  /// Plans the deletion of everything that belongs to a deleted connection.
  /// - Parameter workloadsAreGone: whether nothing that uses the connectors' tokens runs any more.
  package static func planTeardown(
    _ wanted: WantedTwingate,
    observed: ObservedTwingate,
    ledger: Ledger,
    workloadsAreGone: Bool,
    now: Timestamp
  ) -> TwingatePlan {
    var planner = TwingatePlanner(wanted, observed, KeptSecrets(), ledger, now: now)
    planner.planAbsence(workloadsAreGone: workloadsAreGone)
    return planner.ordered()
  }

  // MARK: Collecting

  mutating func act(
    _ part: TwingatePart,
    _ lane: Lane,
    _ call: TwingateAction.Call,
    role: String,
    _ description: String,
    repairs: [String] = []
  ) {
    collected.append((part, TwingateAction(call: call, lane: lane, role: role, description: description), repairs))
  }

  mutating func refuse(
    _ part: TwingatePart,
    _ origin: String,
    _ reason: TwingateReport.Refusal.Reason,
    _ message: String
  ) {
    plan.report.refusals.append(.init(origin: origin, reason: reason, message: message))
    switch reason {
    // The access ended as specified, so the others decide.
    case .expired: break
    case .principalNotFound, .existingNotFound: plan.problem(part, .existingNotFound, message)
    case .foreignObject, .aliasConflict: plan.problem(part, .foreignObject, message)
    case .principalAmbiguous, .invalidSpec, .exposeRefused, .notReachable: plan.problem(part, .invalidSpec, message)
    }
  }

  /// Creates an object that has no tags. First the intent is stored; the next round makes the object.
  mutating func create(
    _ part: TwingatePart,
    _ call: TwingateAction.Call,
    role: String,
    name: String,
    _ description: String
  ) {
    if ledger.operations[role] == name { return act(part, .change, call, role: role, description) }
    plan.report.intents[role] = name
    plan.later(part, description)
  }

  /// Removals of access come first, repairs last.
  private func ordered() -> TwingatePlan {
    var plan = plan
    for lane in Lane.allCases {
      for step in collected where step.action.lane == lane { plan.act(step.part, step.action, repairs: step.repairs) }
    }
    return plan
  }

  var collectedNothing: Bool { collected.isEmpty }

  // MARK: Presence

  private mutating func planPresence() {
    planGroups()
    planServiceAccounts()
    plan.judge(.principals)
    guard let network = planRemoteNetwork() else { return }
    plan.judge(.remoteNetwork)
    plan.report.remoteNetworkID = network.id
    planConnectors(in: network)
    plan.judge(.connectors)
    planResources(in: network)
    plan.judge(.resources)
  }

  /// The connection's remote network.
  func ownNetwork() -> RemoteNetwork? {
    if let id = ledger.ids[TwingateRole.remoteNetwork], let known = seen.remoteNetworks.first(where: { $0.id == id }) {
      return known
    }
    // The spec may have got another name since the remote network was about to be made.
    let intended = ledger.operations[TwingateRole.remoteNetwork]
    return seen.remoteNetworks.first { $0.name == intended }
      ?? (wanted.remoteNetwork.adopts ? seen.remoteNetworks.first { $0.name == wanted.remoteNetwork.name } : nil)
  }

  /// - Returns: nil if it is still to be made.
  private mutating func planRemoteNetwork() -> RemoteNetwork? {
    let (role, desired) = (TwingateRole.remoteNetwork, wanted.remoteNetwork)
    guard let network = ownNetwork() else {
      if seen.remoteNetworks.contains(where: { $0.name == desired.name }) {
        refuse(
          .remoteNetwork,
          "spec",
          .foreignObject,
          "remote network \(desired.name) is there already: set twingate.remoteNetwork.adopt, or choose another name"
        )
      } else if desired.adopts {
        refuse(
          .remoteNetwork,
          "spec",
          .existingNotFound,
          "remote network \(desired.name) is not there: check twingate.remoteNetwork.name, or do not adopt"
        )
      } else {
        let call = TwingateAction.Call.createRemoteNetwork(desired.name, desired.location)
        create(.remoteNetwork, call, role: role, name: desired.name, "create remote network \(desired.name)")
      }
      return nil
    }
    guard !desired.adopts else { return network }
    plan.report.found[role] = network.id
    let name = network.name == desired.name ? nil : desired.name
    let location = network.location == desired.location.rawValue ? nil : desired.location
    guard name != nil || location != nil else { return network }
    act(
      .remoteNetwork,
      .repair,
      .updateRemoteNetwork(network.id, name: name, location: location),
      role: role,
      "update remote network \(desired.name)"
    )
    return network
  }
}
