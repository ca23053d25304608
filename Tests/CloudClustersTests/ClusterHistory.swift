import Cloud
import CloudResources
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import SimulatorSupport
import TestSupport
import Testing

@testable import CloudClusters

/// A cluster at a cloud's simulator, as a history needs it.
protocol ClusterHistoryRig {
  associatedtype Provider: ClusterProvider
  /// An empty cloud with a network.
  init() async throws
  var door: SimulatorDoor { get }
  var faults: FaultTransport { get }
  var driver: ClusterDriver<Provider> { get }

  static var machineTypes: [String] { get }
  static var logs: [String] { get }
  static var people: [DesiredCluster.Principal] { get }
  static var grantsNamespaces: Bool { get }
  /// How many lives are lived unless the environment asks for others.
  static var usualLives: UInt64 { get }
  /// Writes that the cloud accepts, and that can then fail.
  static var longWrites: [String] { get }

  /// Changes what only this cloud's spec has.
  func vary(_ desired: inout DesiredCluster, _ random: inout SeededGenerator)
  /// Someone else changes or deletes something, or the autoscaler scales.
  /// - Returns: what was done; nil: nothing is there.
  func interfere(_ random: inout SeededGenerator) async throws -> String?
  /// What the operator's messages ask people for: objects of others go, and what it gave up is deleted.
  func resolve() async throws
  /// The cluster as one who compares two of them sees it, without what the cloud chose.
  func inventory() async throws -> [String]
}

extension ClusterHistoryRig {
  static var usualLives: UInt64 { 30 }
  func vary(_ desired: inout DesiredCluster, _ random: inout SeededGenerator) {}
}

/// A random life of a cluster: its spec changes, people change and delete its parts, requests and operations fail, answers are
/// lost, the operator crashes, and the cluster is deleted.
///
/// In the end it is as a new cluster of the same spec, a further pass writes nothing, and its deletion leaves nothing.
struct ClusterHistory<Rig: ClusterHistoryRig> {
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private var random: SeededGenerator
  private let rig: Rig
  private let nothing: [String: Int]
  private var events: [String] = []

  init(seed: UInt64) async throws {
    random = SeededGenerator(seed)
    rig = try await Rig()
    nothing = try await rig.door.counts()
    changeSpec()
  }

