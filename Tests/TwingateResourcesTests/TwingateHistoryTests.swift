import Cloud
import CloudResources
import FoundationEssentials
import Foundations
import TestSupport
import Testing
import Twingate

@testable import TwingateResources

/// Random histories, in which the spec changes, people change things in the console, requests fail and answers are lost. At
/// the end everything is as the spec says: nothing was made twice, no foreign object was touched, and no tokens in use were
/// invalidated. A deletion leaves nothing behind.
@Suite struct TwingateHistoryTests {
  /// Always the same two hundred. `CLOUDLINKER_HISTORIES=0-9999` runs others, and `=7-7` one of them.
  private static let seeds: ClosedRange<UInt64> = {
    let text = ProcessInfo.processInfo.environment["CLOUDLINKER_HISTORIES"] ?? "0-199"
    let ends = text.split(separator: "-").compactMap { UInt64($0) }
    guard ends.count == 2, ends[0] <= ends[1] else {
      fatalError("CLOUDLINKER_HISTORIES=\(text): two numbers, as in 0-9999")
    }
    return ends[0]...ends[1]
  }()

  @Test func anyHistoryEndsAsTheSpecSaysAndItsDeletionLeavesNothing() async {
    for seed in Self.seeds {
      let history = History(seed: seed)
      await history.run()
      if !history.isDeletedInTheMiddle {
        let passes = await history.settle()
        #expect(history.faults(after: passes) == [], "CLOUDLINKER_HISTORIES=\(seed)-\(seed)")
      }
      await history.delete()
      #expect(history.leftovers() == [], "CLOUDLINKER_HISTORIES=\(seed)-\(seed)")
    }
  }

  /// The same history with a crash of the operator at each of its requests, before or after Twingate has acted.
  @Test(arguments: [PaperTenant.Fault.before, .after])
  func aCrashAtAnyRequestLeavesNothingTwice(fault: PaperTenant.Fault) async {
    var number = 0
    while true {
      let history = History(seed: 7)
      history.wantsEverything()
      let count = Locked(0)
      let target = number
      history.tenant.change { state in
        state.fault = { _ in
          count.withLock { count in
            count += 1
            return count == target + 1 ? fault : .works
          }
        }
      }
      await history.environment.pass()
      history.environment.crash()
      let passes = await history.environment.settle()
      #expect(history.faults(after: passes) == [], "request \(number)")
      await history.environment.pass(teardown: true)
      history.environment.crash()
      await history.delete()
      #expect(history.leftovers() == [], "request \(number)")
      number += 1
      guard count.withLock({ $0 }) > target else { break }
    }
    #expect(number > 20)
  }
}

private final class History {
  private var random: SeededGenerator
  let tenant = PaperTenant()
  let environment: Environment
  /// Pairs of tokens that were made although the previous pair was still useful.
  private let needless = Locked<[String]>([])
  /// Ids of connectors whose Secrets contain a valid pair.
  private var usable: Set<String> = []
  /// Ids of connectors that were alive before the pass.
  private var alive: Set<String> = []
  /// The content of their Secrets.
  private var before: [String: PaperMemory.Kept.Tokens] = [:]
  /// Ids of connectors that keep their tokens when others are asked for.
  private var keepers: Set<String> = []
  /// The rotation that was asked for.
  private var rotation = ""
  /// Whether the connection is deleted while requests still fail.
  let isDeletedInTheMiddle: Bool

  init(seed: UInt64) {
    random = SeededGenerator(seed)
    isDeletedInTheMiddle = Double.random(in: 0..<1, using: &random) < 0.2
    environment = Environment(wantedTwingate(), tenant)
    tenant.change { state in
      state.seen.remoteNetworks.append(Self.foreignNetwork)
      state.seen.connectors.append(Self.foreignConnector)
      state.seen.resources.append(Self.foreignResource)
    }
  }

  // Somebody else's objects, with names that the connection could have.
  private static let foreignNetwork = RemoteNetwork(id: "network-theirs", name: "theirs", location: "AWS")
  private static let foreignConnector = Connector(
    id: "connector-theirs",
    name: "office-ffffffff-a",
    remoteNetworkID: "network-theirs",
    notifiesWhenOffline: true
  )
  private static let foreignResource = Resource(
    id: "resource-theirs",
    ResourceDraft(
      name: "a",
      address: "a.svc",
      remoteNetworkID: "network-theirs",
      protocols: Protocols(tcp: Ports([443...443]), udp: .none, allowsICMP: false)
    )
  )

