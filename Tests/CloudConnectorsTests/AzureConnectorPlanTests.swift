import Azure
import Cloud
import CloudNetworks
import CloudResources
import Foundations
import Testing

@testable import CloudConnectors

/// Plans for Azure, on objects in memory.
@Suite struct AzureConnectorPlanTests {
  @Test func whatIsNeededFirstIsMadeFirst() {
    var world = PaperAzure()
    #expect(world.roles == ["firewall"])
    world.make(.firewall)
    let plan = world.plan()
    #expect(plan.actions.map(\.description) == ["create subnet of the connectors (1) 10.0.224.0/28"])
    #expect(plan.later.contains("create container group of connector \(world.key)"))
    world.make(.subnet)
    #expect(world.plan().actions.map(\.description) == ["create container group of connector \(world.key)"])
  }

  @Test func whatIsAsItShouldBeIsLeftAlone() {
    var world = PaperAzure()
    world.make(.machine)
    let plan = world.plan()
    #expect(plan.actions.isEmpty && plan.isReady, "\(plan.actions.map(\.description)) \(plan.later)")
  }

  @Test func noDescriptionAndNoPlanShowsTokens() throws {
    var world = PaperAzure()
    world.make(.subnet)
    let plan = world.plan()
    guard case .create(.machine(let request))? = plan.actions.first?.verb else {
      Issue.record("no container group")
      return
    }
    #expect(request.secrets.keys.sorted() == ["TWINGATE_ACCESS_TOKEN", "TWINGATE_REFRESH_TOKEN"])
    #expect(!"\(request)".contains("eyJ-access") && !"\(plan.actions)".contains("eyJ-access"))
    #expect(request.environment == ["TWINGATE_URL": "https://acme.twingate.com"])
  }

