internal import Azure
internal import Cloud
internal import CloudNetworks
internal import CloudResources
package import Foundations

package struct AzureConnectorPlanner: ConnectorPlanner {
  let desired: DesiredConnectors
  let state: AzureConnectorState
  private let tokens: [String: ConnectorSecret]
  private let names: AzureConnectorNames
  private var planner: ResourcePlanner<AzureConnectorCatalogue>

  private typealias Row = ResourcePlanner<AzureConnectorCatalogue>.Row
  private typealias Owned = ResourcePlanner<AzureConnectorCatalogue>.Owned

  private init(
    _ desired: DesiredConnectors,
    _ state: AzureConnectorState,
    _ tokens: [String: ConnectorSecret],
    _ known: [String: String]
  ) {
    (self.desired, self.state, self.tokens, names) = (desired, state, tokens, state.names)
    planner = ResourcePlanner(known: known)
    let isBusy = (state.network?.subnets ?? []).contains { [.underWay, .deleting].contains($0.state) }
    if isBusy || state.network?.state == .underWay { planner.take(lane: AzureConnectorRole.networkLane) }
  }

  package static func wanted(
    _ desired: DesiredConnectors,
    _ state: AzureConnectorState,
    known: Set<String>,
    now: Timestamp
  ) -> [SeatedConnector] {
    desired.wanted(state.connectorMachines, known: known, now: now, key: desired.azureKey)
  }

  package static func plan(
    _ desired: DesiredConnectors,
    _ connectors: [SeatedConnector],
    tokens: [String: ConnectorSecret],
    known: [String: String],
    _ state: AzureConnectorState
  ) -> AzureConnectorPlan {
    var planner = AzureConnectorPlanner(desired, state, tokens, known)
    if let network = state.network {
      planner.planFirewall()
      for zone in desired.azureZones { planner.planSubnet(zone, in: network) }
      for connector in connectors { planner.planConnector(connector) }
      planner.planner.removeSurplus(planner.owned)
    } else {
      let message = "the Backbone's virtual network \(state.names.networkID) is not there: see the Backbone's status"
      planner.planner.plan.problem(.network, .existingNotFound, message)
    }
    return planner.planner.compared(busy: .seconds(5))
  }

  package static func planAbsence(_ desired: DesiredConnectors, _ state: AzureConnectorState) -> AzureConnectorPlan {
    var planner = AzureConnectorPlanner(desired, state, [:], [:])
    planner.planner.removeAll(planner.owned)
    return planner.planner.compared(busy: .seconds(5))
  }

  private func sighting(_ name: String, _ kind: String, _ provisioning: ProvisioningState) -> Sighting<String> {
    let shown: Sighting<String>.State =
      switch provisioning {
      case .succeeded: .ready
      case .failed: .failed
      case .underWay: .busy("being provisioned")
      case .deleting: .busy("being deleted")
      }
    return Sighting(
      id: name,
      label: "\(kind) \(name)",
      state: state.busy.contains(name) ? .busy("being changed") : shown
    )
  }

  /// The row of an object, with the problem if its last change was accepted and then failed.
  private func row(_ role: AzureConnectorRole, _ name: String) -> Row {
    var row = Row(role, id: name)
    row.refusal = state.failures[name].map { (ProblemKind(failed: $0), "\(role.summary): \($0): it is tried again") }
    row.isBlocked = state.busy.contains(name)
    return row
  }

  // MARK: Wanted objects

  private mutating func planFirewall() {
    var row = row(.firewall, names.firewall)
    let wanted = desired.azureRules
    let tags = desired.tags.merging([AzureConnectorTag.connector: names.tag("firewall")]) { $1 }
    row.content = .firewall(NetworkSecurityGroup(location: desired.place.region, rules: wanted, tags: tags))
    if var present = state.firewall {
      row.found = sighting(present.name, "network security group", present.state)
      let details = AzureRules.difference(present.rules, wanted)
      present.rules = wanted
      let repairs = details.map { "network security group \(present.name): \($0)" }
      row.change = .init(.firewall(present), details: details, repairs: repairs)
    }
    planner.plan(row)
  }

  /// The connectors' subnet in a zone has the same NAT gateway and routes as the Backbone's own subnet there.
  private mutating func planSubnet(_ zone: String, in network: VirtualNetwork) {
    var row = row(.subnet(zone), names.subnet(zone))
    row.needs = [.firewall]
    guard let model = model(zone, in: network) else {
      row.refusal = (
        .existingNotFound,
        "the Backbone's subnet of zone \(zone) is not in virtual network \(network.name): see the Backbone's status"
      )
      planner.plan(row)
      return
    }
    if model.natGateway == nil {
      row.refusal = (
        .invalidSpec,
        "subnet \(model.name) has no NAT gateway, and Azure supports no other way out for connectors (container groups in a "
          + "network): give the Backbone NAT gateways, or leave backboneRef out"
      )
    }
    let present = state.subnets.first { $0.name.lowercased() == names.subnet(zone).lowercased() }
    if let present {
      row.found = sighting(names.subnet(zone), "subnet", present.state)
    } else if desired.azureFreeRange(in: network) == nil {
      let range = desired.azureRange?.description ?? "none"
      row.refusal = (
        .invalidSpec,
        "the connectors' subnet of zone \(zone) needs a free range of \(1 << (32 - DesiredConnectors.azureSubnetLength)) addresses "
          + "in the last eighth of the Backbone's range (\(range)), and there is none: free one, or use a larger Backbone"
      )
    }
    let (wanted, details) = corrected(present ?? newSubnet(in: network), like: model)
    row.content = .subnet(wanted)
    row.detail = wanted.cidr?.description ?? ""
    if present != nil {
      let repairs = details.map { "subnet \(names.subnet(zone)): \($0)" }
      row.change = .init(.subnet(wanted), details: details, repairs: repairs, names: [.firewall])
    }
    planner.plan(row)
  }

  private func model(_ zone: String, in network: VirtualNetwork) -> Subnet? {
    guard let seat = desired.seats.first(where: { $0.zone == zone }), let id = ResourceID(seat.subnetID) else {
      return nil
    }
    return network.subnets.first { $0.id == id }
  }

  private func newSubnet(in network: VirtualNetwork) -> Subnet {
    desired.azureFreeRange(in: network).map { Subnet(cidr: $0) } ?? Subnet(json: [:])
  }

  /// The subnet as it should be, and how it differs.
  private func corrected(_ subnet: Subnet, like model: Subnet) -> (Subnet, [String]) {
    var changed = subnet
    var details: [String] = []
    func correct<Value: Equatable>(_ field: WritableKeyPath<Subnet, Value>, _ wanted: Value, _ what: String) {
      guard subnet[keyPath: field] != wanted else { return }
      changed[keyPath: field] = wanted
      details.append(what)
    }
    correct(\.defaultOutboundAccess, false, "default outbound access was on")
    correct(\.delegation, DesiredConnectors.azureDelegation, "it was not delegated to container groups")
    correct(\.networkSecurityGroup, names.firewallID, "it had another network security group")
    correct(\.routeTable, model.routeTable, "it had another route table than subnet \(model.name)")
    correct(\.natGateway, model.natGateway, "it had another NAT gateway than subnet \(model.name)")
    return (changed, details)
  }

  private func live(_ key: String) -> [ContainerGroup] {
    state.machines.filter { names.key(of: $0) == key && ($0.phase == .running || $0.phase == .starting) }
  }

  private mutating func planConnector(_ connector: SeatedConnector) {
    let key = connector.key
    guard !desired.isSuspended else { return }
    guard let tokens = tokens[key] else {
      // The tokens are being made, or their Secret is gone. The machine stays until there are others.
      for machine in live(key) {
        var row = Row(.machine(key), id: machine.name)
        row.found = sighting(machine.name, "container group", machine.state)
        planner.plan(row)
      }
      return planner.plan.later(.machines, "create \(AzureConnectorRole.machine(key).summary)")
    }
    let name = names.machine(key, tokens.version)
    var row = row(.machine(key), name)
    row.content = .machine(desired.azureMachine(connector, tokens, names, in: state.network))
    row.needs = [.firewall, .subnet(connector.seat.zone)]
    if let machine = live(key).first(where: { $0.name == name }) {
      row.found = sighting(name, "container group", machine.state)
      if machine.phase == .starting { row.found?.state = .busy("starting") }
    }
    // Two machines with the same pair of tokens would throw each other out.
    row.isBlocked = row.isBlocked || state.machines.contains { names.key(of: $0) == key }
    planner.plan(row)
  }

  // MARK: Existing objects

  /// Everything that belongs to the connection.
  private var owned: [Owned] {
    let subnets = state.subnets
    let used = Set(state.machines.flatMap(\.subnets))
    var owned = state.machines.map { machine in
      Owned(.machine(names.key(of: machine) ?? machine.name), sighting(machine.name, "container group", machine.state))
    }
    owned += subnets.map { subnet in
      let zone = names.zone(ofSubnet: subnet.name) ?? subnet.name
      let isInUse = used.contains(names.subnetID(subnet.name))
      return Owned(.subnet(zone), sighting(subnet.name, "subnet", subnet.state), isInUse: isInUse)
    }
    if let firewall = state.firewall {
      let found = sighting(firewall.name, "network security group", firewall.state)
      owned.append(Owned(.firewall, found, isInUse: !subnets.isEmpty))
    }
    return owned
  }
}
