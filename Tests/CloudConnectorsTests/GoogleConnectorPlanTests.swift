import Cloud
import CloudNetworks
import CloudResources
import Foundations
import GoogleCloud
import Testing

@testable import CloudConnectors

/// Plans for Google Cloud, on objects in memory.
@Suite struct GoogleConnectorPlanTests {
  @Test func whatIsNeededFirstIsMadeFirst() {
    let world = PaperGoogle()
    let first = world.plan()
    #expect(
      first.actions.map(\.description) == [
        "create service account of connector 1", "create secret of connector \(world.key)",
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
    let (out, into) = (world.rule(.out), world.rule(.in))
    #expect(into.denied?.map(\.IPProtocol) == ["all"] && into.sourceRanges == ["0.0.0.0/0"])
    #expect((into.priority ?? 0) < 1000, "above what lets in whatever is in the Backbone")
    #expect(out.allowed?.count == 2 && out.targetServiceAccounts == [world.email])
    #expect(out.description?.hasPrefix("cloudlinker.dev/backbone=production/net/b-1 ") == true)
  }

  @Test func eachMachineHasAnAccountOfItsOwnThatReadsItsOwnTokensOnly() {
    var world = PaperGoogle()
    let second = world.addSeat()
    world.settle([world.connector, second])
    #expect(Set(world.state.instances.compactMap { $0.serviceAccounts?.first?.email }).count == 2)
    for instance in world.state.instances {
      let account = instance.serviceAccounts?.first?.email ?? ""
      #expect(world.readable(by: account) == [instance.connectorKey ?? ""], "\(account)")
    }
    #expect(world.state.rules.values.allSatisfy { $0.targetServiceAccounts?.count == 2 })

    // A seat that is gone keeps its firewall until its machine has gone.
    world.desired.seats.removeLast()
    let plan = world.plan([world.connector])
    #expect(plan.actions.map { "\($0.role)" } == ["machine-\(second.key)"])
    world.carryOut(plan)
    let rest = world.plan([world.connector])
    #expect(rest.actions.map { "\($0.role)" } == ["rule-out", "rule-in", "secret-\(second.key)", "account-2"])
    #expect(rest.repairs == [], "nobody else has changed anything")
    world.carryOut(rest)
    #expect(world.plan([world.connector]).isReady)
    #expect(world.state.rules.values.allSatisfy { $0.targetServiceAccounts == [world.email] })
  }

  /// A deleted account that is made again has its former address and none of its rights.
  @Test func aDeletedAccountIsMadeAgainWithItsRight() {
    var world = PaperGoogle()
    world.make(.everything)
    world.state.accounts = [:]
    let former = "deleted:serviceAccount:\(world.email)?uid=1"
    world.state.secrets[0].policy?.bindings?[0].members = [former]
    world.carryOut(world.plan())
    #expect(world.state.accounts.keys.sorted() == [1])
    world.carryOut(world.plan())
    #expect(world.readable(by: world.email) == [world.key] && world.plan().isReady)
  }

  /// In earlier versions all machines of a connection had one account.
  @Test func machinesThatShareAnAccountAreReplacedByOthersWithTheirOwn() {
    var world = PaperGoogle()
    let old = world.share()
    let shared = world.desired.email(GoogleConnectorNames.sharedSeat, in: "p")
    #expect(world.plan([old]).repairs == [])
    var repairs: [String] = []
    // First both connectors of the seat, then the new one.
    for connectors in [[old, world.connector], [world.connector]] {
      for _ in 0..<10 {
        let plan = world.plan(connectors)
        repairs += plan.repairs
        world.carryOut(plan)
        #expect(Set(world.readable(by: shared)).isSubset(of: [old.key]), "the new tokens are for the new account only")
        for instance in world.state.instances {
          let account = instance.serviceAccounts?.first?.email ?? ""
          #expect(world.readable(by: account) == [instance.connectorKey ?? ""])
          #expect(world.state.rules.values.allSatisfy { $0.targetServiceAccounts?.contains(account) == true })
        }
      }
    }
    #expect(repairs == [])
    #expect(world.state.instances.map(\.connectorKey) == [world.key] && world.state.accounts.keys.sorted() == [1])
    #expect(world.state.secrets.map(\.key) == [world.key] && world.plan().isReady)
    #expect(world.state.rules.values.allSatisfy { $0.targetServiceAccounts == [world.email] })
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
      GoogleConnectorPlanner.planAbsence(world.desired, world.state).actions.map { "\($0.role)" }
    }
    #expect(step() == ["machine-\(world.key)"])
    world.state.busy = [world.state.instances[0].connectorID]
    #expect(step() == [])
    (world.state.instances, world.state.busy) = ([], [])
    #expect(Set(step()) == ["rule-in", "rule-out", "secret-\(world.key)", "account-1"])
    (world.state.rules, world.state.secrets, world.state.accounts) = ([:], [], [:])
    #expect(world.state.isEmpty && GoogleConnectorPlanner.planAbsence(world.desired, world.state).isGone)
  }

  @Test func imagesAreTakenAgainOnceAMachineIsOldEnough() {
    var world = PaperGoogle()
    world.make(.everything)
    func keys(_ now: Timestamp) -> [String] {
      GoogleConnectorPlanner.wanted(world.desired, world.state, known: [world.key], now: now).map(\.key)
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
    let key = GoogleConnectorPlanner.wanted(world.desired, world.state, known: [before], now: world.now).first?.key
    #expect(key != before && key?.hasPrefix("1-") == true)
  }
}

/// A seat in a Backbone, and its objects in Google Cloud.
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
  var email: String { desired.email(1, in: "p") }
  func rule(_ direction: GoogleConnectorRole.Direction) -> Firewall {
    desired.rule(direction, seats: [1], project: "p")
  }
  var connector: SeatedConnector { SeatedConnector(seat: desired.seats[0], key: key, imageID: period) }
  var version: String { tokens[key]?.version ?? "" }
  var machineName: String { desired.googleNames.machine(key, version) }

