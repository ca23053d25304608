import Azure
import Cloud
import CloudResources
import Foundations
import Kubernetes

@testable import CloudNetworks
@testable import ControllerRuntime
@testable import Reconcilers

/// A random life of a Backbone in Azure: its spec changes, someone deletes and changes its objects, Azure refuses
/// requests, the process crashes. In the end the cloud is to be as the spec says, and after the deletion as before.
struct AzureHistory {
  private var random: SeededGenerator
  private var rig: AzureRig
  private let foreign: [String: JSONValue]
  /// What happened, for whoever reads of a failure.
  private(set) var events: [String] = []

  /// What keeps a history from its end.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    let group = random.chance(50) ? "rg" : nil
    rig = AzureRig(group: group)
    if group != nil {
      rig.place(rig.names.groupID, tags: ["owner": "them"])
      for type in ["networkSecurityGroups", "publicIPAddresses", "natGateways", "routeTables"] {
        rig.place(rig.names.groupID.network(type, "theirs"), tags: ["owner": "them"])
      }
      let network = rig.names.groupID.network("virtualNetworks", "theirs")
      rig.place(network, ["addressSpace": ["addressPrefixes": ["10.0.0.0/16"]], "subnets": .array([])])
      rig.place(network.child("subnets", "private-a"), ["addressPrefix": "10.0.0.0/20"])
    }
    foreign = rig.fake.snapshot
    changeSpec()
  }

  /// - Throws: `Failure` with the events that led to it.
  mutating func run() async throws {
    for _ in 0..<Int.random(in: 2...5, using: &random) {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: changeSpec()
      case 1: changeOutside()
      case 2: refuse()
      default: break
      }
      try await pass(.present)
    }
    let plan = try await settle(.present)
    guard plan.isReady, plan.later.isEmpty else {
      throw failure("not as the spec says: \(plan.problems) \(plan.parts)")
    }
    try await checkNetwork()
    if random.chance(50) { refuse() }
    for _ in 0..<Int.random(in: 0...3, using: &random) { try await pass(.absent) }
    let gone = try await settle(.absent)
    guard gone.isGone else { throw failure("not gone: \(gone.problems)") }
    guard rig.fake.snapshot == foreign else {
      throw failure(
        "left after the deletion: \(Set(rig.fake.snapshot.keys).symmetricDifference(foreign.keys).sorted())"
      )
    }
  }

  // MARK: Events

  private mutating func changeSpec() {
    var desired = AzureRig.desired()
    if random.chance(40) { desired.subnets.removeLast() }
    if random.chance(20) { desired.subnets[0].name = "renamed" }
    let ways: [DesiredNetwork.Egress.Addresses] = [.perZone, .shared, .none]
    desired.egress.addresses = ways.randomElement(using: &random) ?? .perZone
    if random.chance(50) { desired.egressRules = [] }
    if random.chance(30) { desired.tags["stage"] = "test" }
    rig.desired = desired
    events.append("spec: \(desired.subnets.map(\.name)) \(desired.egress.addresses) \(desired.tags.keys.sorted())")
  }

  private var roles: [AzureRole] {
    let keys = ["1", "2", "shared"]
    let subnets = ["private-a", "private-b", "renamed"]
    return [.network, .routes] + keys.flatMap { [.nat($0), .address($0)] }
      + subnets.flatMap { [.firewall($0), .subnet($0)] }
  }

  /// Someone deletes an object or changes it.
  private mutating func changeOutside() {
    let there = roles.filter { rig.fake[rig.names.id($0)] != nil }
    guard let role = there.randomElement(using: &random) else { return }
    let id = rig.names.id(role)
    switch Int.random(in: 0..<4, using: &random) {
    case 0:
      events.append("outside: \(role) deleted")
      rig.fake[id] = nil
    case 1:
      events.append("outside: the last change of \(role) failed")
      rig.fake[id]?["properties", "provisioningState"] = "Failed"
    case 2:
      events.append("outside: a tag of \(role) removed")
      if case .subnet = role {} else { rig.fake[id]?["tags", "team"] = nil }
    default:
      events.append("outside: \(role) changed")
      switch role {
      case .routes: rig.fake[id]?["properties", "routes"] = []
      case .firewall: rig.fake[id]?["properties", "securityRules"] = [AzureDriftTests.opened]
      case .subnet: rig.fake[id]?["properties", "defaultOutboundAccess"] = true
      case .nat: rig.fake[id]?["properties", "publicIpAddresses"] = []
      default: break
      }
    }
  }

  /// Azure refuses the next writes.
  private mutating func refuse() {
    let refusals = [
      (409, "PublicIPCountLimitReached"), (403, "AuthorizationFailed"), (400, "InvalidRequestFormat"),
      (429, "TooManyRequests"), (503, "ServiceUnavailable"), (412, "PreconditionFailed"), (409, "AnotherOperation"),
    ]
    let refusal = refusals.randomElement(using: &random) ?? refusals[0]
    let (patience, count) = (Int.random(in: 0..<4, using: &random), Int.random(in: 1...3, using: &random))
    events.append("refused after \(patience) writes: \(count) times \(refusal.1)")
    rig.fake.state.withLock { state in
      state.patience = patience
      state.refusals = Array(repeating: (status: refusal.0, code: refusal.1), count: count)
    }
  }

  // MARK: Passes

  /// One pass, in which the process may crash.
  @discardableResult
  private mutating func pass(_ goal: NetworkGoal) async throws -> NetworkPass<AzureAction> {
    let crash = random.chance(25) ? Int.random(in: 0..<6, using: &random) : nil
    let isLate = random.chance(50)
    return try await pass(goal, crashingAfter: crash, isLate: isLate)
  }

  private mutating func pass(
    _ goal: NetworkGoal,
    crashingAfter crash: Int?,
    isLate: Bool
  ) async throws -> NetworkPass<AzureAction> {
    var desired = rig.desired
    desired.ledger = Ledger(rig.world.status)
    let pass = try await rig.world.pass(
      rig.network,
      desired,
      goal,
      now: Timestamp(seconds: 0),
      crashingAfter: crash ?? .max,
      isLate: isLate
    )
    events.append(
      "\(goal): \(pass.performed), failed \(pass.failures.map(\.code)), next \(String(describing: pass.result))"
    )
    switch pass.result {
    case .requeue(let delay)?: rig.world.time.advance(by: delay)
    default: rig.world.time.advance(by: .seconds(15))
    }
    if crash == nil || random.chance(50) { rig.fake.settle() }
    return pass
  }

  /// Passes without crashes until nothing is left to do or to wait for.
  private mutating func settle(_ goal: NetworkGoal) async throws -> NetworkPlan<AzureAction> {
    for _ in 0..<60 {
      let pass = try await pass(goal, crashingAfter: nil, isLate: false)
      if pass.plan.actions.isEmpty, pass.plan.waiting.isEmpty { return pass.plan }
    }
    throw failure("does not settle")
  }

  /// The security that a Backbone promises, and nothing that the spec does not have.
  private func checkNetwork() async throws {
    let desired = rig.desired
    var wanted: Set<String> = [rig.names.groupID.description.lowercased()]
    func want(_ role: AzureRole) { wanted.insert(rig.names.id(role).description.lowercased()) }
    for role in [AzureRole.network, .routes] { want(role) }
    for subnet in desired.subnets {
      let key: String? =
        switch desired.egress.addresses {
        case .none: nil
        case .shared: "shared"
        case .perZone: subnet.zone
        }
      want(.firewall(subnet.name))
      if let key { for role in [AzureRole.nat(key), .address(key)] { want(role) } }
      guard let seen = rig.fake[rig.subnetID(subnet.name)].map({ Subnet(json: $0) }) else {
        throw failure("subnet \(subnet.name) is missing")
      }
      let firewall = rig.fake[rig.names.id(.firewall(subnet.name))].map { NetworkSecurityGroup(json: $0) }
      let isRight =
        !seen.defaultOutboundAccess && seen.routeTable == rig.names.id(.routes)
        && seen.natGateway == key.map { rig.names.id(.nat($0)) }
        && seen.networkSecurityGroup == rig.names.id(.firewall(subnet.name))
        && AzureRules.difference(firewall?.rules ?? [], AzureRules.rules(desired)).isEmpty
      guard isRight else { throw failure("subnet \(subnet.name) is not closed: \(seen.json)") }
    }
    let network = rig.fake[rig.networkID].map { VirtualNetwork(json: $0) }
    guard network?.subnets.map(\.name).sorted() == desired.subnets.map(\.name).sorted() else {
      throw failure("subnets are \(network?.subnets.map(\.name) ?? [])")
    }
    let found = Set(rig.fake.snapshot.keys)
    guard found == wanted.union(foreign.keys) else {
      throw failure("surplus or missing: \(found.symmetricDifference(wanted.union(foreign.keys)).sorted())")
    }
    guard foreign.allSatisfy({ rig.fake.snapshot[$0.key] == $0.value }) else {
      throw failure("foreign objects changed")
    }
  }

  private func failure(_ what: String) -> Failure {
    Failure(description: "\(what)\n\(events.joined(separator: "\n"))")
  }
}
