import Cloud
import CloudNetworks
import CloudResources
import Foundations
import Testing

@testable import AWS
@testable import CloudConnectors

/// Plans for AWS, on objects in memory.
@Suite struct AWSConnectorPlanTests {
  private var world = PaperMachines()

  @Test func whatIsNeededFirstIsMadeFirst() {
    let first = world.plan()
    #expect(
      first.actions.map(\.description) == [
        "create security group of the connectors", "create role of connector 1",
        "create instance profile of connector 1",
        "create secret with the tokens of connector \(world.key)",
      ]
    )
    #expect(first.later.contains("create machine of connector \(world.key)"))
    #expect(!first.isReady)
  }

  @Test func withoutTokensThereIsNoMachine() {
    let plan = PaperMachines(hasTokens: false, .everythingButTheMachine).plan()
    #expect(plan.actions.isEmpty && plan.later.count == 1, "\(plan.actions.map(\.description))")
  }

  @Test func theMachineComesLastWithItsTokensInNoPlaceThatPeopleRead() throws {
    let world = PaperMachines(.everythingButTheMachine)
    let plan = world.plan()
    #expect(plan.actions.map(\.description) == ["create machine of connector \(world.key) in eu-west-1a"])
    guard case .create(.machine(let request))? = plan.actions.first?.verb else {
      Issue.record("no machine")
      return
    }
    #expect(request.groupIDs == ["sg-own", "sg-workload"] && request.subnetID == "subnet-1")
    #expect(request.profile == world.desired.names.role(1) && request.rootDevice == "/dev/sda1")
    #expect(request.tags[DesiredConnectors.key] == world.desired.mark.value)
    #expect(request.userData.contains("cloudlinker/\(world.desired.mark.uid)/\(world.key)"))
    #expect(!"\(request)".contains("eyJ-access") && !"\(request)".contains("refresh-1"))
    #expect(!"\(plan.actions)".contains("eyJ-access"))
    #expect(request.userData.utf8.count < 16_384)
  }

  @Test func whatIsAsItShouldBeIsLeftAlone() {
    let plan = PaperMachines(.everything).plan()
    #expect(plan.actions.isEmpty && plan.isReady, "\(plan.actions.map(\.description)) \(plan.later)")
  }

  @Test func aMachineThatWasTerminatedInTheConsoleIsMadeAgainWithAnotherToken() {
    func token(_ plan: AWSConnectorPlan) -> String? {
      guard case .create(.machine(let request))? = plan.actions.first?.verb else { return nil }
      return request.token
    }
    var world = PaperMachines(.everything)
    world.state.instances[0].state = "shutting-down"
    #expect(world.plan().actions.isEmpty, "two machines with one pair of tokens would drive each other out")
    world.state.instances[0].state = "terminated"
    let again = world.plan()
    #expect(again.actions.map(\.description) == ["create machine of connector \(world.key) in eu-west-1a"])
    world.state.instances = []
    let forgotten = world.plan()
    #expect(token(again) == token(forgotten), "EC2 forgets the machine after an hour, the status does not")
    world.known = [:]
    #expect(token(world.plan()) != token(forgotten))
    #expect(token(again) != nil)
    #expect(again.repairs == ["machine of connector \(world.key) was deleted by someone else: created again"])
  }

  @Test func newTokensReplaceTheMachineThatHasTheOldOnes() {
    var world = PaperMachines(.everything)
    world.state.instances[0].tags[AWSConnectorTag.tokens] = "before"
    let plan = world.plan()
    #expect(plan.actions.map(\.description) == ["delete machine of connector \(world.key) (i-1)"])
    #expect(plan.later.contains("create machine of connector \(world.key)"))
  }

  @Test func rulesAndPoliciesThatWereChangedComeBack() {
    var world = PaperMachines(.everything)
    world.state.groups[0].ingress = [EC2.Rule(transport: "tcp", from: 22, to: 22, peer: .ipv4("0.0.0.0/0"))]
    world.state.policies[world.desired.names.role(1)] = #"{"Statement":[]}"#
    let plan = world.plan()
    #expect(
      plan.actions.map(\.description) == [
        "update security group of the connectors: take away in TCP 22 0.0.0.0/0",
        "update policy of the role of connector 1: it allowed something else",
      ]
    )
    #expect(plan.repairs.count == 2)
  }

  @Test func aNewGroupLosesTheRuleThatEC2PutsThere() {
    var world = PaperMachines(.everythingButTheMachine)
    world.state.groups[0].egress = [EC2.Rule(transport: "-1", peer: .ipv4("0.0.0.0/0"))]
    let plan = world.plan()
    #expect(plan.actions.count == 1 && plan.repairs.isEmpty)
    #expect(plan.actions.first?.description.contains("take away out all 0.0.0.0/0") == true)
  }

  @Test func theRangesOfTheBackboneMayBeReachedAndNothingComesIn() {
    let rules = world.desired.wayOut
    #expect(rules.contains(EC2.Rule(transport: "-1", peer: .ipv4("10.10.0.0/16"))))
    #expect(rules.contains(EC2.Rule(transport: "tcp", from: 30_000, to: 31_000, peer: .ipv4("0.0.0.0/0"))))
    #expect(!rules.contains(EC2.Rule(transport: "-1", peer: .ipv4("0.0.0.0/0"))))
  }

  @Test func ifTheUserNamesAProfileThereAreNoRoles() {
    var world = PaperMachines()
    world.desired.machine.profile = "theirs"
    #expect(!world.plan().actions.contains { $0.role.part == .identity })
  }

  @Test func aMissingImageIsNamed() {
    var world = PaperMachines(.everythingButTheMachine)
    world.state.image = nil
    #expect(world.plan().problems.first?.kind == .existingNotFound)
    world = PaperMachines(.everythingButTheMachine, imageID: "ami-gone")
    world.desired.machine.imageID = "ami-gone"
    world.state.image = nil
    let message = PaperMachines.plan(world, imageID: "ami-gone").problems.first?.message
    #expect(message == "spec.twingate.connectors.aws.imageID: there is no image ami-gone in eu-west-1: correct it")
  }

  @Test func suspendedConnectorsHaveNoMachinesAndKeepTheirTokens() {
    var world = PaperMachines(.everything)
    world.desired.isSuspended = true
    let plan = world.plan()
    #expect(plan.actions.map(\.description) == ["delete machine of connector \(world.key) (i-1)"])
  }

  @Test func aDeletionGoesFromTheMachineToTheRole() {
    var world = PaperMachines(.everything)
    func step() -> [String] {
      AWSConnectorPlanner.planAbsence(world.desired, world.state).actions.map { "\($0.role)" }
    }
    #expect(step() == ["machine-\(world.key)"])
    world.state.instances[0].state = "shutting-down"
    #expect(step() == [])
    world.state.instances[0].state = "terminated"
    #expect(step() == ["firewall", "secret-\(world.key)", "carrier-1"])
    (world.state.groups, world.state.secrets, world.state.profiles[0].roles) = ([], [], [])
    #expect(step() == ["profile-1", "policy-1"])
    (world.state.profiles, world.state.policies) = ([], [:])
    #expect(step() == ["role-1"])
    world.state.roles = []
    #expect(world.state.isEmpty && AWSConnectorPlanner.planAbsence(world.desired, world.state).isGone)
  }

  @Test func anImageIsTakenAgainOnceAMachineIsOldEnough() {
    var world = PaperMachines(.everything)
    let now = world.now
    world.state.image = EC2.Image(id: "ami-newer", name: "n", created: "2027", rootDevice: "/dev/sda1")
    #expect(world.desired.wanted(world.state, now: now).map(\.key) == [world.key], "no period, no other image")
    world.desired.machine.updatesEvery = .seconds(7200)
    #expect(world.desired.wanted(world.state, now: now).map(\.key) == [world.key])
    #expect(!world.desired.needsImage(world.state, now: now))
    world.desired.machine.updatesEvery = .seconds(3600)
    #expect(world.desired.needsImage(world.state, now: now))
    #expect(world.desired.wanted(world.state, now: now).map(\.imageID) == ["ami-newer"])
    world.state.image?.id = "ami-1"
    #expect(world.desired.wanted(world.state, now: now).map(\.key) == [world.key])
  }

  @Test func recentSecretsAreKnownForFiveMinutesBeforeListsShowThem() {
    let (recent, now) = (RecentSecrets(), world.now)
    recent.remember("p/a", version: "2", at: now)
    recent.remember("p/b", version: nil, at: now)
    recent.remember("q/c", version: "1", at: now)
    let listed = [("p/a", "1"), ("p/b", "1"), ("p/d", "1")].map {
      SecretsManagerClient.Secret(name: $0.0, arn: "arn", version: $0.1)
    }
    func seen(_ now: Timestamp) -> [String] {
      recent.overlay(listed, under: "p/", now: now).map { "\($0.name) \($0.version ?? "")" }
    }
    #expect(seen(now) == ["p/d 1", "p/a 2"])
    #expect(seen(now.advanced(by: .seconds(300))) == ["p/a 1", "p/b 1", "p/d 1"])
  }

  @Test func iamGetsOnlyTheTagsThatItTakes() {
    let tags = ["team": "platform & co", "cost-center": "42", "cloudlinker.dev/connection": "production/office/u"]
    #expect(AWSConnectors.forIAM(tags).keys.sorted() == ["cloudlinker.dev/connection", "cost-center"])
  }

  @Test(arguments: ["type", "environment", "subnet", "profile", "firewall", "image"])
  func whatAMachineIsStartedWithMakesAnotherConnector(what: String) {
    var world = PaperMachines(.everything)
    switch what {
    case "type": world.desired.machine.type = "t3a.small"
    case "environment": world.desired.machine.environment["TWINGATE_LOG_LEVEL"] = "7"
    case "subnet": world.desired.seats[0].subnetID = "subnet-2"
    case "profile": world.desired.machine.profile = "theirs"
    case "firewall": world.desired.place.firewallID = nil
    default: world.desired.machine.imageID = "ami-2"
    }
    let key = world.desired.wanted(world.state, now: world.now).first?.key
    #expect(key != world.key && key?.hasPrefix("1-") == true)
  }
}

