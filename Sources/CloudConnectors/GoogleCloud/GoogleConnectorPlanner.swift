internal import Cloud
internal import CloudNetworks
internal import CloudResources
internal import GoogleCloud

/// Decides what has to be made, changed and deleted in Google Cloud for the connectors of one connection. Pure.
struct GoogleConnectorPlanner {
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

  static func plan(
    _ desired: DesiredConnectors,
    _ connectors: [SeatedConnector],
    tokens: [String: ConnectorSecret],
    known: [String: String],
    _ state: GoogleConnectorState
  ) -> GoogleConnectorPlan {
    var planner = GoogleConnectorPlanner(desired, state, tokens, known)
    let project = ComputeLink.project(desired.place.networkID) ?? state.project
    if project == state.project {
      planner.planAccount()
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

  static func planAbsence(_ desired: DesiredConnectors, _ state: GoogleConnectorState) -> GoogleConnectorPlan {
    var planner = GoogleConnectorPlanner(desired, state, [:], [:])
    planner.planner.removeAll(planner.owned)
    return planner.planner.compared(busy: .seconds(5))
  }

  private func sighting(_ id: String, _ kind: String) -> Sighting<String> {
    Sighting(id: id, label: "\(kind) \(id)", state: state.busy.contains(id) ? .busy("being changed") : .ready)
  }

  /// What to say of an object whose last change was accepted and then failed.
  private func refusal(_ id: String, _ role: GoogleConnectorRole) -> (kind: ProblemKind, message: String)? {
    state.failures[id].map { (ProblemKind(failed: $0), "\(role.summary): \($0): it is tried again") }
  }

  // MARK: What is wanted

  private var email: String { desired.email(in: state.project) }

  private mutating func planAccount() {
    var row = Row(.account, id: email)
    let words = "Connectors of VPNConnection \(desired.mark.namespace)/\(desired.mark.name)"
    let account = ServiceAccount(
      displayName: String(words.prefix(100)),
      description: "Made by cloudlinker for VPNConnection \(desired.mark.uid)"
    )
    row.content = .account(id: names.account, account)
    row.found = state.account.map { _ in sighting(email, "service account") }
    if state.account?.disabled == true {
      row.refusal = (
        .refusedByCloud, "service account \(email) is disabled: enable it, or delete it and it is made again"
      )
    }
    planner.plan(row)
  }

  private mutating func planRule(_ direction: GoogleConnectorRole.Direction) {
    let wanted = desired.rule(direction, project: state.project)
    var row = Row(.rule(direction), id: wanted.name)
    row.content = .rule(wanted)
    row.needs = [.account]
    row.isBlocked = state.busy.contains(wanted.name)
    row.refusal = refusal(wanted.name, row.role)
    if let present = state.rules[direction] {
      row.found = sighting(wanted.name, "firewall rule")
      let differences = present.differences(from: wanted)
      row.change = .init(
        .rule(wanted),
        details: differences,
        repairs: differences.isEmpty ? [] : ["firewall rule \(wanted.name) was changed by somebody else"]
      )
    }
    planner.plan(row)
  }

  private mutating func planConnector(_ connector: SeatedConnector) {
    let key = connector.key
    guard let tokens = tokens[key] else {
      // They are being made, or their Secret is gone: what there is stays until there are others.
      for secret in state.secrets where secret.key == key { keep(.secret(key), secret.id, "secret") }
      for instance in live(key) where !desired.isSuspended { keep(.machine(key), instance.connectorID, "machine") }
      return planner.plan.later(.secrets, "create \(GoogleConnectorRole.secret(key).summary)")
    }
    planSecret(key, tokens)
    if !desired.isSuspended { planMachine(connector, tokens) }
  }

  private mutating func keep(_ role: GoogleConnectorRole, _ id: String, _ kind: String) {
    var row = Row(role, id: id)
    row.found = sighting(id, kind)
    planner.plan(row)
  }

  private mutating func planSecret(_ key: String, _ tokens: ConnectorSecret) {
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
    let policy = desired.grant(in: state.project, etag: present?.policy?.etag)
    grant.content = .grant(policy, secret: id)
    grant.needs = [.secret(key), .account]
    if let bindings = present?.policy?.bindings, !bindings.isEmpty {
      grant.found = sighting(grant.id, "policy")
      if bindings != policy.bindings {
        grant.change = .init(
          .grant(policy, secret: id),
          details: ["not exactly its machine may read it"],
          repairs: ["who may read secret \(id) was changed by somebody else"],
          names: [.account]
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
    row.needs = [.account, .rule(.out), .rule(.in), .value(key), .grant(key)]
    // Two machines with one pair of tokens would drive each other out.
    row.isBlocked = state.busy.contains(id) || state.instances.contains { $0.connectorKey == key }
    row.refusal = refusal(id, row.role)
    planner.plan(row)
  }

  // MARK: What is there

  /// Everything that is the connection's.
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
    if state.account != nil { owned.append(Owned(.account, sighting(email, "service account"), isInUse: !isEmpty)) }
    return owned
  }
}
