import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Kubernetes
import KubernetesTesting
import SimulatorSupport
import Testing

@testable import ControllerRuntime
@testable import Reconcilers

/// Counts what four connections with a thousand resources cost at Twingate, on virtual time: 100 minutes there take 6 here.
/// `hack/bench twingate` runs it and shows its figures as a table.
@Suite(
  .enabled(if: TwingateWorld.simulator != nil, "needs the URL of hack/clouds"),
  .serialized,
  .timeLimit(.minutes(15))
)
struct TwingateScaleTests {
  @Test func aThousandResourcesComeAtTwingatesPaceAndCostNothingAtRest() async throws {
    let scale = try await TwingateScale(connections: 4, resources: 250)
    let made = try await scale.run(atMost: .seconds(2 * 3600)) { scale.isSettled }
    scale.report("from nothing", made)
    #expect(scale.isSettled, "\(scale.words)")
    #expect(made.writes <= 1_020 && made.reads <= 150 && made.seconds <= 51 * 60)

    let rest = try await scale.run(atMost: .seconds(600)) { false }
    scale.report("10 minutes at rest", rest)
    #expect(rest.writes == 0 && rest.reads <= 25)

    scale.restart()
    let restart = try await scale.run(atMost: .seconds(30)) { false }
    scale.report("a restart", restart)
    #expect(restart.writes == 0 && restart.reads <= 25)

    try await scale.shrink(to: 200)
    scale.resize(to: 250)
    let more = try await scale.run(atMost: .seconds(3600)) { scale.isSettled }
    scale.report("200 more", more)
    #expect(scale.isSettled, "\(scale.words)")
    #expect(more.seconds <= 600)

    try await scale.shrink(to: 200)
    scale.resize(to: 250)
    _ = try await scale.run(atMost: .seconds(240)) { false }
    try await scale.revoke()
    let revoked = try await scale.run(atMost: .seconds(600)) { try await scale.isRevoked }
    scale.report("a revocation amid 200 more", revoked)
    #expect(revoked.seconds <= 60)
    #expect(try await scale.isRevoked && !scale.isSettled, "the others are still being made")
    #expect(try await scale.throttled() == 0, "Twingate's limits were never met")
  }
}

/// Several connections of one network at Twingate, and one operator that reconciles them one after the other.
final class TwingateScale: Sendable {
  struct Figures: Sendable {
    /// How often each query was sent.
    var queries: [String: Int] = [:]
    var writes = 0
    /// In virtual time.
    var seconds = 0
    var reads: Int { queries.values.reduce(0, +) }
  }

  let world: TwingateWorld
  private let keys: [ObjectKey]
  private let due: Locked<[ObjectKey: ContinuousClock.Instant]>
  private let seen = Locked(0)

  init(connections: Int, resources: Int) async throws {
    world = try await TwingateWorld()
    try await world.server.delete(VPNConnection.self, TwingateWorld.key, DeleteOptions())
    // Real pods would send heartbeats while the operator waits for its turn.
    try await world.simulator.control("POST", "settings", ["heartbeatSeconds": 1_000_000])
    keys = (1...connections).map { ObjectKey(namespace: "production", name: "people-\($0)") }
    due = Locked([:])
    for (index, key) in keys.enumerated() {
      var connection = TwingateWorld.connection { spec in
        spec.remoteNetwork = .init(name: key.name)
        spec.resources = Self.resources(of: key, resources)
      }
      connection.metadata.name = key.name
      connection.metadata.uid = "0c0ffee\(index)-0000-4000-8000-00000000000\(index)"
      world.server.put(connection)
    }
    wake()
  }

  private static func resources(of key: ObjectKey, _ count: Int) -> [TwingateSpec.Resource] {
    (1...count).map { number in
      var resource = TwingateSpec.Resource(
        name: "\(key.name)-\(number)",
        address: "r\(number).\(key.name).example.com",
        ports: .init(tcp: ["443"])
      )
      resource.alias = "r\(number).\(key.name).acme.internal"
      resource.access = [.init(group: "Developers")]
      return resource
    }
  }

  private func connection(_ key: ObjectKey) -> VPNConnection? { world.server.object(VPNConnection.self, key) }