  func wantsEverything() {
    let wanted = environment.wanted
    environment.wanted.resources = ["a", "b", "c"].map { request($0) }
    environment.wanted.resources[1].access = [
      AccessRequest(.group("Contractors"), securityPolicy: "Strict"), AccessRequest(.serviceAccount("ci")),
      AccessRequest(.group("Platform")),
    ]
    environment.wanted.groups = [.init("Platform", members: ["ann@acme.com"])]
    environment.wanted.serviceAccounts = [.init("ci"), .init("cd")]
    environment.wanted.connectors = wanted.connectors
  }

  func run() async {
    let chances: [Double] = [0, 0.1, 0.3]
    let chance = chances.randomElement(using: &random) ?? 0
    for _ in 0..<(isDeletedInTheMiddle ? Int.random(in: 1...8, using: &random) : 12) {
      changeSpec()
      changeInConsole()
      prepareFaults(chance)
      let looks = Bool.random(using: &random)
      // Without a look, the operator does not know which connectors have come alive.
      if !looks, let seen = environment.observed {
        alive.formIntersection(seen.connectors.filter { $0.state == .alive }.map(\.id))
      }
      await environment.pass(looks: looks)
      if happens(0.2) { environment.crash() }
      if happens(0.05) { tenant.change { $0.now = $0.now.advanced(by: .seconds(31 * 86_400)) } }
    }
    if isDeletedInTheMiddle {
      for _ in 0..<3 {
        prepareFaults(max(chance, 0.1))
        await environment.pass(teardown: true, looks: Bool.random(using: &random))
        if happens(0.3) { environment.crash() }
      }
      tenant.change { $0.fault = { _ in .works } }
      environment.memory.kept.withLock { $0.isBroken = false }
      return
    }
    tenant.change { $0.fault = { _ in .works } }
    environment.memory.kept.withLock { $0.isBroken = false }
    checkTokens()
    // Longer than two keys overlap.
    tenant.change { $0.now = $0.now.advanced(by: .seconds(700)) }
    _ = await settle()
    tenant.change { $0.now = $0.now.advanced(by: .seconds(700)) }
  }

  /// Settles like `Environment.settle`, and checks every pass.
  func settle() async -> Int? {
    for count in 1...20 {
      endSessions()
      checkTokens()
      let result = await environment.pass()
      guard let plan = result.plan, result.failures.isEmpty, result.end == nil, plan.steps.isEmpty,
        result.performed.isEmpty
      else { continue }
      checkTokens()
      return count
    }
    return nil
  }

  func delete() async {
    tenant.change { $0.fault = { _ in .works } }
    #expect(await environment.settle(teardown: true) != nil)
  }

  /// Ends the sessions of connectors whose tokens are invalid.
  private func endSessions() {
    let kept = environment.memory.kept.withLock { $0.tokens }
    tenant.change { state in
      for (index, connector) in state.seen.connectors.enumerated() where connector.state == .alive {
        guard let pair = state.tokens[connector.id], kept[connector.name]?.pair != pair else { continue }
        state.seen.connectors[index].state = .heartbeatTooOld
      }
    }
  }

  private func happens(_ chance: Double) -> Bool { Double.random(in: 0..<1, using: &random) < chance }

  /// Chooses the faults of the next pass by the number of the request, and checks for needless tokens.
  private func prepareFaults(_ chance: Double) {
    var faults: [PaperTenant.Fault] = []
    for _ in 0..<40 {
      let kinds: [PaperTenant.Fault] = [.before, .after, .refused]
      faults.append(happens(chance) ? kinds.randomElement(using: &random) ?? .works : .works)
    }
    let isBroken = happens(chance / 3)
    environment.memory.kept.withLock { $0.isBroken = isBroken }
    checkTokens()
    let count = Locked(0)
    tenant.change { [faults] state in
      state.fault = { _ in
        count.withLock { count in
          count += 1
          return count <= faults.count ? faults[count - 1] : .works
        }
      }
    }
  }

