import Cloud
import CloudResources
import FoundationEssentials
import Foundations
import HTTPTransport
import Testing
import Twingate

@testable import TwingateResources

/// The client, the planner and the pass against the simulator, which refuses what Twingate refuses.
@Suite(.serialized, .enabled(if: SimulatedTenant.url != nil, "hack/clouds up twingate; export CLOUDS_TWINGATE_URL"))
struct TwingateSimulatorTests {
  private let unlimited = TwingateBudget(reads: 10_000, writes: 10_000)

  /// A connection of the simulated tenant, without limits of requests.
  private func environment(_ wanted: WantedTwingate) async throws -> Environment {
    let tenant = try await SimulatedTenant()
    try await SimulatedTenant.control("settings", #"{"readsPerMinute": 100000, "writesPerMinute": 100000}"#)
    let (memory, time) = (Locked<[String: ConnectorTokens]>([:]), tenant.time)
    let client = try tenant.client(budget: unlimited)
    return Environment(
      wanted,
      tenant: RememberingTenant(client: client, tokens: memory),
      tokensNow: { id in memory.withLock { $0[id] } },
      now: { time.timestamp }
    )
  }

  @Test func everyDocumentFitsTheSchema() async throws {
    struct Query: Encodable { var query: String }
    for document in Document.allCases {
      let body = String(decoding: try JSONEncoder().encode(Query(query: document.text)), as: UTF8.self)
      let answer = String(decoding: try await SimulatedTenant.control("validate", body), as: UTF8.self)
      #expect(answer == "[]", "\(document.rawValue): \(answer)")
    }
  }

  @Test func fromNothingToAllOfItAndBack() async throws {
    var wanted = wantedTwingate(["grafana", "prometheus", "ci"].map { request($0) })
    wanted.resources[1].access = [
      AccessRequest(.group("Contractors"), expiresAt: Timestamp(seconds: 1_800_100_000), securityPolicy: "Strict"),
      AccessRequest(.serviceAccount("robot")), AccessRequest(.group("Platform")),
    ]
    wanted.resources[2].accessPolicy = AccessPolicy(.autoLock, durationSeconds: 86_400)
    wanted.resources[2].alias = "ci.prod.acme.internal"
    wanted.resources[2].protocols = Protocols(tcp: Ports([443...443, 80...80, 81...90]), udp: .none, allowsICMP: true)
    wanted.groups = [.init("Platform", members: ["ann@acme.com"])]
    wanted.serviceAccounts = [.init("robot")]
    let environment = try await environment(wanted)
    let first = await environment.pass()
    #expect(
      first.failures.isEmpty && first.plan?.isReady == true,
      "\(first.failures) \(String(describing: first.plan))"
    )
    #expect(await environment.pass().performed.isEmpty, "a new look finds nothing to do")
    environment.crash()
    #expect(await environment.pass().performed.isEmpty)
    for setting in [#"{"defaultPolicy": "id"}"#, #"{"pageSize": 1}"#] {
      try await SimulatedTenant.control("settings", setting)
      let result = await environment.pass()
      #expect(result.performed.isEmpty && result.end == nil, "\(setting): \(result.performed)")
    }
    #expect(await environment.settle(teardown: true) != nil)
    let left = try await SimulatedTenant.objects().values.compactMap { object -> String? in
      guard case .object(let fields) = object, case .string(let kind)? = fields["__typename"] else { return nil }
      return ["User", "SecurityPolicy"].contains(kind) ? nil : kind
    }
    #expect(left == Array(repeating: "Group", count: 4))
    #expect(try await SimulatedTenant.findings() == "")
  }

  @Test func anAnswerLostAtAnyMutationMakesNothingTwice() async throws {
    var wanted = wantedTwingate([request("grafana"), request("prometheus")])
    wanted.groups = [.init("Platform")]
    wanted.serviceAccounts = [.init("robot")]
    wanted.resources[1].access.append(AccessRequest(.serviceAccount("robot")))
    for document in Document.allCases where document.kind == .write {
      let environment = try await environment(wanted)
      try await SimulatedTenant.control("faults", #"{"operation": "\#(document.rawValue)", "dropAfter": true}"#)
      #expect(await environment.settle() != nil, "\(document)")
      let made = try await SimulatedTenant.objects().values.reduce(into: [String: Int]()) { counts, object in
        guard case .object(let fields) = object, case .string(let kind)? = fields["__typename"] else { return }
        counts[kind, default: 0] += 1
      }
      #expect(
        made["RemoteNetwork"] == 1 && made["Connector"] == 2 && made["NetworkResource"] == 2 && made["Group"] == 5
          && made["ServiceAccount"] == 1,
        "\(document): \(made)"
      )
      #expect(await environment.settle(teardown: true) != nil, "\(document)")
    }
    #expect(try await SimulatedTenant.findings() == "")
  }