  private func wake() {
    let now = world.time.now
    due.withLock { due in for key in keys { due[key] = now } }
  }

  func restart() {
    world.restart()
    wake()
  }

  private func change(_ key: ObjectKey, _ body: (inout [TwingateSpec.Resource]) -> Void) {
    guard var connection = connection(key), var spec = connection.spec.twingate else { return }
    var resources = spec.resources ?? []
    body(&resources)
    spec.resources = resources
    connection.spec.twingate = spec
    connection.metadata.generation = (connection.metadata.generation ?? 1) + 1
    world.server.put(connection)
    let now = world.time.now
    due.withLock { $0[key] = now }
  }

  /// Has every connection ask for that many resources.
  func resize(to count: Int) {
    for key in keys { change(key) { $0 = Self.resources(of: key, count) } }
  }

  /// Resizes and waits until that is done and Twingate's minute is over, so that the next figure begins with a whole budget.
  func shrink(to count: Int) async throws {
    resize(to: count)
    _ = try await run(atMost: .seconds(3600)) { isSettled }
    #expect(isSettled, "\(words)")
    _ = try await run(atMost: .seconds(65)) { false }
  }

  /// Takes all access to the first connection's first resource away.
  func revoke() async throws {
    change(keys[0]) { $0[0].access = [] }
  }

  var isRevoked: Bool {
    get async throws {
      let name = "\(keys[0].name)-1"
      let resource = try await world.simulator.objects().values.first { $0["name"]?.text == name }
      return resource?["access"] == .object([:])
    }
  }

  var isSettled: Bool {
    keys.allSatisfy { key in
      let connection = connection(key)
      let conditions = connection?.status?.conditions ?? []
      return connection?.status?.observedGeneration == connection?.metadata.generation
        && conditions.of(.ready)?.reason == "Connected" && conditions.of(.resourcesReady)?.status == "True"
    }
  }

  var words: String {
    keys.map { key in
      let conditions = connection(key)?.status?.conditions ?? []
      return "\(key.name): \(conditions.of(.ready)?.message ?? "") \(conditions.of(.resourcesReady)?.message ?? "")"
    }.joined(separator: "\n")
  }

  /// Runs the passes of whichever connection is due first, until `limit` is over or `isDone`.
  func run(atMost limit: Duration, until isDone: () async throws -> Bool) async throws -> Figures {
    let begin = world.time.now
    let end = begin.advanced(by: limit)
    while world.time.now < end, try await !isDone() {
      guard let next = due.withLock({ $0.min { ($0.value, $0.key) < ($1.value, $1.key) } }), next.value < end else {
        world.time.advance(by: world.time.now.duration(to: end))
        break
      }
      if next.value > world.time.now { world.time.advance(by: world.time.now.duration(to: next.value)) }
      let result = try await world.reconcile(next.key)
      try await world.runPods()
      try await world.beat()
      let now = world.time.now
      let wait: Duration =
        switch result {
        case .requeue(let after): after
        case .done: .seconds(3600)
        case .requeueWithBackoff: .seconds(1)
        }
      due.withLock { $0[next.key] = now.advanced(by: wait) }
    }
    let exchanges = try await world.simulator.exchanges(after: seen.withLock { $0 })
    seen.withLock { $0 += exchanges.count }
    var figures = Figures()
    for operation in exchanges.compactMap(\.operation) where !["apex", "validateTokens"].contains(operation) {
      if TwingateLifecycleTests.isWrite(operation) {
        figures.writes += 1
      } else {
        figures.queries[operation, default: 0] += 1
      }
    }
    figures.seconds = Int(begin.duration(to: world.time.now).components.seconds)
    return figures
  }

  func throttled() async throws -> Int { try await world.simulator.exchanges().count { $0.status == 429 } }

  /// Prints the lines that `hack/bench` looks for.
  func report(_ name: String, _ figures: Figures) {
    print("FIGURES \(name): \(figures.reads) reads, \(figures.writes) writes, \(figures.seconds) s")
    let queries = figures.queries.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    print("QUERIES \(name): \(queries.joined(separator: ", "))")
  }
}
