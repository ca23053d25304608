internal import AWS
internal import CloudResources
internal import Digests
internal import FoundationEssentials
package import Foundations

package struct AWSConnectorPlanner: ConnectorPlanner {
  let desired: DesiredConnectors
  let state: AWSConnectorState
  private let tokens: [String: ConnectorSecret]
  /// Ids of machines by their connectors' keys, as they were last seen.
  private let known: [String: String]
  private var planner: ResourcePlanner<AWSConnectorCatalogue>

  private typealias Row = ResourcePlanner<AWSConnectorCatalogue>.Row
  private typealias Owned = ResourcePlanner<AWSConnectorCatalogue>.Owned

  private init(
    _ desired: DesiredConnectors,
    _ state: AWSConnectorState,
    _ tokens: [String: ConnectorSecret],
    _ known: [String: String]
  ) {
    (self.desired, self.state, self.tokens, self.known) = (desired, state, tokens, known)
    planner = ResourcePlanner(known: known)
  }

  package static func wanted(
    _ desired: DesiredConnectors,
    _ state: AWSConnectorState,
    known: Set<String>,
    now: Timestamp
  ) -> [SeatedConnector] {
    desired.wanted(state, known: known, now: now)
  }

  package static func plan(
    _ desired: DesiredConnectors,
    _ connectors: [SeatedConnector],
    tokens: [String: ConnectorSecret],
    known: [String: String],
    _ state: AWSConnectorState
  ) -> AWSConnectorPlan {
    var planner = AWSConnectorPlanner(desired, state, tokens, known)
    planner.planFirewall()
    for seat in desired.seats where desired.machine.profile == nil { planner.planIdentity(seat.number) }
    for connector in connectors { planner.planConnector(connector) }
    planner.planner.removeSurplus(planner.owned)
    return planner.planner.compared(busy: .seconds(10))
  }

  package static func planAbsence(_ desired: DesiredConnectors, _ state: AWSConnectorState) -> AWSConnectorPlan {
    var planner = AWSConnectorPlanner(desired, state, [:], [:])
    planner.planner.removeAll(planner.owned)
    return planner.planner.compared(busy: .seconds(10))
  }

  // MARK: Wanted objects

  private mutating func planFirewall() {
    let name = desired.names.group
    var row = Row(.firewall, id: name)
    row.content = .group(name: name, networkID: desired.place.networkID)
    let groups = state.groups.filter { $0.vpcID == desired.place.networkID }
    if let group = groups.min(by: { $0.id < $1.id }) {
      row.found = Sighting(id: group.id, label: "security group \(group.id)", state: .ready)
      let change = AWSRuleChange(
        addedOut: sorted(desired.wayOut.subtracting(group.egress)),
        removedOut: sorted(group.egress.subtracting(desired.wayOut)),
        removedIn: sorted(group.ingress)
      )
      // EC2 lets everything out of a new group.
      let isNew = group.ingress.isEmpty && group.egress == [EC2.Rule(transport: "-1", peer: .ipv4("0.0.0.0/0"))]
      let repairs = isNew || change.details.isEmpty ? [] : ["the rules of \(group.id) were changed by somebody else"]
      row.change = .init(.rules(change), details: change.details, repairs: repairs)
    }
    planner.plan(row)
  }

  private func sorted(_ rules: Set<EC2.Rule>) -> [EC2.Rule] { rules.sorted { $0.description < $1.description } }

  private mutating func planIdentity(_ seat: Int) {
    let name = desired.names.role(seat)
    var role = Row(.role(seat), id: name)
    role.content = .role(trust: desired.trust)
    role.found = sighting(name, "role", if: state.roles.contains { $0.name == name })
    planner.plan(role)

    let document = desired.policy(seat)
    var policy = Row(.policy(seat), id: Self.policyID(name))
    policy.content = .policy(role: name, document: document)
    policy.needs = [.role(seat)]
    policy.found = sighting(policy.id, "policy", if: state.policies[name] != nil)
    if let present = state.policies[name], !Self.isSame(present, document) {
      policy.change = .init(
        .policy(role: name, document: document),
        details: ["it allowed something else"],
        repairs: ["the policy of role \(name) was changed by somebody else"]
      )
    }
    planner.plan(policy)

    let present = state.profiles.first { $0.name == name }
    var profile = Row(.profile(seat), id: name)
    profile.content = .profile
    profile.found = sighting(name, "instance profile", if: present != nil)
    planner.plan(profile)

    var carrier = Row(.carrier(seat), id: Self.carrierID(name, role: name))
    carrier.content = .carrier(role: name)
    carrier.needs = [.role(seat), .profile(seat)]
    carrier.found = sighting(carrier.id, "role in instance profile", if: present?.roles.contains(name) == true)
    planner.plan(carrier)
  }

  private func sighting(_ id: String, _ kind: String, if isThere: Bool) -> Sighting<String>? {
    isThere ? Sighting(id: id, label: "\(kind) \(id)", state: .ready) : nil
  }

  static func policyID(_ role: String) -> String { "\(role)/\(AWSConnectorNames.policy)" }
  static func carrierID(_ profile: String, role: String) -> String { "\(profile)/\(role)" }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    func value(_ text: String) -> JSONValue? { try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
    return value(one) == value(other)
  }

  private mutating func planConnector(_ connector: SeatedConnector) {
    let (key, secret) = (connector.key, tokens[connector.key])
    let name = desired.names.secret(key)
    let present = state.secrets.first { $0.name == name }
    var row = Row(.secret(key), id: name)
    row.found = sighting(name, "secret", if: present != nil)
    if let secret {
      row.content = .secret(secret.value, version: secret.version)
      if present?.version != secret.version {
        row.change = .init(.secret(secret.value, version: secret.version), details: ["its tokens are new"])
      }
    }
    guard secret != nil || present != nil else {
      return planner.plan.later(.secrets, "create \(AWSConnectorRole.secret(key).summary)")
    }
    planner.plan(row)
    if !desired.isSuspended { planMachine(connector, secret) }
  }

  private mutating func planMachine(_ connector: SeatedConnector, _ secret: ConnectorSecret?) {
    let (key, seat) = (connector.key, connector.seat)
    let others = state.instances.filter { $0.connectorKey == key && $0.state != "terminated" }
    let machines = others.filter { instance in
      ["pending", "running"].contains(instance.state)
        && (secret == nil || instance.tags[AWSConnectorTag.tokens] == secret?.version)
    }
    var row = Row(.machine(key), id: "")
    row.detail = "in \(seat.zone)"
    if let machine = machines.min(by: { $0.id < $1.id }) {
      row.id = machine.id
      row.content = .profile
      row.found = Sighting(
        id: machine.id,
        label: "machine \(machine.id)",
        state: machine.state == "running" ? .ready : .busy("starting")
      )
      planner.plan(row)
      return
    }
    let ownRole: [AWSConnectorRole] =
      desired.machine.profile == nil ? [.policy(seat.number), .carrier(seat.number)] : []
    row.needs = [.firewall, .secret(key)] + ownRole
    // Two machines with the same pair of tokens would throw each other out.
    row.isBlocked = !others.isEmpty
    guard let secret, let group = planner.usable(.firewall) else {
      return planner.plan.later(.machines, "create \(row.role.summary)")
    }
    if let image = state.image {
      row.content = .machine(request(connector, image, secret, group))
    } else if state.hasImages {
      row.missing =
        desired.machine.imageID.map {
          "spec.twingate.connectors.aws.imageID: there is no image \($0) in \(desired.place.region): correct it"
        }
        ?? "there is no image of Twingate's (owner \(DesiredConnectors.imageOwner)) in \(desired.place.region): name one in "
        + "spec.twingate.connectors.aws.imageID"
    } else {
      return planner.plan.later(.machines, "create \(row.role.summary)")
    }
    planner.plan(row)
  }

  private func request(
    _ connector: SeatedConnector,
    _ image: EC2.Image,
    _ secret: ConnectorSecret,
    _ group: String
  ) -> EC2.InstanceRequest {
    var tags = desired.tags(.machine(connector.key))
    tags[AWSConnectorTag.tokens] = secret.version
    var request = EC2.InstanceRequest(
      imageID: image.id,
      rootDevice: image.rootDevice,
      type: desired.machine.type,
      subnetID: connector.seat.subnetID,
      groupIDs: [group] + desired.joinedGroups,
      profile: desired.machine.profile ?? desired.names.role(connector.seat.number),
      userData: desired.script(connector.key),
      token: "",
      tags: tags
    )
    // For a token that it knows, EC2 returns the instance that it started then, terminated or not. It refuses the token if
    // anything else in the request differs.
    let before = state.instances.filter { $0.connectorKey == connector.key }.map(\.id) + [known[connector.key] ?? ""]
    var words = [image.id, image.rootDevice, request.type, request.subnetID, request.profile ?? "", request.userData]
    words += request.groupIDs
    for (key, value) in tags.sorted(by: { $0.key < $1.key }) { words.append("\(key)=\(value)") }
    words += Set(before).sorted()
    request.token = String(SHA256.text(words.joined(separator: "\n")).prefix(64))
    return request
  }

  // MARK: Existing objects

  /// Everything that bears the connection's mark.
  private var owned: [Owned] {
    let running = state.instances.filter { $0.state != "terminated" }
    let keys = Set(running.compactMap(\.connectorKey))
    let seats = Set(keys.compactMap(SeatedConnector.number))
    var owned = running.map { instance in
      let isGoing = instance.state == "shutting-down"
      let state: Sighting<String>.State = isGoing ? .busy("being terminated") : .ready
      let found = Sighting(id: instance.id, label: "machine \(instance.id)", state: state)
      return Owned(.machine(instance.connectorKey ?? instance.id), found)
    }
    owned += state.groups.map { group in
      let found = Sighting(id: group.id, label: "security group \(group.id)", state: .ready)
      return Owned(.firewall, found, isInUse: running.contains { $0.groupIDs.contains(group.id) })
    }
    owned += state.secrets.map { secret in
      let key = String(secret.name.dropFirst(desired.names.secretPrefix.count))
      let found = Sighting(id: secret.name, label: "secret \(secret.name)", state: .ready)
      return Owned(.secret(key), found, isInUse: keys.contains(key))
    }
    return owned + ownedIdentities(seats)
  }

  /// - Parameter seats: the seats that have machines.
  private func ownedIdentities(_ seats: Set<Int>) -> [Owned] {
    func object(_ role: AWSConnectorRole, _ id: String, isInUse: Bool) -> Owned {
      Owned(role, Sighting(id: id, label: "\(role.summary) (\(id))", state: .ready), isInUse: isInUse)
    }
    var owned: [Owned] = []
    for profile in state.profiles {
      let seat = desired.names.seat(ofRole: profile.name)
      owned += profile.roles.map {
        object(.carrier(seat), Self.carrierID(profile.name, role: $0), isInUse: seats.contains(seat))
      }
      owned.append(object(.profile(seat), profile.name, isInUse: !profile.roles.isEmpty))
    }
    for role in state.roles {
      let seat = desired.names.seat(ofRole: role.name)
      let isCarried = state.profiles.contains { $0.roles.contains(role.name) }
      let hasPolicy = state.policies[role.name] != nil
      if hasPolicy { owned.append(object(.policy(seat), Self.policyID(role.name), isInUse: isCarried)) }
      owned.append(object(.role(seat), role.name, isInUse: isCarried || hasPolicy))
    }
    return owned
  }
}
