import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import Kubernetes
import KubernetesTesting
import SimulatorSupport

@testable import ControllerRuntime
@testable import Reconcilers

/// Time that goes on only when somebody sleeps, or a test moves it. Clock and wall clock go together.
final class RunningTime: TimeSource {
  private let begin = ContinuousClock.now
  private let wall = SystemTimeSource().timestamp
  private let passed = Locked(Duration.zero)

  /// Since the beginning.
  var elapsed: Duration { passed.withLock { $0 } }
  var now: ContinuousClock.Instant { begin.advanced(by: elapsed) }
  var timestamp: Timestamp { wall.advanced(by: elapsed) }
  func move(to elapsed: Duration) { passed.withLock { $0 = max($0, elapsed) } }
  func sleep(until deadline: ContinuousClock.Instant) async throws {
    try Task.checkCancellation()
    move(to: begin.duration(to: deadline))
  }
}

/// PrivateClusters in one Backbone at a simulator, and one worker that has them pass one after the other, on virtual time.
final class ClusterFleet: Sendable {
  struct Figures: Sendable {
    var reads = 0
    var writes = 0
    /// Of virtual time.
    var seconds = 0.0
    /// How often each operation was asked for.
    var operations: [String: Int] = [:]
  }

  let simulator: CloudSimulator
  let time = RunningTime()
  private let server = MemoryServer()
  private let clusters = Store<PrivateCluster>(indexers: PrivateClusterInformers.indexers)
  private let secrets = Store<PartialMetadata<Secret>>(indexers: [:])
  private let reconciler: KindReconciler<PrivateClusterKind>
  private let keys: [ObjectKey]
  /// When each is to pass next, since the beginning.
  private let due: Locked<[ObjectKey: Duration]>
  private let readyAt = Locked<[ObjectKey: Duration]>([:])
  private let latest = Locked(Duration.zero)
  private let seen = Locked(0)

  init(_ count: Int, in network: ClusterNetwork) async throws {
    let (backbone, server, time, secrets) = (network.backbone, server, time, secrets)
    simulator = backbone.simulator
    backbone.put(into: server)
    let backbones = Store<Backbone>(indexers: BackboneCaches.indexers)
    _ = backbones.put(backbone.backbone)
    let connections = Store<VPNConnection>(indexers: [:])
    _ = connections.put(PrivateClusterWorld.connection())
    if let secret = server.object(Secret.self, backbone.secret.key) {
      _ = secrets.put(PartialMetadata<Secret>(metadata: secret.metadata))
    }
    let settings = CloudSettings(endpoints: simulator.endpoints)
    let events = EventRecorder(
      client: server,
      controller: "cloudlinker.dev/test",
      instance: "test",
      registry: MetricsRegistry()
    )
    let namespace = Fixture.defaults.operatorNamespace
    let transport = SimulatedClock(base: CurlTransport(.init(proxy: .none)), time: time)
    let kind = PrivateClusterKind(
      client: server,
      caches: PrivateClusterCaches(clusters: clusters, backbones: backbones, connections: connections),
      access: BackboneAccess(
        secrets: SecretReader(client: server, metadata: secrets),
        kept: KeptCredentials(client: server, namespace: namespace),
        identities: CloudIdentities(client: server, settings: settings, operatorNamespace: namespace, time: time),
        clouds: CloudConnector(transport: transport, settings: settings, registry: MetricsRegistry(), time: time)
      ),
      clusterRanges: ClusterRanges(client: server, time: time),
      kubeconfigs: Kubeconfigs(client: server, metadata: secrets),
      events: events,
      reservedNamespaces: Fixture.defaults.reservedNamespaces,
      time: time
    )
    reconciler = KindReconciler(kind: kind, client: server, events: events, registry: MetricsRegistry())
    keys = (1...count).map { ObjectKey(namespace: "production", name: "main-\($0)") }
    due = Locked(Dictionary(uniqueKeysWithValues: keys.map { ($0, .zero) }))
    for (index, key) in keys.enumerated() {
      var cluster = PrivateClusterWorld.cluster(in: backbone.backbone.key.name)
      cluster.fit(simulator.provider)
      cluster.metadata.name = key.name
      cluster.metadata.uid = "0c0ffee1-0000-4000-8000-\(100_000_000_000 + index)"
      cluster.metadata.generation = 1
      _ = clusters.put(server.put(cluster))
    }
    let before = try await simulator.exchanges().count
    seen.withLock { $0 = before }
  }

