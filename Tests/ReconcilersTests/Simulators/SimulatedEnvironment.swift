import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting

@testable import ControllerRuntime
@testable import Reconcilers

/// Time in which nobody waits: whoever sleeps moves it on. What is signed and compared with other clocks is real.
final class HastyTime: TimeSource {
  private let current = Locked(ContinuousClock.now)
  var now: ContinuousClock.Instant { current.withLock { $0 } }
  var timestamp: Timestamp { SystemTimeSource().timestamp }
  func sleep(until deadline: ContinuousClock.Instant) async throws {
    try Task.checkCancellation()
    current.withLock { $0 = max($0, deadline) }
  }
}

/// An API server in memory, a Backbone, and one operator after another that looks after it; each speaks to a
/// simulator's real HTTP through a transport that breaks when a test says so.
final class SimulatedEnvironment: Sendable {
  static let key = ObjectKey(namespace: "production", name: "net")
  let simulator: CloudSimulator
  let server = MemoryServer()
  let time = HastyTime()
  let faults: FaultTransport
  private let backbones = Store<Backbone>(indexers: BackboneCaches.indexers)
  private let secrets = Store<PartialMetadata<Secret>>(indexers: [:])
  private let reconciler = Locked<BackboneReconciler?>(nil)

  init(_ simulator: CloudSimulator, change: (inout BackboneSpec) -> Void = { _ in }) async throws {
    self.simulator = simulator
    faults = FaultTransport(CurlTransport(.init(proxy: .none)), time: time)
    var spec = simulator.spec()
    change(&spec)
    var backbone = Backbone(metadata: ObjectMeta(name: "net", namespace: "production"), spec: spec)
    backbone.metadata.uid = "0c0ffee0-0000-4000-8000-00000000\(String(UInt16.random(in: 4096 ... .max), radix: 16))"
    backbone.metadata.generation = 1
    var secret = Secret(metadata: ObjectMeta(name: "cloud", namespace: "production"))
    secret.data = try await simulator.secret().mapValues { Data($0.utf8).base64EncodedString() }
    var metadata = PartialMetadata<Secret>(metadata: ObjectMeta(name: "cloud", namespace: "production"))
    metadata.metadata.resourceVersion = server.put(secret).metadata.resourceVersion
    _ = secrets.put(metadata)
    _ = backbones.put(server.put(backbone))
    restart()
  }

  /// Another process: it knows nothing but what is in the cluster and in the cloud.
  func restart() {
    let connector = CloudConnector(
      transport: faults,
      settings: CloudSettings(endpoints: simulator.endpoints),
      registry: MetricsRegistry(),
      time: time
    )
    let events = EventRecorder(client: server, controller: "cloudlinker.dev/test", instance: "test", time: time)
    let made = BackboneReconciler(
      client: server,
      caches: BackboneCaches(
        backbones: backbones,
        connections: Store<VPNConnection>(indexers: [:])
      ),
      secrets: SecretReader(client: server, metadata: secrets),
      clusterRanges: ClusterRanges(client: server, time: time),
      clouds: connector,
      events: events,
      time: time
    )
    reconciler.withLock { $0 = made }
  }

  var backbone: Backbone? { server.object(Backbone.self, Self.key) }
  var ready: Condition? { backbone?.status?.conditions?.first { $0.type == ConditionType.ready.rawValue } }
  var isReady: Bool { ready?.status == "True" && ready?.observedGeneration == backbone?.metadata.generation }
  var isGone: Bool { backbone?.metadata.deletionTimestamp != nil && backbone?.metadata.finalizers?.isEmpty != false }

  func change(_ body: (inout Backbone) -> Void) {
    guard var backbone else { return }
    body(&backbone)
    backbone.metadata.generation = (backbone.metadata.generation ?? 1) + 1
    _ = backbones.put(server.put(backbone))
  }
  func delete() { change { $0.metadata.deletionTimestamp = time.timestamp } }

  func reconcile() async throws -> ReconcileResult {
    guard let reconciler = reconciler.withLock({ $0 }) else { return .done }
    let result = try await reconciler.reconcile(Self.key, .none)
    if let backbone { _ = backbones.put(backbone) }
    return result
  }

  /// Reconciles, with the waits it asks for, until `isDone`; false after 60 times.
  func reconcile(until isDone: () -> Bool) async throws -> Bool {
    for _ in 0..<60 {
      if isDone() { return true }
      switch try await reconcile() {
      case .requeue(let wait): try await time.sleep(for: wait)
      case .done, .requeueWithBackoff: try await time.sleep(for: .seconds(5))
      }
    }
    return isDone()
  }
}