  @Test func failuresOfEveryLayerAreReported() async throws {
    let tenant = try await SimulatedTenant()
    let client = try tenant.client()
    func kind(_ level: String = "provision") async throws -> CloudError? {
      let client = try tenant.client(level)
      do throws(CloudError) {
        _ = try await client.createRemoteNetwork("n", location: .aws, lane: .change)
        return nil
      } catch { return error }
    }
    for how in ["status", "errors", "payload"] {
      try await SimulatedTenant.control("settings", #"{"levelRefusal": "\#(how)"}"#)
      #expect(try await kind("read")?.kind == .forbidden, "\(how)")
    }
    for (fault, expected) in [
      (#""status": 503"#, CloudError.Kind.unavailable), (#""status": 500"#, .unavailable),
      (#""fails": {"code": "null"}"#, .malformed), (#""fails": {"code": "html"}"#, .malformed),
      (#""fails": {"code": "payload", "message": "A Remote Network with this name already exists"}"#, .alreadyExists),
      (#""reset": true"#, .transport),
    ] {
      try await SimulatedTenant.control("faults", #"{"operation": "remoteNetworkCreate", \#(fault)}"#)
      let error = try await kind()
      #expect(error?.kind == expected, "\(fault): \(String(describing: error))")
    }
    #expect(try await kind() == nil)
    #expect(try await kind()?.kind == .alreadyExists)
    #expect(try await client.remoteNetworks(named: ["n"], lane: .look).count == 1)
    try await SimulatedTenant.control("revoke", "{}")
    #expect(try await kind()?.kind == .unauthenticated)
  }

  @Test(arguments: ["sliding", "fixed"])
  func theBudgetKeepsTwingateFromThrottling(window: String) async throws {
    let tenant = try await SimulatedTenant()
    try await SimulatedTenant.control("settings", #"{"quotaWindow": "\#(window)"}"#)
    let memory = Locked<[String: ConnectorTokens]>([:])
    let environment = Environment(
      wantedTwingate((0..<45).map { request("r\($0)") }),
      tenant: RememberingTenant(client: try tenant.client(), tokens: memory),
      tokensNow: { id in memory.withLock { $0[id] } },
      now: { tenant.time.timestamp }
    )
    var passes = 0
    let begin = tenant.time.timestamp
    while passes < 10 {
      passes += 1
      let result = await environment.pass(looks: environment.observed == nil)
      if result.plan?.isReady == true, result.failures.isEmpty { break }
      let wait = result.end?.retryAfter ?? .seconds(60)
      #expect(result.end == nil || result.end?.kind == .throttled, "\(String(describing: result.end))")
      tenant.time.advance(by: wait)
    }
    // 1 remote network, 2 connectors, 2 pairs of tokens, 45 resources: 50 writes in three windows.
    #expect(tenant.time.timestamp.since(begin) < .seconds(180), "\(tenant.time.timestamp.since(begin))")
    let statuses = String(decoding: try await SimulatedTenant.control("requests"), as: UTF8.self)
    #expect(!statuses.contains(#""status": 429"#))
    let operations = try await SimulatedTenant.requests()
    #expect(operations.count { Document(rawValue: $0)?.kind == .write } == 50)
    #expect(operations.count { Document(rawValue: $0)?.kind == .read } <= 10, "\(operations)")
  }

  /// Four connections share the budget of their network. Twingate's own operator sends 2,000 writes and 1,000 reads.
  @Test func aThousandResourcesTakeNoMoreThanTheirWrites() async throws {
    let tenant = try await SimulatedTenant()
    let (budget, memory) = (TwingateBudget(time: tenant.time), Locked<[String: ConnectorTokens]>([:]))
    let environments = try (0..<4).map { number -> Environment in
      let own = TwingateOwner(clusterUID: "cluster-1", connectionUID: "\(number)a1b2c3d-0")
      var wanted = wantedTwingate((0..<250).map { request("r\($0)") })
      wanted.owner = own
      wanted.remoteNetwork.name = "production-\(number)"
      wanted.connectors = ["a", "b"].map { .init(own.connectorName("office", $0)) }
      return Environment(
        wanted,
        tenant: RememberingTenant(client: try tenant.client(budget: budget), tokens: memory),
        tokensNow: { id in memory.withLock { $0[id] } },
        now: { tenant.time.timestamp }
      )
    }
    let begin = tenant.time.timestamp
    var unready = environments
    for _ in 0..<60 where !unready.isEmpty {
      var waits: [Duration] = []
      var next: [Environment] = []
      for environment in unready {
        let result = await environment.pass(looks: false)
        if result.plan?.isReady == true, result.failures.isEmpty { continue }
        next.append(environment)
        waits += result.end?.retryAfter.map { [$0] } ?? []
      }
      unready = next
      if let wait = waits.min() { tenant.time.advance(by: wait) }
    }
    #expect(unready.isEmpty && tenant.time.timestamp.since(begin) <= .seconds(51 * 60))
    let operations = try await SimulatedTenant.requests().compactMap { Document(rawValue: $0)?.kind }
    #expect(operations.count { $0 == .write } == 1020)
    #expect(operations.count { $0 == .read } <= 150, "\(operations.count { $0 == .read })")
    #expect(try await SimulatedTenant.findings() == "")
  }

  @Test func aConnectorsTokensAreCheckedAgainstTwingate() async throws {
    let tenant = try await SimulatedTenant()
    let client = try tenant.client()
    let network = try await client.createRemoteNetwork("n", location: .other, lane: .change)
    let connector = try await client.createConnector("c", in: network.id, notifiesWhenOffline: false, lane: .change)
    let old = try await client.generateTokens(connector.id, lane: .change)
    #expect(await client.check(old, lane: .look) == .valid)
    let new = try await client.generateTokens(connector.id, lane: .change)
    #expect(await client.check(old, lane: .look) == .refused)
    try await SimulatedTenant.control(
      "heartbeat",
      #"{"accessToken": "\#(new.access.value)", "refreshToken": "\#(new.refresh.value)", "hostname": "pod-1"}"#
    )
    let seen = try await client.connectors(lane: .look)
    #expect(seen.map(\.state) == [.alive] && seen[0].hostname == "pod-1" && seen[0].lastHeartbeat != nil)
    try await SimulatedTenant.control("faults", #"{"operation": "validateTokens", "status": 429}"#)
    guard case .unknown = await client.check(new, lane: .look) else {
      Issue.record("a 429 is taken as an answer")
      return
    }
  }

  @Test func whatWasMovedElsewhereIsFoundByItsTags() async throws {
    let environment = try await environment(wantedTwingate([request("grafana")]))
    #expect(await environment.settle() != nil)
    let client = try await SimulatedTenantClient.current()
    let other = try await client.createRemoteNetwork("other", location: .other, lane: .change)
    let id = try #require(environment.observed?.resources.first?.id)
    var change = ResourceChange()
    change.remoteNetworkID = other.id
    _ = try await client.updateResource(id, change, lane: .change)
    #expect(
      await environment.pass().performed.map(\.action.description) == ["update remote network of resource grafana"]
    )
    #expect(await environment.settle() != nil)
    #expect(try await client.resources(in: [other.id], lane: .look).isEmpty)
  }
}

/// Makes a client of the simulator without a reset.
private enum SimulatedTenantClient {
  static func current() async throws -> TwingateClient {
    let credentials = try await SimulatedTenant.control("credentials")
    let keys = try JSONDecoder().decode([String: String].self, from: Data(credentials))
    return try SimulatedTenant(keys: keys).client(budget: TwingateBudget(reads: 10_000, writes: 10_000))
  }
}

/// The client, which also remembers the last pair of each connector.
private struct RememberingTenant: TwingateTenant {
  var client: TwingateClient
  var tokens: Locked<[String: ConnectorTokens]>

  func look(
    _ question: TwingateQuestion,
    made: Set<String>,
    lane: Lane
  ) async throws(CloudError) -> ObservedTwingate {
    try await client.look(question, made: made, lane: lane)
  }

  func perform(_ action: TwingateAction) async throws(CloudError) -> TwingateOutcome {
    let outcome = try await client.perform(action)
    if case .makeTokens(let id) = action.call, case .tokens(let pair) = outcome { tokens.withLock { $0[id] = pair } }
    return outcome
  }
}
