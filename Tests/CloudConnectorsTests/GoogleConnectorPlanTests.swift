import Cloud
import CloudNetworks
import CloudResources
import Foundations
import GoogleCloud
import Testing

@testable import CloudConnectors

/// What is made, changed and deleted in Google Cloud, without a cloud.
@Suite struct GoogleConnectorPlanTests {
  @Test func whatIsNeededFirstIsMadeFirst() {
    let world = PaperGoogle()
    let first = world.plan()
    #expect(
      first.actions.map(\.description) == [
        "create service account of the connectors", "create secret of connector \(world.key)",
      ]
    )
    #expect(first.later.contains("create machine of connector \(world.key)"))
    #expect(first.later.contains("create firewall rule of the connectors (out)"))
  }

  @Test func rulesRightsAndTokensFollow() {
    var world = PaperGoogle()
    world.make(.secret)
    #expect(
      world.plan().actions.map(\.description) == [
        "create firewall rule of the connectors (out)", "create firewall rule of the connectors (in)",
        "create tokens in the secret of connector \(world.key)",
        "create right to read the secret of connector \(world.key)",
      ]
    )
  }

  @Test func theMachineComesLastWithItsTokensInNoPlaceThatPeopleRead() throws {
    var world = PaperGoogle()
    world.make(.everythingButTheMachine)
    let plan = world.plan()
    #expect(plan.actions.map(\.description) == ["create machine of connector \(world.key) in europe-west1-b"])
    guard case .create(.machine(let instance, let zone))? = plan.actions.first?.verb else {
      Issue.record("no machine")
      return
    }
    #expect(zone == "europe-west1-b" && instance.machineType == "zones/europe-west1-b/machineTypes/e2-small")
    #expect(instance.networkInterfaces?.map(\.subnetwork) == ["projects/p/regions/europe-west1/subnetworks/s"])
    #expect(instance.serviceAccounts?.map(\.email) == [world.email])
    #expect(instance.labels?["cloudlinker-connection"] == world.desired.mark.uid)
    #expect(instance.shieldedInstanceConfig == .full)
    let text = "\(instance)"
    #expect(!text.contains("eyJ-access") && !text.contains("refresh-1") && !"\(plan.actions)".contains("eyJ-access"))
    #expect(text.contains("#cloud-config"))
  }

  @Test func whatIsAsItShouldBeIsLeftAlone() {
    var world = PaperGoogle()
    world.make(.everything)
    let plan = world.plan()
    #expect(plan.actions.isEmpty && plan.isReady, "\(plan.actions.map(\.description)) \(plan.later)")
  }

  @Test func withoutTokensWhatThereIsStays() {
    var world = PaperGoogle()
    world.make(.everything)
    world.tokens = [:]
    let plan = world.plan()
    #expect(plan.actions.isEmpty && plan.later == ["create secret of connector \(world.key)"])
  }

  @Test func otherTokensAreAnotherSecretAndMachineOnceTheOldOneIsGone() {
    var world = PaperGoogle()
    world.make(.everything)
    world.tokens[world.key] = ConnectorSecret(access: SecretText("eyJ-2"), refresh: SecretText("refresh-2"))
    let plan = world.plan()
    #expect(plan.actions.map { "\($0.role)" } == ["secret-\(world.key)", "machine-\(world.key)"])
    #expect(plan.actions.last?.description.hasPrefix("delete machine") == true)
    #expect(plan.later.contains("create machine of connector \(world.key)"))
    #expect(plan.later.contains { $0.hasPrefix("delete secret") }, "its machine may still read it")
  }

  @Test(arguments: ["TERMINATED", "STOPPING", "SUSPENDED"])
  func aMachineThatDoesNotRunIsReplaced(status: String) {
    var world = PaperGoogle()
    world.make(.everything)
    world.state.instances[0].status = status
    let plan = world.plan()
    #expect(plan.actions.map { "\($0.role)" } == ["machine-\(world.key)"])
    #expect(plan.actions.first?.description.hasPrefix("delete") == true)
    world.state.busy = [world.state.instances[0].connectorID]
    #expect(world.plan().actions.isEmpty, "two machines with one pair of tokens would drive each other out")
    (world.state.instances, world.state.busy) = ([], [])
    let again = world.plan()
    #expect(again.actions.map { "\($0.role)" } == ["machine-\(world.key)"])
    #expect(again.repairs == ["machine of connector \(world.key) was deleted by someone else: created again"])
  }

  @Test func whatIsUnderWayIsNotStartedTwice() {
    var world = PaperGoogle()
    world.make(.everythingButTheMachine)
    world.state.busy = ["europe-west1-b/\(world.machineName)"]
    #expect(world.plan().actions.isEmpty)
  }

  @Test func aMachineThatCouldNotBeMadeIsReported() {
    var world = PaperGoogle()
    world.make(.everythingButTheMachine)
    let error = CloudError(.quota, operation: "compute.instances.create", message: "no e2-small is left in the zone")
    world.state.failures = ["europe-west1-b/\(world.machineName)": error]
    let plan = world.plan()
    #expect(plan.actions.isEmpty && plan.problems.map(\.kind) == [.quotaExceeded])
    #expect(plan.problems.first?.message.contains("no e2-small is left in the zone") == true)
  }

  @Test func rulesAndRightsThatWereChangedComeBack() {
    var world = PaperGoogle()
    world.make(.everything)
    world.state.rules[.in]?.denied = nil
    world.state.rules[.in]?.allowed = [.init(IPProtocol: "all")]
    world.state.secrets[0].policy?.bindings?[0].members?.append("user:ann@example.com")
    let plan = world.plan()
    #expect(plan.actions.map { "\($0.role)" } == ["rule-in", "grant-\(world.key)"])
    #expect(plan.repairs.count == 2)
  }

  @Test func nothingComesInAndOutGoesWhatTwingateNeeds() {
    let world = PaperGoogle()
    let (out, into) = (world.desired.rule(.out, project: "p"), world.desired.rule(.in, project: "p"))
    #expect(into.denied?.map(\.IPProtocol) == ["all"] && into.sourceRanges == ["0.0.0.0/0"])
    #expect((into.priority ?? 0) < 1000, "above what lets in whatever is in the Backbone")
    #expect(out.allowed?.count == 2 && out.targetServiceAccounts == [world.email])
    #expect(out.description?.hasPrefix("cloudlinker.dev/backbone=production/net/b-1 ") == true)
  }

  @Test func aNetworkOfAnotherProjectIsRefused() {
    var world = PaperGoogle()
    world.desired.place.networkID = "projects/host/global/networks/n"
    let plan = world.plan()
    #expect(plan.actions.isEmpty && plan.problems.first?.message.contains("project host's (Shared VPC)") == true)
  }

  @Test func suspendedConnectorsHaveNoMachinesAndKeepTheirTokens() {
    var world = PaperGoogle()
    world.make(.everything)
    world.desired.isSuspended = true
    #expect(world.plan().actions.map { "\($0.role)" } == ["machine-\(world.key)"])
  }

  @Test func aDeletionGoesFromTheMachineToTheAccount() {
    var world = PaperGoogle()
    world.make(.everything)
    func step() -> [String] {
      GoogleConnectors.planAbsence(world.desired, world.state).actions.map { "\($0.role)" }
    }
    #expect(step() == ["machine-\(world.key)"])
    world.state.busy = [world.state.instances[0].connectorID]
    #expect(step() == [])
    (world.state.instances, world.state.busy) = ([], [])
    #expect(Set(step()) == ["rule-in", "rule-out", "secret-\(world.key)", "account"])
    (world.state.rules, world.state.secrets, world.state.account) = ([:], [], nil)
    #expect(world.state.isEmpty && GoogleConnectors.planAbsence(world.desired, world.state).isGone)
  }

  @Test func imagesAreTakenAgainOnceAMachineIsOldEnough() {
    var world = PaperGoogle()
    world.make(.everything)
    func keys(_ now: Timestamp) -> [String] {
      GoogleConnectors.wanted(world.desired, world.state, known: [world.key], now: now).map(\.key)
    }
    #expect(keys(world.now.advanced(by: .seconds(900_000))) == [world.key], "no period, no other image")
    world.desired.machine.updatesEvery = .seconds(7200)
    world.keepPeriod()
    #expect(keys(world.now) == [world.key])
    let later = world.now.advanced(by: .seconds(7200))
    #expect(keys(later) != [world.key])
    world.state.instances = []
    #expect(keys(world.now.advanced(by: .seconds(3600))) == [world.key], "made again for the connector that it was")
    #expect(keys(later.advanced(by: .seconds(7200))) != [world.key])
  }

  @Test(arguments: ["type", "environment", "subnet", "image", "rotation"])
  func whatAMachineIsStartedWithMakesAnotherConnector(what: String) {
    var world = PaperGoogle()
    world.make(.everything)
    let before = world.key
    switch what {
    case "type": world.desired.machine.type = "e2-medium"
    case "environment": world.desired.machine.environment["TWINGATE_LOG_LEVEL"] = "7"
    case "subnet": world.desired.seats[0].subnetID = "projects/p/regions/europe-west1/subnetworks/t"
    case "rotation": world.desired.machine.rotation = "today"
    default: world.desired.machine.containerImage = "twingate/connector:2"
    }
    let key = GoogleConnectors.wanted(world.desired, world.state, known: [before], now: world.now).first?.key
    #expect(key != before && key?.hasPrefix("1-") == true)
  }
}

