import Cloud
import CloudResources
import Foundations
import Testing
import Twingate

@testable import TwingateResources

@Suite struct PlannerTests {
  private let tenant = PaperTenant()

  /// An environment that has settled.
  private func settled(_ resources: [ResourceRequest] = [request("grafana")]) async -> Environment {
    let environment = Environment(wantedTwingate(resources), tenant)
    #expect(await environment.settle() != nil)
    tenant.change { $0.performed = [] }
    return environment
  }

  private func calls() -> [String] { tenant.performed.map(\.description) }

  @Test func fromNothingEachObjectTakesOneWriteAndPlainGroupsNone() async throws {
    let environment = Environment(wantedTwingate([request("grafana"), request("prometheus")]), tenant)
    let result = await environment.pass()
    #expect(
      calls() == [
        "create remote network production", "create connector office-0a1b2c3d-a", "create connector office-0a1b2c3d-b",
        "create resource grafana", "create resource prometheus",
        "make tokens for connector office-0a1b2c3d-a, which has none",
        "make tokens for connector office-0a1b2c3d-b, which has none",
      ]
    )
    #expect(tenant.seen.resources.allSatisfy { $0.access == [AccessGrant("group-Developers")] })
    #expect(result.plan?.isReady == true && result.plan?.report.ready.count == 2)
    #expect(tenant.state.withLock { $0.looks } == 1)
  }

  @Test func planModeSendsAndWritesNothing() async {
    let environment = Environment(wantedTwingate([request("grafana")]), tenant)
    let plan = await environment.pass(acts: false).plan
    #expect(plan?.later == ["create remote network production"] && calls().isEmpty)
    #expect(environment.memory.kept.withLock { $0.ledger } == Ledger())
  }

  @Test func aSpecThatHasChangedIsLookedForAgain() async {
    let environment = await settled()
    let looks = { [tenant] in tenant.state.withLock { $0.looks } }
    let before = looks()
    await environment.pass(looks: false)
    #expect(looks() == before)
    environment.wanted.groups = [.init("Staff")]
    for _ in 0..<2 { #expect(await environment.pass(looks: false).plan?.problems.map(\.kind) == [.foreignObject]) }
    #expect(looks() == before + 1)
  }

  @Test func atRestNothingIsSent() async {
    let environment = await settled()
    for _ in 0..<3 { await environment.pass() }
    environment.crash()
    await environment.pass()
    #expect(calls().isEmpty)
  }

  @Test func whatTwingateFillsInIsNoDrift() async {
    var grafana = request("grafana", [AccessRequest(.group("Developers"), securityPolicy: "Default Policy")])
    grafana.protocols = Protocols(tcp: Ports([443...443, 80...80, 81...81]), udp: .none, allowsICMP: false)
    let environment = await settled([grafana])
    tenant.change { $0.seen.resources[0].securityPolicyID = "policy-default" }
    await environment.pass()
    #expect(calls().isEmpty)
  }

  @Test func onlyWhatDiffersIsSentAndDriftIsNamed() async {
    let environment = await settled()
    tenant.change { state in
      state.seen.resources[0].alias = "grafana.evil.internal"
      state.seen.resources[0].access.append(AccessGrant("group-Contractors"))
    }
    let result = await environment.pass()
    var change = ResourceChange()
    change.alias = .clear
    #expect(tenant.performed.map(\.call).contains(.updateResource(tenant.seen.resources[0].id, change)))
    #expect(tenant.performed.map(\.lane) == [.revocation, .repair], "access is taken away first")
    #expect(
      result.performed.flatMap(\.repairs) == [
        "resource grafana: others had granted access to it", "resource grafana: its alias was changed",
      ]
    )
    // After a change of the spec, the same difference is the user's wish and no drift.
    environment.wanted.resources[0].alias = "grafana.prod.internal"
    #expect(await environment.pass().performed.map(\.action.lane) == [.change])
  }

  @Test func accessOfOthersCanStay() async {
    let environment = await settled()
    environment.wanted.foreignAccess = .keep
    tenant.change { $0.seen.resources[0].access.append(AccessGrant("group-Contractors")) }
    await environment.pass()
    #expect(calls().isEmpty)
    // Grants of the spec go when the spec drops them.
    environment.wanted.resources[0].access = []
    #expect(await environment.settle() != nil)
    #expect(tenant.seen.resources[0].access == [AccessGrant("group-Contractors")])
  }

  @Test func aResourceIsFoundByMarkThenIdThenNameAndAddress() async {
    let environment = await settled()
    let id = tenant.seen.resources[0].id
    // Only the mark is left.
    tenant.change { state in
      state.seen.resources[0].name = "x"
      state.seen.resources[0].address = "y.svc"
    }
    environment.ledger.ids["resource/spec/grafana"] = nil
    await environment.pass()
    // Without the mark it is found by the id in the ledger.
    tenant.change { state in
      state.seen.resources[0].tags = [:]
      state.seen.resources[0].name = "x"
    }
    await environment.pass()
    // Without both it is found by name and address.
    tenant.change { $0.seen.resources[0].tags = [:] }
    environment.ledger.ids["resource/spec/grafana"] = nil
    await environment.pass()
    #expect(tenant.seen.resources.map(\.id) == [id])
    #expect(tenant.seen.resources[0].tags == owner.tags("spec/grafana") && tenant.seen.resources[0].name == "grafana")
  }

  @Test func anothersResourceIsLeftAlone() async {
    let environment = await settled()
    tenant.change { state in
      var other = state.seen.resources[0]
      other.id = "other"
      other.tags[TwingateOwner.ownerTag] = "another-uid/spec/grafana"
      state.seen.resources.append(other)
      other.id = "hand-made"
      other.tags = [:]
      state.seen.resources.append(other)
    }
    await environment.pass()
    #expect(calls().isEmpty)
    environment.wanted.resources = []
    await environment.pass()
    #expect(tenant.seen.resources.map(\.id) == ["other", "hand-made"])
  }

  @Test func aRemoteNetworkOfOthersIsNotTaken() async {
    tenant.change { $0.seen.remoteNetworks = [RemoteNetwork(id: "n", name: "production", location: "AWS")] }
    let environment = Environment(wantedTwingate([request("grafana")]), tenant)
    let plan = await environment.pass().plan
    #expect(calls().isEmpty)
    #expect(plan?.problems.map(\.kind) == [.foreignObject] && plan?.problems.first?.message.contains("adopt") == true)
    environment.wanted.remoteNetwork.adopts = true
    #expect(await environment.settle() != nil)
    #expect(tenant.seen.remoteNetworks[0].location == "AWS", "it is used and not changed")
    #expect(await environment.settle(teardown: true) != nil)
    #expect(tenant.seen.remoteNetworks.count == 1 && tenant.seen.connectors.isEmpty && tenant.seen.resources.isEmpty)
  }

  @Test(
    arguments: [
      (nil, .alive, true), ("other", .alive, true), ("same", .alive, false), ("same", .noRelays, true),
      ("valid", .noRelays, false), ("unknown", .noHeartbeat, false), ("rotated", .noRelays, true),
    ] as [(String?, Connector.State, Bool)]
  )
  func tokensAreMadeOnlyWhenThoseThatThereAreAreOfNoUse(kept: String?, state: Connector.State, made: Bool) async {
    let environment = await settled([])
    var seen = environment.observed ?? ObservedTwingate()
    for index in seen.connectors.indices { seen.connectors[index].state = state }
    var secrets = KeptSecrets()
    for connector in seen.connectors {
      guard let kept else { continue }
      secrets.tokens[connector.name] = .init(
        connectorID: kept == "other" ? "x" : connector.id,
        rotation: kept == "rotated" ? "before" : "",
        isRefused: kept == "unknown" ? nil : kept != "valid"
      )
    }
    let plan = TwingatePlanner.plan(
      environment.wanted,
      observed: seen,
      secrets: secrets,
      ledger: environment.ledger,
      now: Timestamp(seconds: 0)
    )
    #expect(plan.steps.count == (made ? 2 : 0), "\(plan.actions)")
  }

  /// Twingate shows a connector as ALIVE for a minute after its tokens have become invalid.
  @Test(arguments: [([true, true], 1), ([true, false], 1), ([false, false], 0)])
  func connectorsThatAreAliveGetNewTokensOneAfterTheOther(isSettled: [Bool], made: Int) async {
    let environment = await settled([])
    var seen = environment.observed ?? ObservedTwingate()
    var secrets = KeptSecrets()
    for index in seen.connectors.indices {
      seen.connectors[index].state = .alive
      var tokens = KeptSecrets.Tokens(connectorID: seen.connectors[index].id, rotation: "before")
      tokens.isSettled = isSettled[index]
      secrets.tokens[seen.connectors[index].name] = tokens
    }
    let plan = TwingatePlanner.plan(
      environment.wanted,
      observed: seen,
      secrets: secrets,
      ledger: environment.ledger,
      now: Timestamp(seconds: 0)
    )
    #expect(plan.steps.count == made, "\(plan.actions)")
    #expect(plan.later.count == 2 - made)
  }

  @Test func aConnectorThatAnotherReplacesKeepsItsTokens() async {
    let environment = await settled([])
    var seen = environment.observed ?? ObservedTwingate()
    var secrets = KeptSecrets()
    for index in seen.connectors.indices {
      secrets.tokens[seen.connectors[index].name] = .init(connectorID: seen.connectors[index].id, rotation: "before")
      seen.connectors[index].state = index == 0 ? .alive : .noRelays
      environment.wanted.connectors[index].keepsTokens = true
    }
    let plan = TwingatePlanner.plan(
      environment.wanted,
      observed: seen,
      secrets: secrets,
      ledger: environment.ledger,
      now: Timestamp(seconds: 0)
    )
    #expect(plan.steps.isEmpty && plan.later.isEmpty, "\(plan.actions) \(plan.later)")
  }

  @Test func anEntryThatCannotBeCarriedOutHoldsUpNoOther() async throws {
    let end = tenant.state.withLock { $0.now }.advanced(by: .seconds(7200))
    let past = tenant.state.withLock { $0.now }.advanced(by: .seconds(-1))
    tenant.change { $0.seen.groups.append(Group(id: "group-Twin", name: "Contractors")) }
    let entries = [
      AccessRequest(.group("Developers"), expiresAt: end), AccessRequest(.group("Developer")),
      AccessRequest(.group("Contractors")), AccessRequest(.group("group-Staff"), expiresAt: past),
      AccessRequest(.serviceAccount("ci")), AccessRequest(.group("group-Staff"), securityPolicy: "Strikt"),
    ]
    let environment = Environment(wantedTwingate([request("grafana", entries), request("other")]), tenant)
    let plan = try #require(await environment.pass().plan)
    #expect(
      plan.report.refusals.map(\.reason) == [
        .principalNotFound, .principalAmbiguous, .expired, .principalNotFound, .principalNotFound,
      ]
    )
    #expect(plan.report.refusals[0].message.contains("the nearest are Developers"))
    #expect(plan.report.refusals[1].message.contains("group-Contractors, group-Twin"))
    #expect(
      plan.report.ready == ["spec/other"] && plan.parts[.resources] != .ready && plan.parts[.connectors] == .ready
    )
    #expect(tenant.seen.resources[0].access == [AccessGrant("group-Developers", expiresAt: end)])
  }

  @Test func aGrantThatHasExpiredIsNoDrift() async {
    let end = tenant.state.withLock { $0.now }.advanced(by: .seconds(7200))
    let environment = await settled([request("grafana", [AccessRequest(.group("Developers"), expiresAt: end)])])
    // Shortly before its end it is still no mistake.
    tenant.change { $0.now = end.advanced(by: .seconds(-60)) }
    #expect(await environment.pass().plan?.isReady == true)
    tenant.change { state in
      state.now = end.advanced(by: .seconds(1))
      state.seen.resources[0].access = []
    }
    let plan = await environment.pass().plan
    #expect(calls().isEmpty && plan?.isReady == true && plan?.report.refusals.map(\.reason) == [.expired])
  }

  @Test(arguments: [3599, 31_536_001])
  func anEndThatTwingateDoesNotTakeIsRefusedHere(seconds: Int) async {
    let end = tenant.state.withLock { $0.now }.advanced(by: .seconds(seconds))
    let entries = [AccessRequest(.group("Developers"), expiresAt: end)]
    let plan = await Environment(wantedTwingate([request("grafana", entries)]), tenant).pass().plan
    #expect(plan?.report.refusals.map(\.reason) == [.invalidSpec])
  }

  @Test func anAmbiguousNameTakesNothingAway() async {
    let environment = await settled()
    tenant.change { $0.seen.groups.append(Group(id: "group-Twin", name: "Developers")) }
    await environment.pass()
    #expect(tenant.seen.resources[0].access == [AccessGrant("group-Developers")])
  }

  @Test func membersAreTouchedOnlyWhereTheyAreGiven() async {
    let environment = Environment(wantedTwingate(), tenant)
    environment.wanted.groups = [
      .init("Platform", members: ["ann@acme.com", "Bob@acme.com", "zoe@acme.com"]), .init("Empty"),
      .init("Staff", members: []),
    ]
    let plan = await environment.pass().plan
    #expect(
      Set(plan?.problems.map(\.kind) ?? []) == [.existingNotFound, .foreignObject],
      "\(String(describing: plan?.problems))"
    )
    let platform = tenant.seen.groups.first { $0.name == "Platform" }
    #expect(tenant.seen.members[platform?.id ?? ""]?.map(\.id) == ["user-ann", "user-bob"])
    tenant.change { $0.seen.members[platform?.id ?? ""]?.append(User(id: "user-cem", email: "cem@acme.com")) }
    await environment.pass()
    #expect(tenant.seen.members[platform?.id ?? ""]?.count == 3, "nobody is put out while an address is unknown")
    environment.wanted.groups[0].members = ["ann@acme.com"]
    await environment.pass()
    #expect(tenant.seen.members[platform?.id ?? ""]?.map(\.id) == ["user-ann"])
  }

  @Test func whatOthersPutIntoTheRemoteNetworkIsNamedAtDeletion() async {
    let environment = await settled()
    tenant.change { state in
      var other = state.seen.resources[0]
      (other.id, other.name, other.tags) = ("other", "wiki", [:])
      state.seen.resources.append(other)
    }
    let plan = await environment.pass(teardown: true).plan
    #expect(plan?.isGone == false && plan?.problems.map(\.kind) == [.inUse])
    #expect(plan?.problems.first?.message.contains("resource wiki") == true)
    #expect(tenant.seen.resources.map(\.id) == ["other"] && tenant.seen.connectors.isEmpty)
    tenant.change { $0.seen.resources = [] }
    #expect(await environment.settle(teardown: true) != nil)
    #expect(tenant.seen.remoteNetworks.isEmpty)
  }

  @Test func aKeyIsRotatedAndItsPredecessorEndsLater() async throws {
    let environment = Environment(wantedTwingate(), tenant)
    environment.wanted.serviceAccounts = [.init("ci", rotatesEvery: .seconds(30 * 86_400))]
    #expect(await environment.settle() != nil)
    let account = try #require(tenant.seen.serviceAccounts.first?.id)
    let first = try #require(tenant.seen.keys[account]?.first?.id)
    tenant.change { $0.now = $0.now.advanced(by: .seconds(30 * 86_400)) }
    await environment.pass()
    #expect(tenant.seen.keys[account]?.map(\.status) == [.active, .active])
    tenant.change { $0.now = $0.now.advanced(by: .seconds(601)) }
    #expect(await environment.settle() != nil)
    #expect(tenant.seen.keys[account]?.count == 1 && tenant.seen.keys[account]?.first?.id != first)
    #expect(environment.secrets.keys["ci"] == tenant.seen.keys[account]?.first?.id)
  }

  @Test func namesOfConnectorsFitAndBelongToOneConnection() {
    let name = owner.connectorName("a-very-long-name-of-a-connection", "b")
    #expect(name.count <= 30 && name.hasSuffix("-0a1b2c3d-b") && owner.isOwn(connector: name))
    #expect(!TwingateOwner(clusterUID: "c", connectionUID: "ffffffff-0").isOwn(connector: name))
  }
}
