import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting

@testable import CloudNetworks
@testable import ControllerRuntime
@testable import Reconcilers

/// An API server in memory, a Backbone, and one operator after another that looks after it; each speaks to a
/// simulator's real HTTP through a transport that breaks when a test says so.
final class SimulatedEnvironment: CrashingWorld {
  static let key = ObjectKey(namespace: "production", name: "net")
  let simulator: CloudSimulator
  let server = MemoryServer()
  let time: HastyTime
  let faults: FaultTransport
  private let backbones = Store<Backbone>(indexers: BackboneCaches.indexers)
  private let secrets = Store<PartialMetadata<Secret>>(indexers: [:])
  private let reconciler = Locked<KindReconciler<BackboneKind>?>(nil)
  private let recorder = Locked<EventRecorder?>(nil)
  private let settings: Locked<CloudSettings>
  let survived = Locked<Int?>(nil)

  /// - Parameter clockError: by how much the operator's clock is ahead.
  init(
    _ simulator: CloudSimulator,
    clockError: Duration = .zero,
    change: (inout BackboneSpec) -> Void = { _ in }
  ) async throws {
    self.simulator = simulator
    settings = Locked(CloudSettings(endpoints: simulator.endpoints))
    time = HastyTime(error: clockError)
    faults = FaultTransport(CurlTransport(.init(proxy: .none)), time: time)
    var spec = simulator.spec()
    change(&spec)
    var backbone = Backbone(metadata: ObjectMeta(name: "net", namespace: "production"), spec: spec)
    backbone.metadata.uid = "0c0ffee0-0000-4000-8000-00000000\(String(UInt16.random(in: 4096 ... .max), radix: 16))"
    backbone.metadata.generation = 1
    _ = backbones.put(server.put(backbone))
    try await putSecret()
    restart()
  }

  /// Looked at, in plan mode.
  static func planned(_ simulator: CloudSimulator) async throws -> SimulatedEnvironment {
    let environment = try await SimulatedEnvironment(simulator)
    environment.change {
      $0.metadata.annotations = [CloudLinker.Annotation.reconcile: CloudLinker.Annotation.reconcilePlan]
    }
    _ = try await environment.reconcile()
    return environment
  }

  /// The Secret with what lets a client in now.
  func putSecret() async throws {
    var secret = Secret(metadata: ObjectMeta(name: "cloud", namespace: "production"))
    secret.data = try await simulator.secret().mapValues { Data($0.utf8).base64EncodedString() }
    var metadata = PartialMetadata<Secret>(metadata: ObjectMeta(name: "cloud", namespace: "production"))
    metadata.metadata.resourceVersion = server.put(secret).metadata.resourceVersion
    _ = secrets.put(metadata)
  }

  /// The operator has an identity of its own in AWS, and the Backbone names no Secret but a role.
  func useOwnIdentity(clusterID: String) async throws {
    let keys = try await simulator.secret()
    settings.withLock { settings in
      settings.environment["AWS_ACCESS_KEY_ID"] = keys["accessKeyId"]
      settings.environment["AWS_SECRET_ACCESS_KEY"] = keys["secretAccessKey"]
    }
    var system = Namespace(metadata: ObjectMeta(name: "kube-system"))
    system.metadata.uid = clusterID
    server.put(system)
    useSessions()
    change { $0.spec.credentialsSecretRef = nil }
    restart()
  }

  /// The owner labels the namespace.
  func lendIdentity() {
    var namespace = Namespace(metadata: ObjectMeta(name: "production"))
    namespace.metadata.labels = [CloudIdentityLoan.label: CloudIdentityLoan.allowed]
    server.put(namespace)
  }

  /// As the namespace controller may do before it comes to the Backbone.
  func deleteSecret() { _ = secrets.remove(ObjectKey(namespace: "production", name: "cloud")) }