/// One seat in a Backbone, and what Google Cloud has for it.
struct PaperGoogle {
  enum Stage { case secret, everythingButTheMachine, everything }
  let now = Timestamp(seconds: 1_800_000_000)
  var desired: DesiredConnectors
  var state = GoogleConnectorState(project: "p")
  var tokens: [String: ConnectorSecret] = [:]
  private var period = "0"

  init() {
    let mark = OwnershipMark(namespace: "production", name: "office", uid: "0c0ffee0-0000-4000-8000-000000000001")
    desired = DesiredConnectors(
      mark: mark,
      place: .init(region: "europe-west1", networkID: "projects/p/global/networks/n", ranges: [], firewallID: nil),
      seats: [
        .init(number: 1, zone: "europe-west1-b", subnetID: "projects/p/regions/europe-west1/subnetworks/s")
      ],
      machine: .init(type: "e2-small", environment: ["TWINGATE_URL": "https://acme.twingate.com"])
    )
    desired.machine.containerImage = "twingate/connector:1"
    desired.place.mark = OwnershipMark(namespace: "production", name: "net", uid: "b-1")
    tokens[key] = ConnectorSecret(access: SecretText("eyJ-access"), refresh: SecretText("refresh-1"))
  }

  var key: String { desired.googleKey(desired.seats[0], period: period) }
  var email: String { desired.email(in: "p") }
  var connector: SeatedConnector { SeatedConnector(seat: desired.seats[0], key: key, imageID: period) }
  var version: String { tokens[key]?.version ?? "" }
  var machineName: String { desired.googleNames.machine(key, version) }

  mutating func make(_ stage: Stage) {
    state.account = ServiceAccount(displayName: "", description: "")
    var secret = GoogleConnectorState.Secret(id: desired.googleNames.secret(key, version), key: key, hasValue: false)
    state.secrets = [secret]
    guard stage != .secret else { return }
    secret.hasValue = true
    secret.policy = desired.grant(in: "p", etag: "1")
    state.secrets = [secret]
    for direction in GoogleConnectorRole.Direction.allCases {
      state.rules[direction] = desired.rule(direction, project: "p")
    }
    guard stage == .everything else { return }
    var instance = desired.instance(connector, version, project: "p")
    (instance.status, instance.zone) = ("RUNNING", "zones/europe-west1-b")
    instance.creationTimestamp = now.description
    state.instances = [instance]
  }

  /// As if everything had been made in the period that it is.
  mutating func keepPeriod() {
    let before = tokens
    period = desired.period(now)
    tokens = [key: before.values.first].compactMapValues { $0 }
    make(.everything)
  }

  func plan() -> GoogleConnectorPlan {
    let known = state.instances.isEmpty && state.secrets.first?.hasValue == true ? [key: "m"] : [:]
    return GoogleConnectors.plan(desired, [connector], tokens: tokens, known: known, state)
  }
}
