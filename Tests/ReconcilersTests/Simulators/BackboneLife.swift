import CloudLinkerAPI
import ControllerRuntime
import Foundations
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import Testing

@testable import Reconcilers

/// A whole life: made with one zone, changed to two zones and another rule, deleted. It looks the same at the end of
/// each part, whatever befalls it.
struct BackboneLife: Sendable {
  let simulator: CloudSimulator
  /// Objects by type, undisturbed.
  var empty: [String: Int] = [:]
  var made: [String: Int] = [:]
  var changed: [String: Int] = [:]
  /// What was asked for, undisturbed.
  var operations: [String] = []
  /// Requests that the operator sent for each part, those for tokens included.
  var parts: [Int] = []
  var requests: Int { parts.reduce(0, +) }

  private init(_ simulator: CloudSimulator) async throws {
    self.simulator = simulator
    empty = try await simulator.beginning()
    let environment = try await begin()
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
    made = try await simulator.counts()
    parts.append(environment.faults.requestCount)
    Self.change(environment)
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
    changed = try await simulator.counts()
    parts.append(environment.faults.requestCount - requests)
    environment.delete()
    #expect(try await environment.reconcile { environment.isGone }, "\(environment.words)")
    #expect(try await simulator.counts() == empty)
    #expect(await environment.notes("DriftRepaired") == [], "nobody changed anything")
    operations = try await simulator.operations()
    parts.append(environment.faults.requestCount - requests)
    #expect(made != empty && changed != made && requests > 50)
  }

  private static let known = Locked<[CloudProvider: BackboneLife]>([:])
  /// Undisturbed it is always the same, and is lived once.
  static func of(_ simulator: CloudSimulator) async throws -> BackboneLife {
    if let known = known.withLock({ $0[simulator.provider] }) { return known }
    let life = try await BackboneLife(simulator)
    known.withLock { $0[simulator.provider] = life }
    return life
  }

  func begin(clockError: Duration = .zero) async throws -> SimulatedEnvironment {
    _ = try await simulator.beginning()
    return try await SimulatedEnvironment(simulator, clockError: clockError) { $0.network.zones = 1 }
  }

  /// With the network made, and nothing under way.
  func beginReady() async throws -> SimulatedEnvironment {
    let environment = try await begin()
    #expect(try await environment.reconcile { environment.isReady }, "\(environment.words)")
    try await environment.rest()
    return environment
  }

  private static func change(_ environment: SimulatedEnvironment) {
    environment.change { backbone in
      backbone.spec.network.zones = 2
      backbone.spec.egress?.allow?.append(.init(cidr: "192.0.2.0/24", protocol: .udp, ports: [53]))
    }
  }

  /// Lives it, and sees that nothing is there twice and nothing is left.
  /// - Parameter crash: the process crashes in each part at its request of that number, if it has so many.
  func live(
    _ environment: SimulatedEnvironment,
    _ what: Comment,
    crash: (fault: FaultTransport.Fault, number: Int)? = nil
  ) async throws {
    func begin(_ part: Int) {
      guard let crash else { return }
      environment.faults.clear()
      if crash.number <= parts[part] { environment.crash(with: crash.fault, at: crash.number) }
    }
    func words() -> Comment { "\(what): \(environment.ready?.message ?? "")" }
    begin(0)
    #expect(try await environment.reconcile { environment.isReady }, words())
    #expect(try await simulator.counts() == made, "\(what), made")
    begin(1)
    Self.change(environment)
    #expect(try await environment.reconcile { environment.isReady }, words())
    #expect(try await simulator.counts() == changed, "\(what), changed")
    begin(2)
    environment.delete()
    #expect(try await environment.reconcile { environment.isGone }, words())
    #expect(try await simulator.counts() == empty, "\(what), deleted")
  }
}