/// A seat in a Backbone, and its objects in AWS.
struct PaperMachines {
  enum Stage { case nothing, everythingButTheMachine, everything }
  let now = Timestamp(seconds: 1_800_000_000)
  var desired: DesiredConnectors
  var state = AWSConnectorState()
  var tokens: [String: ConnectorSecret] = [:]
  var known: [String: String] = [:]
  let key: String

  init(hasTokens: Bool = true, _ stage: Stage = .nothing, imageID: String = "ami-1") {
    let mark = OwnershipMark(namespace: "production", name: "office", uid: "0c0ffee0-0000-4000-8000-000000000001")
    desired = DesiredConnectors(
      mark: mark,
      place: .init(
        region: "eu-west-1",
        networkID: "vpc-1",
        ranges: [IPv4Network("10.10.0.0/16")].compactMap { $0 },
        firewallID: "sg-workload"
      ),
      seats: [.init(number: 1, zone: "eu-west-1a", subnetID: "subnet-1")],
      machine: .init(type: "t3a.micro", environment: ["TWINGATE_URL": "https://acme.twingate.com"])
    )
    key = desired.key(desired.seats[0], imageID: imageID)
    state.image = EC2.Image(id: imageID, name: "twingate", created: "2026", rootDevice: "/dev/sda1")
    state.hasImages = true
    let secret = ConnectorSecret(access: SecretText("eyJ-access"), refresh: SecretText("refresh-1"))
    if hasTokens { tokens[key] = secret }
    guard stage != .nothing else { return }
    let names = desired.names
    state.groups = [
      EC2.SecurityGroup(
        id: "sg-own",
        vpcID: "vpc-1",
        name: names.group,
        ingress: [],
        egress: desired.wayOut,
        tags: desired.tags(.firewall)
      )
    ]
    state.secrets = [.init(name: names.secret(key), arn: "arn", version: secret.version)]
    state.roles = [.init(name: names.role(1), arn: "arn", trust: desired.trust)]
    state.profiles = [.init(name: names.role(1), arn: "arn", roles: [names.role(1)])]
    state.policies = [names.role(1): desired.policy(1)]
    guard stage == .everything else { return }
    var tags = desired.tags(.machine(key))
    tags[AWSConnectorTag.tokens] = secret.version
    state.instances = [
      EC2.Instance(id: "i-1", state: "running", imageID: imageID, type: "t3a.micro", subnetID: "subnet-1", tags: tags)
    ]
    state.instances[0].groupIDs = ["sg-own", "sg-workload"]
    state.instances[0].launched = now.advanced(by: .seconds(-3600))
    known = [key: "i-1"]
  }

  func plan() -> AWSConnectorPlan { Self.plan(self, imageID: "ami-1") }

  static func plan(_ world: PaperMachines, imageID: String) -> AWSConnectorPlan {
    let connectors = world.desired.seats.map {
      SeatedConnector(seat: $0, key: world.desired.key($0, imageID: imageID), imageID: imageID)
    }
    // The plan keeps the connector for which the machine was started.
    let kept = connectors.map { connector in
      var kept = connector
      if world.desired.machine.profile == nil, imageID == "ami-1" { kept.key = world.key }
      return kept
    }
    return AWSConnectorPlanner.plan(world.desired, kept, tokens: world.tokens, known: world.known, world.state)
  }
}