  @Test func theNextFreeRangeOfTheLastEighthIsTaken() throws {
    var world = PaperAzure()
    world.make(.firewall)
    world.addSubnet("somebody", "10.0.224.0/27")
    #expect(world.plan().actions.map(\.description) == ["create subnet of the connectors (1) 10.0.224.32/28"])
    world.addSubnet("greedy", "10.0.224.0/19")
    let plan = world.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.invalidSpec])
    #expect(plan.problems.first?.message.contains("needs a free range of 16 addresses") == true)
  }

  @Test func aBackboneWhoseEighthIsTooSmallIsRefused() {
    var world = PaperAzure()
    world.make(.firewall)
    world.desired.place.ranges = [IPv4Network("10.0.0.0/26")].compactMap { $0 }
    #expect(world.plan().problems.first?.message.contains("(10.0.0.56/29)") == true)
  }

  @Test func aPlanWaitsForASubnetThatSomebodyElseIsChanging() {
    var world = PaperAzure()
    world.make(.firewall)
    world.addSubnet("somebody", "10.0.1.0/24", state: "Updating")
    let plan = world.plan()
    #expect(plan.actions.isEmpty && plan.later.contains("create subnet of the connectors (1)"))
  }

  @Test func withoutTokensWhatThereIsStays() {
    var world = PaperAzure()
    world.make(.machine)
    world.tokens = [:]
    let plan = world.plan()
    #expect(plan.actions.isEmpty && plan.later == ["create container group of connector \(world.key)"])
  }

  @Test func otherTokensAreAnotherGroupOnceTheOldOneIsGone() {
    var world = PaperAzure()
    world.make(.machine)
    world.tokens[world.key] = ConnectorSecret(access: SecretText("eyJ-2"), refresh: SecretText("refresh-2"))
    let plan = world.plan()
    #expect(plan.actions.map { "\($0.role)" } == ["machine-\(world.key)"])
    #expect(plan.actions.first?.description.hasPrefix("delete") == true && plan.actions.first?.id != world.machineName)
    world.state.machines = []
    #expect(world.plan().actions.map(\.id) == [world.machineName])
  }

  @Test(arguments: ["Stopped", "Failed", "Succeeded"])
  func aGroupThatDoesNotRunIsReplaced(state: String) {
    var world = PaperAzure()
    world.make(.machine)
    world.state.machines[0].json["properties", "instanceView", "state"] = .string(state)
    #expect(world.roles == ["machine-\(world.key)"])
    #expect(world.plan().actions.first?.description.hasPrefix("delete") == true)
    world.state.machines = []
    let again = world.plan()
    #expect(again.actions.map { "\($0.role)" } == ["machine-\(world.key)"])
    #expect(
      again.repairs == ["container group of connector \(world.key) was deleted by someone else: created again"]
    )
  }

  @Test func aGroupThatCouldNotBeMadeIsReported() {
    var world = PaperAzure()
    world.make(.subnet)
    let error = CloudError(.quota, operation: "write", message: "no more of them in westeurope")
    world.state.failures = [world.machineName: error]
    let plan = world.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.quotaExceeded])
    (world.state.failures, world.state.busy) = ([:], [world.machineName])
    #expect(world.plan().actions.isEmpty, "it is under way")
  }

  @Test func whatSomebodyElseChangedComesBack() {
    var world = PaperAzure()
    world.make(.machine)
    world.state.firewall?.rules.append(SecurityRule("open", 200, .inbound, .allow))
    world.changeSubnet { $0.natGateway = nil }
    let plan = world.plan()
    #expect(plan.actions.map { "\($0.role)" } == ["firewall"])
    world.make(.firewall)
    let next = world.plan()
    #expect(next.actions.map { "\($0.role)" } == ["subnet-1"])
    #expect(next.repairs.first?.contains("another NAT gateway than subnet a") == true)
  }

  @Test func nothingComesInAndOutGoesWhatTwingateNeeds() {
    let rules = PaperAzure().desired.azureRules
    #expect(rules.filter { $0.direction == .inbound }.map(\.access) == [.deny])
    let out = rules.filter { $0.direction == .outbound && $0.access == .allow }
    #expect(out.map(\.destinations) == [["10.0.0.0/16"], ["*"], ["*"]])
    #expect(out.map(\.ports) == [["*"], ["443", "30000-31000"], ["*"]])
    #expect(rules.contains { $0.direction == .outbound && $0.access == .deny && $0.priority == 4096 })
  }

  @Test func suspendedConnectorsHaveNoMachinesAndKeepTheirSubnet() {
    var world = PaperAzure()
    world.make(.machine)
    world.desired.isSuspended = true
    #expect(world.roles == ["machine-\(world.key)"])
  }

  @Test func aDeletionGoesFromTheMachineToTheFirewall() {
    var world = PaperAzure()
    world.make(.machine)
    func step() -> [String] {
      AzureConnectorPlanner.planAbsence(world.desired, world.state).actions.map { "\($0.role)" }
    }
    #expect(step() == ["machine-\(world.key)"])
    world.state.machines[0].json["properties", "provisioningState"] = "Deleting"
    #expect(step() == [])
    world.state.machines = []
    #expect(step() == ["subnet-1"])
    world.removeSubnets()
    #expect(step() == ["firewall"])
    world.state.firewall = nil
    #expect(world.state.isEmpty && AzureConnectorPlanner.planAbsence(world.desired, world.state).isGone)
  }

  @Test(arguments: ["environment", "subnet", "image", "rotation", "login"])
  func whatAMachineIsStartedWithMakesAnotherConnector(what: String) {
    var world = PaperAzure()
    world.make(.machine)
    let before = world.key
    switch what {
    case "environment": world.desired.machine.environment["TWINGATE_LOG_LEVEL"] = "7"
    case "subnet": world.desired.seats[0].subnetID += "b"
    case "rotation": world.desired.machine.rotation = "today"
    case "login": world.desired.machine.login = .init(username: "us", password: SecretText("secret"))
    default: world.desired.machine.containerImage = "twingate/connector:2"
    }
    let now = Timestamp(seconds: 1_800_000_000)
    let key = AzureConnectorPlanner.wanted(world.desired, world.state, known: [before], now: now).first?.key
    #expect((key != before) == (what != "login") && key?.hasPrefix("1-") == true)
  }

  @Test(arguments: [
    ("twingate/connector:1", "index.docker.io"), ("connector", "index.docker.io"),
    ("docker.io/twingate/connector:1", "index.docker.io"), ("registry.acme.com/c:1", "registry.acme.com"),
    ("registry:5000/c@sha256:0", "registry:5000"),
  ])
  func theRegistryIsThatOfTheImage(image: String, registry: String) {
    #expect(DesiredConnectors.registry(of: image) == registry)
  }
}

/// A seat in a Backbone, and its objects in Azure.
struct PaperAzure {
  enum Stage { case firewall, subnet, machine }
  var desired: DesiredConnectors
  var state: AzureConnectorState
  var tokens: [String: ConnectorSecret] = [:]