  mutating func make(_ stage: Stage) {
    state.accounts[1] = ServiceAccount(displayName: "", description: "")
    var secret = GoogleConnectorState.Secret(id: desired.googleNames.secret(key, version), key: key, hasValue: false)
    state.secrets = [secret]
    guard stage != .secret else { return }
    secret.hasValue = true
    secret.policy = desired.grant(to: 1, in: "p", etag: "1")
    state.secrets = [secret]
    for direction in GoogleConnectorRole.Direction.allCases {
      state.rules[direction] = rule(direction)
    }
    guard stage == .everything else { return }
    var instance = desired.instance(connector, version, project: "p")
    (instance.status, instance.zone) = ("RUNNING", "zones/europe-west1-b")
    instance.creationTimestamp = now.description
    state.instances = [instance]
  }

  /// As if everything had been made in the current period.
  mutating func keepPeriod() {
    let before = tokens
    period = desired.period(now)
    tokens = [key: before.values.first].compactMapValues { $0 }
    make(.everything)
  }

  func plan() -> GoogleConnectorPlan { plan([connector]) }

  func plan(_ connectors: [SeatedConnector]) -> GoogleConnectorPlan {
    let known = state.instances.isEmpty && state.secrets.first?.hasValue == true ? [key: "m"] : [:]
    return GoogleConnectorPlanner.plan(desired, connectors, tokens: tokens, known: known, state)
  }

  /// - Returns: the connector of another seat.
  mutating func addSeat() -> SeatedConnector {
    let seat = DesiredConnectors.Seat(
      number: 2,
      zone: "europe-west1-c",
      subnetID: "projects/p/regions/europe-west1/subnetworks/s"
    )
    desired.seats.append(seat)
    let key = desired.googleKey(seat, period: period)
    tokens[key] = ConnectorSecret(access: SecretText("eyJ-other"), refresh: SecretText("refresh-other"))
    return SeatedConnector(seat: seat, key: key, imageID: period)
  }

  /// Sets everything as an earlier version left it: the machine of another connector has the account that all shared.
  mutating func share() -> SeatedConnector {
    let old = SeatedConnector(seat: desired.seats[0], key: "1-older", imageID: period)
    let secret = ConnectorSecret(access: SecretText("eyJ-old"), refresh: SecretText("refresh-old"))
    tokens[old.key] = secret
    let shared = GoogleConnectorNames.sharedSeat
    state.accounts = [shared: ServiceAccount(displayName: "", description: "")]
    for direction in GoogleConnectorRole.Direction.allCases {
      state.rules[direction] = desired.rule(direction, seats: [shared], project: "p")
    }
    let id = desired.googleNames.secret(old.key, secret.version)
    var kept = GoogleConnectorState.Secret(id: id, key: old.key, hasValue: true)
    kept.policy = desired.grant(to: shared, in: "p", etag: "1")
    state.secrets = [kept]
    var instance = desired.instance(old, secret.version, project: "p")
    instance.serviceAccounts?[0].email = desired.email(shared, in: "p")
    (instance.status, instance.zone) = ("RUNNING", "zones/europe-west1-b")
    instance.creationTimestamp = now.description
    state.instances = [instance]
    return old
  }

  /// Plans and acts until nothing is left to do.
  mutating func settle(_ connectors: [SeatedConnector]) {
    for _ in 0..<10 { carryOut(plan(connectors)) }
    let isReady = plan(connectors).isReady
    #expect(isReady)
  }

  /// Carries out a plan as Google Cloud would.
  mutating func carryOut(_ plan: GoogleConnectorPlan) {
    for action in plan.actions {
      switch (action.verb, action.role) {
      case (.create(let content), let role), (.update(let content), let role): write(content, role)
      case (.delete, .account(let seat)): state.accounts[seat] = nil
      case (.delete, .rule(let direction)): state.rules[direction] = nil
      case (.delete, .machine): state.instances.removeAll { $0.connectorID == action.id }
      case (.delete, _): state.secrets.removeAll { $0.id == action.id }
      case (.tag, _): break
      }
    }
  }

  private mutating func write(_ content: GoogleConnectorContent, _ role: GoogleConnectorRole) {
    switch (content, role) {
    case (.account(_, let account), .account(let seat)): state.accounts[seat] = account
    case (.rule(let rule), .rule(let direction)): state.rules[direction] = rule
    case (.secret(let secret, _), .secret(let key)):
      state.secrets.append(.init(id: secret.id, key: key, hasValue: false))
    case (.value(_, let id), _):
      for index in state.secrets.indices where state.secrets[index].id == id { state.secrets[index].hasValue = true }
    case (.grant(let policy, let id), _):
      for index in state.secrets.indices where state.secrets[index].id == id { state.secrets[index].policy = policy }
    case (.machine(var instance, let zone), _):
      (instance.status, instance.zone) = ("RUNNING", "zones/\(zone)")
      instance.creationTimestamp = now.description
      state.instances.append(instance)
    default: Issue.record("\(role) is written as something else")
    }
  }

  /// Keys of the connectors whose tokens an account may read.
  func readable(by account: String) -> [String] {
    let member = "serviceAccount:\(account)"
    return state.secrets.filter { secret in
      (secret.policy?.bindings ?? []).contains { $0.members?.contains(member) == true }
    }.map(\.key)
  }
}
