internal import Cloud
internal import CloudNetworks
internal import CloudResources
package import Foundations
internal import GoogleCloud

package struct GoogleConnectorPlanner: ConnectorPlanner {
  let desired: DesiredConnectors
  let state: GoogleConnectorState
  private let tokens: [String: ConnectorSecret]
  private let names: GoogleConnectorNames
  private var planner: ResourcePlanner<GoogleConnectorCatalogue>

  private typealias Row = ResourcePlanner<GoogleConnectorCatalogue>.Row
  private typealias Owned = ResourcePlanner<GoogleConnectorCatalogue>.Owned

  private init(
    _ desired: DesiredConnectors,
    _ state: GoogleConnectorState,
    _ tokens: [String: ConnectorSecret],
    _ known: [String: String]
  ) {
    (self.desired, self.state, self.tokens) = (desired, state, tokens)
    names = desired.googleNames
    planner = ResourcePlanner(known: known)
  }

  package static func wanted(
    _ desired: DesiredConnectors,
    _ state: GoogleConnectorState,
    known: Set<String>,
    now: Timestamp
  ) -> [SeatedConnector] {
    desired.wanted(state.connectorMachines, known: known, now: now, key: desired.googleKey)
  }

  package static func plan(
    _ desired: DesiredConnectors,
    _ connectors: [SeatedConnector],
    tokens: [String: ConnectorSecret],
    known: [String: String],
    _ state: GoogleConnectorState
  ) -> GoogleConnectorPlan {
    var planner = GoogleConnectorPlanner(desired, state, tokens, known)
    let project = ComputeLink.project(desired.place.networkID) ?? state.project
    if project == state.project {
      for seat in desired.seats { planner.planAccount(seat.number) }
      for direction in GoogleConnectorRole.Direction.allCases { planner.planRule(direction) }
      for connector in connectors { planner.planConnector(connector) }
      planner.planner.removeSurplus(planner.owned)
    } else {
      planner.planner.plan.problem(
        .firewall,
        .invalidSpec,
        "spec.twingate.connectors.backboneRef.name: the Backbone's network is project \(project)'s (Shared VPC): connectors "
          + "need a network of the Backbone's own project \(state.project). Leave backboneRef out, or name another Backbone"
      )
    }
    return planner.planner.compared(busy: .seconds(5))
  }

  package static func planAbsence(_ desired: DesiredConnectors, _ state: GoogleConnectorState) -> GoogleConnectorPlan {
    var planner = GoogleConnectorPlanner(desired, state, [:], [:])
    planner.planner.removeAll(planner.owned)
    return planner.planner.compared(busy: .seconds(5))
  }

  private func sighting(_ id: String, _ kind: String) -> Sighting<String> {
    Sighting(id: id, label: "\(kind) \(id)", state: state.busy.contains(id) ? .busy("being changed") : .ready)
  }

  /// The problem of an object whose last change was accepted and then failed.
  private func refusal(_ id: String, _ role: GoogleConnectorRole) -> (kind: ProblemKind, message: String)? {
    state.failures[id].map { (ProblemKind(failed: $0), "\(role.summary): \($0): it is tried again") }
  }

  // MARK: Wanted objects

  private mutating func planAccount(_ seat: Int) {
    let email = desired.email(seat, in: state.project)
    var row = Row(.account(seat), id: email)
    let words = "Connector \(seat) of VPNConnection \(desired.mark.namespace)/\(desired.mark.name)"
    let account = ServiceAccount(
      displayName: String(words.prefix(100)),
      description: "Made by cloudlinker for VPNConnection \(desired.mark.uid)"
    )
    row.content = .account(id: names.account(seat), account)
    row.found = state.accounts[seat].map { _ in sighting(email, "service account") }
    if state.accounts[seat]?.disabled == true {
      row.refusal = (
        .refusedByCloud, "service account \(email) is disabled: enable it, or delete it and it is made again"
      )
    }
    planner.plan(row)
  }

  /// The seats that are wanted, and those that still have a machine.
  private var seats: [Int] { Set(desired.seats.map(\.number)).union(state.instances.compactMap(seat(of:))).sorted() }

  /// The seat whose service account a machine has.
  private func seat(of instance: Instance) -> Int? {
    (instance.serviceAccounts?.first?.email).flatMap(names.seat(ofAccount:))
  }

  private mutating func planRule(_ direction: GoogleConnectorRole.Direction) {
    let wanted = desired.rule(direction, seats: seats, project: state.project)
    let accounts = desired.seats.map { GoogleConnectorRole.account($0.number) }
    var row = Row(.rule(direction), id: wanted.name)
    row.content = .rule(wanted)
    row.needs = accounts
    row.isBlocked = state.busy.contains(wanted.name)
    row.refusal = refusal(wanted.name, row.role)
    if let present = state.rules[direction] {
      row.found = sighting(wanted.name, "firewall rule")
      row.change = .init(
        .rule(wanted),
        details: present.differences(from: wanted),
        repairs: isForeignChange(of: present, wanted)
          ? ["firewall rule \(wanted.name) was changed by somebody else"] : [],
        names: accounts
      )
    }
    planner.plan(row)
  }

  /// Whether more differs than the number of the connection's seats explains.
  private func isForeignChange(of present: Firewall, _ wanted: Firewall) -> Bool {
    var adjusted = wanted
    let named = present.targetServiceAccounts ?? []
    if !named.isEmpty, named.allSatisfy({ names.seat(ofAccount: $0) != nil }) { adjusted.targetServiceAccounts = named }
    return !present.differences(from: adjusted).isEmpty
  }

  private mutating func planConnector(_ connector: SeatedConnector) {
    let key = connector.key
    // A machine that shares its account with others keeps what it has until another connector has taken its place.
    let isShared = live(key).contains { seat(of: $0) == GoogleConnectorNames.sharedSeat }
    guard let tokens = tokens[key], !isShared else {
      // The tokens are being made, or their Secret is gone. Secret and machine stay until there are others.
      for secret in state.secrets where secret.key == key { keep(.secret(key), secret.id, "secret") }
      for instance in live(key) where !desired.isSuspended { keep(.machine(key), instance.connectorID, "machine") }
      if !isShared { planner.plan.later(.secrets, "create \(GoogleConnectorRole.secret(key).summary)") }
      return
    }
    planSecret(connector, tokens)
    if !desired.isSuspended { planMachine(connector, tokens) }
  }

  private mutating func keep(_ role: GoogleConnectorRole, _ id: String, _ kind: String) {
    var row = Row(role, id: id)
    row.found = sighting(id, kind)
    planner.plan(row)
  }

  private mutating func planSecret(_ connector: SeatedConnector, _ tokens: ConnectorSecret) {
    let (key, seat) = (connector.key, connector.seat.number)
    let id = names.secret(key, tokens.version)
    let present = state.secrets.first { $0.id == id }
    var secret = Row(.secret(key), id: id)
    secret.content = .secret(.init(id: id, labels: desired.labels(key)), region: desired.place.region)
    secret.found = present.map { _ in sighting(id, "secret") }
    planner.plan(secret)

    var value = Row(.value(key), id: "\(id)/latest")
    value.content = .value(tokens.variables, secret: id)
    value.needs = [.secret(key)]
    if present?.hasValue == true { value.found = sighting(value.id, "version") }
    planner.plan(value)

    var grant = Row(.grant(key), id: "\(id)/policy")
    let policy = desired.grant(to: seat, in: state.project, etag: present?.policy?.etag)
    grant.content = .grant(policy, secret: id)
    grant.needs = [.secret(key), .account(seat)]
    if let bindings = present?.policy?.bindings, !bindings.isEmpty {
      grant.found = sighting(grant.id, "policy")
      if bindings != policy.bindings {
        grant.change = .init(
          .grant(policy, secret: id),
          details: ["others than its machine could read it"],
          repairs: ["who may read secret \(id) was changed by somebody else"],
          names: [.account(seat)]
        )
      }
    }
    planner.plan(grant)
  }

  private func live(_ key: String) -> [Instance] {
    state.instances.filter { $0.connectorKey == key && ($0.phase == .running || $0.phase == .starting) }
  }

  private mutating func planMachine(_ connector: SeatedConnector, _ tokens: ConnectorSecret) {
    let key = connector.key
    let wanted = desired.instance(connector, tokens.version, project: state.project)
    let id = "\(connector.seat.zone)/\(wanted.name)"
    var row = Row(.machine(key), id: id)
    row.detail = "in \(connector.seat.zone)"
    row.content = .machine(wanted, zone: connector.seat.zone)
    if let instance = live(key).first(where: { $0.name == wanted.name }) {
      row.found = sighting(instance.connectorID, "machine")
      if instance.phase == .starting { row.found?.state = .busy("starting") }
    }
    row.needs = [.account(connector.seat.number), .rule(.out), .rule(.in), .value(key), .grant(key)]
    // Two machines with the same pair of tokens would throw each other out.
    row.isBlocked = state.busy.contains(id) || state.instances.contains { $0.connectorKey == key }
    row.refusal = refusal(id, row.role)
    planner.plan(row)
  }

  // MARK: Existing objects

  /// Everything that belongs to the connection.
  private var owned: [Owned] {
    let isEmpty = state.instances.isEmpty
    var owned = state.instances.map { instance in
      Owned(.machine(instance.connectorKey ?? instance.name), sighting(instance.connectorID, "machine"))
    }
    owned += state.rules.sorted { $0.key.rawValue < $1.key.rawValue }.map { direction, rule in
      Owned(.rule(direction), sighting(rule.name, "firewall rule"), isInUse: !isEmpty)
    }
    owned += state.secrets.map { secret in
      let machine = names.machine(secret.key, String(secret.id.suffix(16)))
      let isInUse = state.instances.contains { $0.name == machine }
      return Owned(.secret(secret.key), sighting(secret.id, "secret"), isInUse: isInUse)
    }
    owned += state.accounts.keys.sorted().map { seat in
      let found = sighting(desired.email(seat, in: state.project), "service account")
      return Owned(.account(seat), found, isInUse: state.instances.contains { self.seat(of: $0) == seat })
    }
    return owned
  }
}