  private static let group = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network"
  private static let networkID = ResourceID(subscription: "s", group: "g").network("virtualNetworks", "v")
  private static let network = networkID.description

  init() {
    let mark = OwnershipMark(namespace: "production", name: "office", uid: "0c0ffee0-0000-4000-8000-000000000001")
    desired = DesiredConnectors(
      mark: mark,
      place: .init(
        region: "westeurope",
        networkID: Self.network,
        ranges: [IPv4Network("10.0.0.0/16")].compactMap { $0 },
        firewallID: nil
      ),
      seats: [.init(number: 1, zone: "1", subnetID: "\(Self.network)/subnets/a")],
      machine: .init(type: "", environment: ["TWINGATE_URL": "https://acme.twingate.com"])
    )
    desired.machine.containerImage = "twingate/connector:1"
    state = AzureConnectorState(names: AzureConnectorNames(mark, networkID: Self.networkID))
    state.network = VirtualNetwork(json: [
      "id": .string(Self.network), "name": "v", "properties": ["subnets": []],
    ])
    addSubnet("a", "10.0.0.0/19") { $0.natGateway = ResourceID("\(Self.group)/natGateways/n") }
    tokens[key] = ConnectorSecret(access: SecretText("eyJ-access"), refresh: SecretText("refresh-1"))
  }

  var key: String { desired.azureKey(desired.seats[0], period: "0") }
  var connector: SeatedConnector { SeatedConnector(seat: desired.seats[0], key: key, imageID: "0") }
  var machineName: String { state.names.machine(key, tokens[key]?.version ?? "") }
  var roles: [String] { plan().actions.map { "\($0.role)" } }

  mutating func addSubnet(
    _ name: String,
    _ cidr: String,
    state provisioning: String = "Succeeded",
    _ change: (inout Subnet) -> Void = { _ in }
  ) {
    var subnet = Subnet(json: ["properties": ["addressPrefix": .string(cidr), "defaultOutboundAccess": false]])
    subnet.json["name"] = .string(name)
    subnet.json["id"] = .string("\(Self.network)/subnets/\(name)")
    subnet.json["properties", "provisioningState"] = .string(provisioning)
    change(&subnet)
    var subnets = state.network?.subnets.filter { $0.name != name }.map(\.json) ?? []
    subnets.append(subnet.json)
    state.network?.json["properties", "subnets"] = .array(subnets)
  }

  /// The connectors' subnets.
  mutating func removeSubnets() {
    let others = state.network?.subnets.filter { state.names.zone(ofSubnet: $0.name) == nil }.map(\.json)
    state.network?.json["properties", "subnets"] = .array(others ?? [])
  }

  mutating func changeSubnet(_ change: (inout Subnet) -> Void) {
    let subnets = state.network?.subnets.map { subnet -> JSONValue in
      var subnet = subnet
      if state.names.zone(ofSubnet: subnet.name) != nil { change(&subnet) }
      return subnet.json
    }
    state.network?.json["properties", "subnets"] = .array(subnets ?? [])
  }

  mutating func make(_ stage: Stage) {
    var firewall = NetworkSecurityGroup(location: "westeurope", rules: desired.azureRules, tags: [:])
    firewall.json["name"] = .string(state.names.firewall)
    state.firewall = firewall
    guard stage != .firewall else { return }
    let names = state.names
    addSubnet(names.subnet("1"), "10.0.224.0/28") { subnet in
      subnet.delegation = DesiredConnectors.azureDelegation
      subnet.networkSecurityGroup = names.firewallID
      subnet.natGateway = ResourceID("\(Self.group)/natGateways/n")
    }
    guard stage == .machine else { return }
    state.machines = [
      ContainerGroup(json: [
        "name": .string(machineName),
        "tags": [AzureConnectorTag.connector: .string(names.tag(key)), AzureConnectorTag.period: "0"],
        "properties": [
          "provisioningState": "Succeeded", "instanceView": ["state": "Running"],
          "subnetIds": [["id": .string(names.subnetID(names.subnet("1")).description)]],
        ],
      ])
    ]
  }

  func plan() -> AzureConnectorPlan {
    let known = state.machines.isEmpty && state.subnets.count == 1 ? [key: "m"] : [:]
    return AzureConnectorPlanner.plan(desired, [connector], tokens: tokens, known: known, state)
  }
}