  /// Another process: it knows nothing but what is in the cluster and in the cloud.
  func restart() {
    forgetCrash()
    if let mark { RecentlyMade.shared.forget(Set(RecentlyMade.shared.ids(of: mark, now: time.now).values)) }
    let connector = CloudConnector(
      transport: faults,
      settings: settings.withLock { $0 },
      registry: MetricsRegistry(),
      time: time
    )
    let recorder = EventRecorder(
      client: server,
      controller: "cloudlinker.dev/test",
      instance: "test",
      registry: MetricsRegistry()
    )
    self.recorder.withLock { $0 = recorder }
    let kind = BackboneKind(
      client: server,
      caches: BackboneCaches(
        backbones: backbones,
        connections: Store<VPNConnection>(indexers: [:]),
        clusters: Store<PrivateCluster>(indexers: PrivateClusterInformers.indexers)
      ),
      secrets: SecretReader(client: server, metadata: secrets),
      kept: KeptCredentials(client: server, namespace: Fixture.defaults.operatorNamespace),
      identities: CloudIdentities(
        client: server,
        settings: settings.withLock { $0 },
        operatorNamespace: Fixture.defaults.operatorNamespace,
        time: time
      ),
      clusterRanges: ClusterRanges(client: server, time: time),
      clouds: connector,
      events: recorder,
      reservedNamespaces: Fixture.defaults.reservedNamespaces,
      time: time
    )
    let made = KindReconciler(kind: kind, client: server, events: recorder, registry: MetricsRegistry())
    reconciler.withLock { $0 = made }
  }

  private var mark: OwnershipMark? {
    backbone.map { OwnershipMark(namespace: $0.key.namespace, name: $0.key.name, uid: $0.metadata.uid ?? "") }
  }

  /// What the events of that reason say, of this process. It records none afterwards.
  func notes(_ reason: String) async -> [String] {
    await recorder.withLock({ $0 })?.notes(reason, in: server) ?? []
  }

  var backbone: Backbone? { server.object(Backbone.self, Self.key) }
  var ready: Condition? { backbone?.status?.conditions?.first { $0.type == ConditionType.ready.rawValue } }
  /// For a test that failed.
  var words: String { "\(ready?.reason ?? "no condition"): \(ready?.message ?? "")" }
  var isReady: Bool { ready?.status == "True" && ready?.observedGeneration == backbone?.metadata.generation }
  var isGone: Bool { backbone?.metadata.deletionTimestamp != nil && backbone?.metadata.finalizers?.isEmpty != false }

  func change(_ body: (inout Backbone) -> Void) {
    guard var backbone else { return }
    body(&backbone)
    backbone.metadata.generation = (backbone.metadata.generation ?? 1) + 1
    _ = backbones.put(server.put(backbone))
  }
  /// The keys of AWS that a Secret holds never end; those of a role do, as other clouds' tokens.
  func useSessions() {
    guard simulator.provider == .aws else { return }
    change { $0.spec.aws = .init(assumeRoleARN: "arn:aws:iam::123456789012:role/backbone") }
  }
  func delete() { change { $0.metadata.deletionTimestamp = time.timestamp } }

  func reconcile() async throws -> ReconcileResult {
    guard let reconciler = reconciler.withLock({ $0 }) else { return .done }
    let result = try await reconciler.reconcile(Self.key, .none)
    if let backbone { _ = backbones.put(backbone) }
    return result
  }

  /// Reconciles until the next pass is due only because drift is looked for.
  func rest() async throws {
    for _ in 0..<20 {
      guard case .requeue(let wait) = try await reconcile(), wait < BackboneKind.period * 0.7 else { return }
      try await time.sleep(for: wait)
    }
  }

  /// Reconciles with the waits it asks for until `isDone`; false after so many times. A process that crashes has a
  /// successor.
  func reconcile(atMost limit: Int = 100, until isDone: () -> Bool) async throws -> Bool {
    for _ in 0..<limit {
      if isDone() { return true }
      var result = ReconcileResult.done
      do { result = try await reconcile() } catch { guard hasCrashed else { throw error } }
      if hasCrashed { restart() }
      switch result {
      case .requeue(let wait): try await time.sleep(for: wait)
      case .done, .requeueWithBackoff: try await time.sleep(for: .seconds(5))
      }
    }
    return isDone()
  }
}