  /// - Throws: `Failure` with the events that led to it.
  mutating func run() async throws {
    for _ in 0..<Int.random(in: 2...6, using: &random) {
      try await happen()
      await pass(.present)
    }
    var end: (objects: [String], memory: Int)?
    if random.chance(75) {
      try await settle(.present)
      let objects = try await rig.inventory()
      rig.driver.observed = nil
      let further = try await rig.driver.pass()
      end = (objects, rig.driver.desired.ledger.settled.count)
      guard further.plan.actions.isEmpty else {
        throw failure("written although nothing was to do: \(further.performed)")
      }
    }
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      if random.chance(40) { try await happen(isDeleted: true) }
      await pass(.absent)
    }
    try await settle(.absent)
    let left = try await rig.door.counts()
    guard left == nothing else { throw failure("left after the deletion: \(left), before there was \(nothing)") }
    if let end { try await compare(end.objects, end.memory) }
  }

  // MARK: Events

  private mutating func happen(isDeleted: Bool = false) async throws {
    // What is injected is for one pass.
    rig.faults.clear()
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1: if !isDeleted { changeSpec() }
    case 2, 3: if let event = try await rig.interfere(&random) { events.append("outside: \(event)") }
    case 4: try await failOperations()
    case 5: spoilRequests()
    case 6:
      let (isSent, skip) = (random.chance(50), Int.random(in: 0..<20, using: &random))
      rig.faults.inject(.crash(isSent: isSent), skipping: skip)
      events.append("a crash after \(skip) requests, the next one \(isSent ? "sent" : "not sent")")
    default: rig.driver.ahead += .seconds(3600)
    }
  }

  private mutating func changeSpec() {
    var desired = rig.driver.desired
    if random.chance(25), desired.version.minor < 35 { desired.version = desired.version.next }
    desired.pools = [pool("general", sizes: 1...3)]
    if random.chance(60) {
      var batch = pool("batch", sizes: 0...2)
      batch.isSpot = random.chance(30)
      if random.chance(40) { batch.taints = [.init(key: "gpu", value: "yes", effect: .NoSchedule)] }
      desired.pools.append(batch)
    }
    desired.access = Rig.people.filter { _ in random.chance(60) }.map { principal in
      let roles: [DesiredCluster.AccessGrant.Role] = [.admin, .edit, .view]
      let role = roles.randomElement(using: &random) ?? .view
      return .init(role, principal, namespaces: Rig.grantsNamespaces && random.chance(30) ? ["shop"] : [])
    }
    desired.logging = Set(Rig.logs.filter { _ in random.chance(50) })
    desired.tags["stage"] = ["test", "live"].randomElement(using: &random)
    rig.vary(&desired, &random)
    rig.driver.desired = desired
    // What was seen of another spec is of no use, as in the reconciler.
    rig.driver.observed = nil
    events.append("spec: \(Self.summary(desired))")
  }

  private mutating func pool(_ name: String, sizes: ClosedRange<Int>) -> DesiredCluster.NodePool {
    let minSize = Int.random(in: sizes, using: &random)
    var pool = DesiredCluster.NodePool(
      name: name,
      machineType: Rig.machineTypes.randomElement(using: &random) ?? "",
      minSize: minSize,
      maxSize: minSize + Int.random(in: 1...4, using: &random)
    )
    pool.diskGiB = random.chance(80) ? 80 : 100
    if random.chance(40) { pool.labels = ["tier": random.chance(50) ? "web" : "db"] }
    if random.chance(30) { pool.maxUnavailable = 2 }
    return pool
  }

  private mutating func failOperations() async throws {
    let write = Rig.longWrites.randomElement(using: &random) ?? ""
    let times = Int.random(in: 1...2, using: &random)
    try await rig.door.fault(
      write,
      ["times": .int(Int64(times)), "fails": ["code": "Stockout", "message": "none left"]]
    )
    events.append("\(write) fails \(times) times")
  }

  private mutating func spoilRequests() {
    let faults: [FaultTransport.Fault] = [
      .loseAnswer, .loseAnswer, .drop(.connect), .answer(status: 429), .answer(status: 503), .answer(status: 500),
      .answer(status: 403),
    ]
    let fault = faults.randomElement(using: &random) ?? .loseAnswer
    let (skip, times) = (Int.random(in: 0..<15, using: &random), Int.random(in: 1...4, using: &random))
    rig.faults.inject(fault, skipping: skip, times: times)
    events.append("requests: after \(skip) \(times) times \(fault)")
  }

  // MARK: Passes

  /// One pass, in which the operator may crash: then it starts with the ledger of the pass before.
  private mutating func pass(_ goal: ClusterGoal) async {
    let before = rig.driver.desired.ledger
    do {
      let result = try await rig.driver.pass(goal)
      let failures = result.failures.map { "\($0.error.operation) \($0.error.code) \($0.error.kind)" }
      events.append("\(goal): \(result.performed), failed \(failures), waits \(result.plan.waiting)")
    } catch {
      events.append("\(goal): not seen: \(error)")
      rig.driver.observed = nil
    }
    guard rig.faults.hasCrashed else { return }
    events.append("crashed")
    rig.faults.clear()
    (rig.driver.desired.ledger, rig.driver.observed) = (before, nil)
  }

  private mutating func settle(_ goal: ClusterGoal) async throws {
    rig.faults.clear()
    try await rig.door.control("POST", "faults", [])
    var last = ""
    for count in 0..<150 {
      if count % 20 == 0 { try await rig.resolve() }
      let result = try await rig.driver.pass(goal)
      let plan = result.plan
      if !result.performed.isEmpty { events.append("settling: \(result.performed)") }
      let isDone = plan.isReady && plan.actions.isEmpty && plan.waiting.isEmpty && plan.later.isEmpty
      if goal == .present ? isDone : plan.isGone { return }
      if result.performed.isEmpty { rig.driver.ahead += .seconds(95) }
      last = "\(plan.problems.map(\.message)), waits \(plan.waiting), later \(plan.later), failed \(result.failures)"
    }
    throw failure("does not settle: \(last)")
  }

  // MARK: The end

  /// With a cluster of the same spec in another cloud in which nothing happens.
  /// - Parameter memory: how many things the ledger remembered.
  private func compare(_ found: [String], _ memory: Int) async throws {
    var desired = rig.driver.desired
    desired.ledger = Ledger()
    let fresh = try await Rig()
    // Some clouds give every network other ids.
    desired.network = fresh.driver.desired.network
    fresh.driver.desired = desired
    _ = try await fresh.driver.settle()
    let wanted = try await fresh.inventory()
    guard found == wanted else {
      let (missing, surplus) = (Set(wanted).subtracting(found).sorted(), Set(found).subtracting(wanted).sorted())
      throw failure("not as a new cluster: missing \(missing), surplus \(surplus)")
    }
    let known = fresh.driver.desired.ledger.settled
    guard memory <= known.count else {
      throw failure("\(memory) things are remembered, and \(known.count) of a new cluster: \(known.keys.sorted())")
    }
  }

  private func failure(_ what: String) -> Failure {
    Failure(description: "\(what)\n\(events.joined(separator: "\n"))")
  }

  private static func summary(_ desired: DesiredCluster) -> String {
    let pools = desired.pools.map { pool in
      "\(pool.name) \(pool.machineType) \(pool.minSize)-\(pool.maxSize) \(pool.diskGiB) \(pool.labels) "
        + "\(pool.taints.map(\.key)) \(pool.isSpot ? "spot" : "") \(pool.maxUnavailable)"
    }
    let access = desired.access.map { "\($0.role) \($0.principal) \($0.namespaces)" }
    let addOns = desired.addOns.map { "\($0.name) \($0.version ?? "") \($0.configuration ?? "")" }
    let more = (desired.aws.autoMode ? ["Auto Mode"] : []) + addOns
    return "\(desired.version), \(pools), \(access), logs \(desired.logging.sorted()), tags \(desired.tags), \(more)"
  }
}

/// Which histories run. `CLOUDLINKER_HISTORIES=0-999` runs others than the usual, and `=7-7` one of them.
enum ClusterHistories {
  private static func seeds(usual: UInt64) -> ClosedRange<UInt64> {
    guard let text = ProcessInfo.processInfo.environment["CLOUDLINKER_HISTORIES"] else { return 0...(usual - 1) }
    let ends = text.split(separator: "-").compactMap { UInt64($0) }
    guard ends.count == 2, ends[0] <= ends[1] else {
      fatalError("CLOUDLINKER_HISTORIES=\(text): two numbers, as in 0-999")
    }
    return ends[0]...ends[1]
  }

  static func run<Rig: ClusterHistoryRig>(_ rig: Rig.Type) async {
    for seed in seeds(usual: Rig.usualLives) {
      do {
        var history = try await ClusterHistory<Rig>(seed: seed)
        try await history.run()
      } catch {
        Issue.record("CLOUDLINKER_HISTORIES=\(seed)-\(seed): \(error)")
      }
    }
  }
}
