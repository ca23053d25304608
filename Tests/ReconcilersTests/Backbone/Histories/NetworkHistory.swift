import Cloud
import CloudResources
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import TestSupport

@testable import CloudLinkerAPI
@testable import CloudNetworks
@testable import ControllerRuntime
@testable import Reconcilers

/// A random life of a Backbone: its spec changes, people change and delete its objects and put theirs beside them, the cloud
/// refuses, fails, falls silent and lags, the process crashes, the Backbone is deleted.
///
/// In every pass
///
///     nothing of others is written, and nothing is written in plan mode
///     nothing that is billed is made twice, or replaced while the spec wants it
///     a subnet in which a workload runs keeps its way out
///
/// and in the end the network is as if its last spec had been applied to an empty cloud, the status says so, a further pass
/// writes nothing, and after the deletion everything of the Backbone is gone and everything of others there. A deletion with
/// `Retain` removes the marks instead and changes nothing else.
struct NetworkHistory<Cloud: HistoryCloud> {
  typealias Action = Cloud.Provider.Action
  private var random: SeededGenerator
  private var cloud: Cloud
  private var desired: DesiredNetwork
  private var generation: Int64 = 1
  /// Whether the cloud may not have shown something that was made when the process forgot it.
  private var mayHaveForgotten = false
  /// What happened, for whoever reads of a failure.
  private(set) var events: [String] = []