  private func cluster(_ key: ObjectKey) -> PrivateCluster? { server.object(PrivateCluster.self, key) }
  var first: PrivateCluster? { keys.first.flatMap(cluster) }
  var isReady: Bool { keys.allSatisfy { cluster($0)?.wasReady == true } }
  /// When each was Ready first, the slowest last.
  var readyTimes: [Duration] { readyAt.withLock { $0.values.sorted() } }
  /// By how much a pass came later than it was due, at most.
  var longestDelay: Duration { latest.withLock { $0 } }
  var words: String {
    keys.compactMap(cluster).filter { !$0.wasReady }.prefix(3).map { cluster in
      "\(cluster.key.name): \(cluster.status?.conditions?[.ready]?.message ?? "nothing")"
    }.joined(separator: "\n")
  }

  /// Passes of whichever is due first, until so much time is over or it is done.
  func run(atMost limit: Duration, until isDone: () async throws -> Bool = { false }) async throws -> Figures {
    let begin = time.elapsed
    let end = begin + limit
    while time.elapsed < end, try await !isDone() {
      guard let next = due.withLock({ $0.min { ($0.value, $0.key) < ($1.value, $1.key) } }), next.value < end else {
        time.move(to: end)
        break
      }
      time.move(to: next.value)
      let delay = time.elapsed - next.value
      latest.withLock { $0 = max($0, delay) }
      try await pass(next.key)
    }
    return try await figures(since: begin)
  }

  private func pass(_ key: ObjectKey) async throws {
    let result = try await reconciler.reconcile(key, .none)
    let now = time.elapsed
    if let cluster = cluster(key) {
      _ = clusters.put(cluster)
      if cluster.wasReady { readyAt.withLock { $0[key] = $0[key] ?? now } }
      if let secret = server.object(Secret.self, Kubeconfig.key(of: cluster)) {
        _ = secrets.put(PartialMetadata<Secret>(metadata: secret.metadata))
      }
    }
    let wait: Duration =
      switch result {
      case .requeue(let after): after
      case .done: .seconds(3600)
      case .requeueWithBackoff: .seconds(1)
      }
    due.withLock { $0[key] = now + wait }
  }

  private func figures(since begin: Duration) async throws -> Figures {
    let exchanges = try await simulator.exchanges(after: seen.withLock { $0 })
    seen.withLock { $0 += exchanges.count }
    var figures = Figures(seconds: (time.elapsed - begin) / .seconds(1))
    for operation in exchanges.compactMap(\.operation) where !simulator.isCredential(operation) {
      if Self.isRead(operation) { figures.reads += 1 } else { figures.writes += 1 }
      figures.operations[operation, default: 0] += 1
    }
    return figures
  }

  private static func isRead(_ operation: String) -> Bool {
    [":Describe", ":List", ":Get"].contains { operation.contains($0) }
      || ["/read", ".get", ".list", ".aggregatedList", "/listClusterUserCredential/action"].contains {
        operation.hasSuffix($0)
      }
  }

  /// The autoscaler gives the first cluster's first pool so many nodes.
  func scale(to size: Int64) async throws {
    guard let status = first?.status, let pool = status.pools?.first?.cloudName else { return }
    let change: [String: JSONValue] =
      switch simulator.provider {
      case .aws:
        [
          "cluster": .string(status.name ?? ""), "region": "eu-west-1", "nodeGroup": .string(pool),
          "set": ["scalingConfig": ["desiredSize": .int(size)]],
        ]
      case .gcp: ["cluster": .string(status.name ?? ""), "nodePool": .string(pool), "size": .int(size)]
      default: ["cluster": .string(status.id ?? ""), "pool": .string(pool), "set": ["count": .int(size)]]
      }
    try await simulator.control("POST", "cluster", .object(change))
  }
}