  /// Notes which connectors' Secrets contain a valid pair. Another pair for one of those is needless.
  private func checkTokens() {
    let kept = environment.memory.kept.withLock { $0.tokens }
    let performed = tenant.performed
    tenant.change { $0.performed = [] }
    var ended = 0
    for action in performed {
      guard case .makeTokens(let id) = action.call, usable.contains(id) else { continue }
      let kept = before[id]
      if kept?.rotation == rotation || keepers.contains(id) {
        needless.withLock { $0.append(action.description) }
      }
      if alive.contains(id) { ended += 1 }
    }
    if ended > 1 { needless.withLock { $0.append("\(ended) connectors that were alive got new tokens in one pass") } }
    let (tokens, connectors) = tenant.state.withLock { ($0.tokens, $0.seen.connectors) }
    rotation = environment.wanted.tokenRotation
    let working = kept.values.filter { tokens[$0.id] == $0.pair }
    usable = Set(working.map(\.id))
    before = Dictionary(working.map { ($0.id, $0) }) { first, _ in first }
    alive = Set(connectors.filter { $0.state == .alive }.map(\.id))
    let names = Set(environment.wanted.connectors.filter(\.keepsTokens).map(\.name))
    keepers = Set(connectors.filter { names.contains($0.name) }.map(\.id))
  }

  private func changeSpec() {
    let names = ["a", "b", "c", "d"]
    let groups = ["Developers", "Contractors", "Staff", "Platform"]
    switch Int.random(in: 0..<11, using: &random) {
    case 0, 1:
      environment.wanted.resources = names.filter { _ in Bool.random(using: &random) }.map { request($0) }
    case 2:
      for index in environment.wanted.resources.indices {
        environment.wanted.resources[index].access = groups.filter { _ in Bool.random(using: &random) }.map {
          AccessRequest(.group($0), securityPolicy: Bool.random(using: &random) ? "Strict" : nil)
        }
      }
    case 3:
      for index in environment.wanted.resources.indices {
        environment.wanted.resources[index].alias = Bool.random(using: &random) ? "x\(index).internal" : nil
        environment.wanted.resources[index].tags = Bool.random(using: &random) ? ["team": "sre"] : [:]
      }
    case 4:
      environment.wanted.groups = Bool.random(using: &random) ? [.init("Platform", members: ["ann@acme.com"])] : []
    case 5:
      let period: Duration? = Bool.random(using: &random) ? .seconds(30 * 86_400) : nil
      environment.wanted.serviceAccounts = Bool.random(using: &random) ? [.init("ci", rotatesEvery: period)] : []
    case 6:
      let keepsTokens = Bool.random(using: &random)
      environment.wanted.connectors = ["a", "b", "c"].prefix(Int.random(in: 1...3, using: &random)).map {
        var connector = WantedTwingate.Connector(
          owner.connectorName("office", $0),
          notifiesWhenOffline: Bool.random(using: &random)
        )
        connector.keepsTokens = keepsTokens
        return connector
      }
    case 8: environment.wanted.tokenRotation = "\(Int.random(in: 0..<3, using: &random))"
    case 7: environment.wanted.remoteNetwork.name = Bool.random(using: &random) ? "production" : "staging"
    default: break
    }
  }

  private func changeInConsole() {
    let choice = Int.random(in: 0..<12, using: &random)
    let pick = Int.random(in: 0..<1000, using: &random)
    tenant.change { state in
      let own = state.seen.resources.indices.filter { state.seen.resources[$0].id != Self.foreignResource.id }
      guard !own.isEmpty else { return }
      let index = own[pick % own.count]
      let connectors = state.seen.connectors.indices.filter {
        state.seen.connectors[$0].id != Self.foreignConnector.id
      }
      switch choice {
      case 0: state.seen.resources.remove(at: index)
      case 1: state.seen.resources[index].alias = "evil.internal"
      case 2:
        state.seen.resources[index].access.removeAll { $0.principalID == "group-Staff" }
        state.seen.resources[index].access.append(AccessGrant("group-Staff", expiresAt: state.now))
      case 3: state.seen.resources[index].access = []
      case 4: state.seen.resources[index].isActive = false
      case 5 where !connectors.isEmpty: state.seen.connectors.remove(at: connectors[pick % connectors.count])
      case 6:
        for connector in connectors { state.seen.connectors[connector].name = "x-0a1b2c3d-\(connector)" }
      case 7: for network in state.seen.remoteNetworks.indices { state.seen.remoteNetworks[network].location = "AWS" }
      case 8, 9: for connector in connectors { state.seen.connectors[connector].state = .alive }
      case 10 where !connectors.isEmpty:
        state.seen.connectors[connectors[pick % connectors.count]].state = .heartbeatTooOld
      default: break
      }
    }
  }