  /// What a history must not come to.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  init(seed: UInt64) {
    random = SeededGenerator(state: seed)
    cloud = Cloud(&random)
    desired = cloud.spec(&random)
    events.append("spec: \(desired.summary)")
  }

  /// - Throws: `Failure` with the events that led to it.
  mutating func run() async throws {
    for _ in 0..<Int.random(in: 2...6, using: &random) {
      let isPlanOnly = try await happen()
      try await pass(.present, isPlanOnly: isPlanOnly)
    }
    if random.chance(75) {
      cloud.resolve()
      try await settle(.present)
      try await checkEnd()
    }
    let goal: NetworkGoal = random.chance(30) ? .released : .absent
    if goal == .released {
      // Nobody can put a mark back on a network that was released.
      cloud.resolve()
      // Changes that earlier passes began must not be mistaken for changes by the release.
      cloud.settle()
    }
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      if random.chance(40) { _ = try await happen(goal) }
      try await pass(goal)
    }
    cloud.resolve()
    try await settle(goal)
    let left = goal == .released ? cloud.marked : cloud.inventory
    guard left.isEmpty else { throw failure("left after the deletion: \(left)") }
  }

  // MARK: Events

  /// - Returns: whether the next pass is in plan mode.
  private mutating func happen(_ goal: NetworkGoal = .present) async throws -> Bool {
    switch Int.random(in: 0..<9, using: &random) {
    case 0, 1:
      guard goal == .present else { break }
      desired = cloud.spec(&random)
      generation += 1
      events.append("spec: \(desired.summary)")
    case 2, 3: if let event = cloud.interfere(&random) { events.append("outside: \(event)") }
    case 4: events.append("cloud: \(cloud.refuse(&random))")
    case 5 where goal != .released: if let event = cloud.obstruct(&random) { events.append("obstacle: \(event)") }
    case 6: spoilRequests()
    case 7:
      // Suspended for an hour.
      for _ in 0..<2 { if let event = cloud.interfere(&random) { events.append("while suspended: \(event)") } }
      cloud.world.time.advance(by: .seconds(3600))
      cloud.settle()
    default: return goal == .present && random.chance(50)
    }
    return false
  }

  private mutating func spoilRequests() {
    let faults: [FaultTransport.Fault] = [
      .loseAnswer, .loseAnswer, .drop(.connect), .answer(status: 429), .answer(status: 503), .answer(status: 500),
      .answer(status: 401), .answer(status: 403),
    ]
    let fault = faults.randomElement(using: &random) ?? .loseAnswer
    let (skip, times) = (Int.random(in: 0..<25, using: &random), Int.random(in: 1...8, using: &random))
    cloud.faults.inject(fault, skipping: skip, times: fault == .loseAnswer ? 1 : times)
    events.append("requests: after \(skip) \(times) times \(fault)")
    mayHaveForgotten = mayHaveForgotten || cloud.lags
  }

  // MARK: Passes

  /// One pass, in which the process may crash.
  private mutating func pass(_ goal: NetworkGoal, isPlanOnly: Bool = false) async throws {
    let (before, writes) = (Before(cloud), cloud.writeCount)
    var crash: (actions: Int, isLate: Bool) = (.max, false)
    let way = random.chance(35) ? Int.random(in: 0..<3, using: &random) : -1
    if way == 0 {
      crash = (Int.random(in: 0..<6, using: &random), random.chance(50))
    } else if way > 0 {
      let fault = FaultTransport.Fault.crash(isSent: way == 1)
      cloud.faults.inject(fault, skipping: Int.random(in: 0..<30, using: &random))
    }
    _ = try await pass(goal, crashing: crash, isPlanOnly: isPlanOnly)
    if isPlanOnly, cloud.writeCount != writes { throw failure("written in plan mode") }
    guard try isUntouched(before, goal) else { return }
    try checkBilled(before.billed, goal, wereOccupied: before.occupied.values.contains(true))
    for (subnet, hasWayOut) in before.occupied where hasWayOut && cloud.occupied[subnet] == false {
      guard goal == .absent || desired.egress.addresses != .none else { continue }
      throw failure("\(subnet) lost its way out while a workload runs in it")
    }
  }

  /// What is compared with what is there after a pass.
  private struct Before {
    var foreign: [String: AnyHashable]
    var contents: [String: AnyHashable]
    var billed: [String: Set<String>]
    var occupied: [String: Bool]

    init(_ cloud: Cloud) {
      (foreign, contents, billed, occupied) = (cloud.foreign, cloud.contents, cloud.billed, cloud.occupied)
    }
  }

  /// - Returns: false: the pass only removed marks, so there is nothing more to check.
  private func isUntouched(_ before: Before, _ goal: NetworkGoal) throws -> Bool {
    guard goal == .released else {
      guard cloud.foreign == before.foreign else { throw failure("objects of others changed") }
      return true
    }
    let after = cloud.contents
    let changed = Set(before.contents.keys).union(after.keys).filter { before.contents[$0] != after[$0] }
    guard changed.isEmpty else { throw failure("changed although it is to be retained: \(changed.sorted())") }
    return false
  }

  private func checkBilled(_ before: [String: Set<String>], _ goal: NetworkGoal, wereOccupied: Bool) throws {
    for (role, ids) in cloud.billed where ids.count > max(1, before[role]?.count ?? 0) && !mayHaveForgotten {
      throw failure("\(role) was made twice: \(ids.sorted())")
    }
    let wanted = goal == .present ? cloud.billedRoles(desired) : wereOccupied ? Set(before.keys) : []
    for role in wanted.intersection(before.keys) where !mayHaveForgotten {
      guard let ids = before[role], let after = cloud.billed[role], !ids.isDisjoint(with: after) else {
        throw failure("\(role) was taken although it is needed: \(before[role] ?? []), now \(cloud.billed[role] ?? [])")
      }
    }
  }

  private mutating func pass(
    _ goal: NetworkGoal,
    crashing crash: (actions: Int, isLate: Bool),
    isPlanOnly: Bool = false
  ) async throws -> NetworkPlan<Action>? {
    var desired = desired
    desired.ledger = Ledger(cloud.world.status)
    let faults = cloud.faults
    var plan: NetworkPlan<Action>?
    var result: ReconcileResult?
    do {
      let pass = try await cloud.world.pass(
        cloud.provider,
        desired,
        goal,
        now: cloud.world.time.timestamp,
        crashingAfter: crash.actions,
        isLate: crash.isLate,
        life: .init(generation: generation, isPlanOnly: isPlanOnly) { faults.hasCrashed }
      )
      (plan, result) = (pass.plan, pass.result)
      events.append(
        "\(isPlanOnly ? "plan" : "\(goal)"): \(pass.performed), failed \(pass.failures.map { "\($0.operation) \($0.code)" })"
      )
    } catch let error as CloudError {
      events.append("\(goal): not seen: \(error.operation) \(error.code) \(error.kind)")
      if !faults.hasCrashed { result = .requeueWithBackoff }
    }
    if result == nil {
      events.append("crashed")
      faults.clear()
      cloud.restart()
      mayHaveForgotten = mayHaveForgotten || cloud.lags
    }
    cloud.world.time.advance(by: result?.pause ?? .seconds(3))
    if random.chance(70) || result?.pause ?? .zero > .seconds(30) { cloud.settle() }
    return plan
  }

  /// Passes without crashes until nothing is left to do or to wait for.
  private mutating func settle(_ goal: NetworkGoal) async throws {
    cloud.faults.clear()
    cloud.rest()
    cloud.settle()
    var last = ""
    for _ in 0..<80 {
      let before = Before(cloud)
      guard let plan = try await pass(goal, crashing: (.max, false)) else { continue }
      if try isUntouched(before, goal) { try checkBilled(before.billed, goal, wereOccupied: false) }
      if goal == .present ? plan.isReady && plan.actions.isEmpty && plan.later.isEmpty : plan.isGone { return }
      last = "\(plan.problems.map(\.message)), waiting: \(plan.waiting), later: \(plan.later)"
    }
    throw failure("does not settle: \(last)")
  }

  // MARK: The end

  private mutating func checkEnd() async throws {
    let (found, wanted) = (cloud.inventory, try await fresh())
    guard found == wanted else {
      let (missing, surplus) = (Set(wanted).subtracting(found).sorted(), Set(found).subtracting(wanted).sorted())
      throw failure("not as the spec says: missing \(missing), surplus \(surplus), \(found.count) for \(wanted.count)")
    }
    let status = cloud.world.status
    guard status?.conditions?[.ready]?.status == "True" else { throw failure("the status does not say Ready") }
    guard Set(status?.egressAddresses ?? []) == cloud.publicAddresses else {
      throw failure("the status names \(status?.egressAddresses ?? []) but the cloud has \(cloud.publicAddresses)")
    }
    let writes = cloud.writeCount
    _ = try await pass(.present, crashing: (.max, false))
    guard cloud.writeCount == writes else { throw failure("written although nothing was to do") }
  }

  /// The same network in an empty cloud, in which nothing happens.
  private func fresh() async throws -> [String] {
    let key = FreshInventories.Key(kind: cloud.kind, desired: desired)
    if let known = FreshInventories.known.withLock({ $0[key] }) { return known }
    var history = self
    history.cloud = cloud.empty()
    history.generation = 1
    history.events.append("in an empty cloud:")
    try await history.settle(.present)
    let inventory = history.cloud.inventory
    FreshInventories.known.withLock { $0[key] = inventory }
    return inventory
  }

  private func failure(_ what: String) -> Failure {
    Failure(description: "\(what)\n\(events.joined(separator: "\n"))")
  }
}

extension ReconcileResult {
  /// For how long nothing happens; a backoff is taken for 15 s.
  fileprivate var pause: Duration {
    if case .requeue(let delay) = self { delay } else { .seconds(15) }
  }
}

extension DesiredNetwork {
  fileprivate var summary: String {
    let parts = [
      "\(subnets.map { "\($0.name) in \($0.zone)" })", "\(egress.addresses)", "rules \(egressRules.count)",
      "tags \(tags.keys.sorted())", hasFlowLogs ? "flow logs" : "", hasGivenPodRanges ? "pods \(podRanges)" : "",
      privateServices.isEmpty ? "" : "services \(privateServices)",
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }
}

/// Inventories of specs in an empty cloud: many histories end with the same spec.
private enum FreshInventories {
  struct Key: Hashable {
    var kind: String
    var desired: DesiredNetwork
  }
  static let known = Locked<[Key: [String]]>([:])
}