  /// Everything that is not as the spec says.
  func faults(after passes: Int?) -> [String] {
    guard passes != nil else { return ["it did not settle"] }
    let (all, wanted) = (tenant.seen, environment.wanted)
    var faults = needless.withLock { $0 }
    func check(_ isRight: Bool, _ fault: String) { if !isRight { faults.append(fault) } }
    check(isForeignUntouched(all), "what is somebody else's was touched")
    let seen = Self.withoutForeign(all)
    check(seen.remoteNetworks.map(\.name) == [wanted.remoteNetwork.name], "networks \(seen.remoteNetworks)")
    check(
      Set(seen.connectors.map(\.name)) == Set(wanted.connectors.map(\.name)),
      "connectors \(seen.connectors.map(\.name))"
    )
    check(seen.connectors.count == wanted.connectors.count, "\(seen.connectors.count) connectors")
    let kept = environment.memory.kept.withLock { $0 }
    for connector in seen.connectors {
      let pair = tenant.state.withLock { $0.tokens[connector.id] }
      check(pair != nil && kept.tokens[connector.name]?.pair == pair, "tokens of \(connector.name)")
      let isRotated = kept.tokens[connector.name]?.rotation == wanted.tokenRotation
      let keepsTokens = wanted.connectors.contains { $0.name == connector.name && $0.keepsTokens }
      check(isRotated || keepsTokens, "tokens of \(connector.name) were not made again")
    }
    check(seen.resources.count == wanted.resources.count, "\(seen.resources.count) resources")
    for request in wanted.resources {
      let found = seen.resources.filter { owner.origin(of: $0) == request.origin }
      guard found.count == 1, let resource = found.first else {
        faults.append("\(found.count) resources of \(request.origin)")
        continue
      }
      check(
        resource.alias == request.alias && resource.isActive && resource.protocols == request.protocols,
        "\(resource)"
      )
      check(resource.tags.count == request.tags.count + 2, "tags of \(request.name)")
      let names = request.access.map { entry -> String in
        if case .serviceAccount(let name) = entry.principal { return name }
        if case .group(let name) = entry.principal { return name }
        return ""
      }.filter { name in
        seen.groups.contains { $0.name == name } || seen.serviceAccounts.contains { $0.name == name }
      }
      let granted = resource.access.compactMap { grant in
        seen.groups.first { $0.id == grant.principalID }?.name
          ?? seen.serviceAccounts.first { $0.id == grant.principalID }?.name
      }
      check(granted.sorted() == names.sorted(), "access of \(request.name): \(granted), not \(names)")
      check(resource.access.allSatisfy { $0.expiresAt == nil }, "a foreign grant on \(request.name)")
    }
    check(seen.groups.count == 3 + wanted.groups.count, "groups \(seen.groups.map(\.name))")
    check(seen.serviceAccounts.map(\.name).sorted() == wanted.serviceAccounts.map(\.name).sorted(), "service accounts")
    for account in seen.serviceAccounts {
      let active = seen.keys[account.id]?.filter { $0.status == .active }.map(\.id) ?? []
      check(active.contains(kept.keys[account.name] ?? ""), "the key of \(account.name) is not the Secret's")
    }
    return faults
  }

  private func isForeignUntouched(_ seen: ObservedTwingate) -> Bool {
    var network = Self.foreignNetwork
    network.location = seen.remoteNetworks.first { $0.id == network.id }?.location ?? network.location
    return seen.remoteNetworks.contains(network) && seen.connectors.contains(Self.foreignConnector)
      && seen.resources.contains(Self.foreignResource)
  }

  private static func withoutForeign(_ seen: ObservedTwingate) -> ObservedTwingate {
    var seen = seen
    seen.remoteNetworks.removeAll { $0.id == foreignNetwork.id }
    seen.connectors.removeAll { $0.id == foreignConnector.id }
    seen.resources.removeAll { $0.id == foreignResource.id }
    return seen
  }

  /// Everything that a deletion has left behind.
  func leftovers() -> [String] {
    let seen = Self.withoutForeign(tenant.seen)
    return (isForeignUntouched(tenant.seen) ? [] : ["what is somebody else's was touched"])
      + seen.remoteNetworks.map(\.name) + seen.connectors.map(\.name) + seen.resources.map(\.name)
      + seen.groups.filter {
        !$0.id.hasPrefix("group-Dev") && !$0.id.hasPrefix("group-Con") && !$0.id.hasPrefix("group-Sta")
      }
      .map(\.name) + seen.serviceAccounts.map(\.name)
  }
}
