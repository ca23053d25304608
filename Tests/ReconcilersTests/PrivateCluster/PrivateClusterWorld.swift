import CloudLinkerAPI
import FoundationEssentials
import Foundations
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting

@testable import AWS
@testable import ControllerRuntime
@testable import Reconcilers

/// An API server in memory, a Backbone at the simulator of AWS, a connection, a PrivateCluster, and one operator after
/// another that looks after it.
final class PrivateClusterWorld: CrashingWorld {
  static let key = ObjectKey(namespace: "production", name: "main")
  static let kubeconfig = ObjectKey(namespace: "production", name: "main-kubeconfig")
  let simulator: CloudSimulator
  let server = MemoryServer()
  let time = HastyTime()
  let faults: FaultTransport
  let clusters = Store<PrivateCluster>(indexers: PrivateClusterInformers.indexers)
  let backbones = Store<Backbone>(indexers: BackboneCaches.indexers)
  let connections = Store<VPNConnection>(indexers: [:])
  let secrets = Store<PartialMetadata<Secret>>(indexers: [:])
  private let reconciler = Locked<KindReconciler<PrivateClusterKind>?>(nil)
  private let recorder = Locked<EventRecorder?>(nil)
  let survived = Locked<Int?>(nil)

  init(in cloud: ClusterNetwork, _ change: (inout PrivateCluster) -> Void = { _ in }) {
    let network = cloud.backbone
    simulator = network.simulator
    faults = FaultTransport(CurlTransport(.init(proxy: .none)), time: time)
    network.put(into: server)
    _ = backbones.put(network.backbone)
    var metadata = PartialMetadata<Secret>(metadata: ObjectMeta(name: "cloud", namespace: "production"))
    metadata.metadata.resourceVersion =
      server.object(Secret.self, ObjectKey(namespace: "production", name: "cloud"))?.metadata.resourceVersion
    _ = secrets.put(metadata)
    _ = connections.put(Self.connection())
    var cluster = Self.cluster(in: network.backbone.key.name)
    cluster.metadata.uid = "0c0ffee1-0000-4000-8000-00000000\(String(UInt16.random(in: 4096 ... .max), radix: 16))"
    cluster.metadata.generation = 1
    change(&cluster)
    _ = clusters.put(server.put(cluster))
    restart()
  }

  static func cluster(in backbone: String) -> PrivateCluster {
    var pool = PrivateClusterSpec.NodePool(name: "general", machineType: "m6i.large", minSize: 2, maxSize: 5)
    pool.labels = ["tier": "web"]
    var spec = PrivateClusterSpec(
      backboneRef: LocalReference(name: backbone),
      version: "1.33",
      nodePools: [pool]
    )
    spec.access = [
      .init(
        role: .edit,
        principal: .init(roleARN: "arn:aws:iam::123456789012:role/people"),
        vpn: .init(connectionRef: LocalReference(name: "people"), group: "Platform")
      )
    ]
    return PrivateCluster(metadata: ObjectMeta(name: "main", namespace: "production"), spec: spec)
  }

  /// Of type Twingate, Ready, with connectors in the Backbone.
  static func connection(_ name: String = "people", isReady: Bool = true) -> VPNConnection {
    var twingate = TwingateSpec(network: "acme", apiTokenSecretRef: .init(name: "twingate"))
    twingate.connectors = .init(count: 2)
    twingate.connectors?.backboneRef = LocalReference(name: SimulatedBackbone.name)
    var connection = VPNConnection(
      metadata: ObjectMeta(name: name, namespace: "production"),
      spec: VPNConnectionSpec(twingate)
    )
    connection.status = VPNConnectionStatus()
    connection.status?.conditions = [
      Condition(
        type: "Ready",
        status: isReady ? "True" : "False",
        reason: isReady ? "Connected" : "Connecting",
        message: "",
        lastTransitionTime: Timestamp(seconds: 0)
      )
    ]
    return connection
  }

  /// Another process: it knows nothing but what is in the cluster and in the cloud.
  func restart() {
    forgetCrash()
    let settings = CloudSettings(endpoints: simulator.endpoints, requestsPerSecond: 100_000)
    let recorder = EventRecorder(
      client: server,
      controller: "cloudlinker.dev/test",
      instance: "test",
      registry: MetricsRegistry()
    )
    self.recorder.withLock { $0 = recorder }
    let namespace = Fixture.defaults.operatorNamespace
    let access = BackboneAccess(
      secrets: SecretReader(client: server, metadata: secrets),
      kept: KeptCredentials(client: server, namespace: namespace),
      identities: CloudIdentities(client: server, settings: settings, operatorNamespace: namespace, time: time),
      clouds: CloudConnector(transport: faults, settings: settings, registry: MetricsRegistry(), time: time)
    )
    let kind = PrivateClusterKind(
      client: server,
      caches: PrivateClusterCaches(clusters: clusters, backbones: backbones, connections: connections),
      access: access,
      clusterRanges: ClusterRanges(client: server, time: time),
      kubeconfigs: Kubeconfigs(client: server, metadata: secrets),
      events: recorder,
      reservedNamespaces: Fixture.defaults.reservedNamespaces,
      time: time
    )
    let made = KindReconciler(kind: kind, client: server, events: recorder, registry: MetricsRegistry())
    reconciler.withLock { $0 = made }
  }

  /// What the events of that reason say, of this process. It records none afterwards.
  func notes(_ reason: String) async -> [String] {
    await recorder.withLock({ $0 })?.notes(reason, in: server) ?? []
  }

  var cluster: PrivateCluster? { server.object(PrivateCluster.self, Self.key) }
  var status: PrivateClusterStatus? { cluster?.status }
  func condition(_ type: ConditionType) -> Condition? { status?.conditions?[type] }
  var words: String { "\(condition(.ready)?.reason ?? "no condition"): \(condition(.ready)?.message ?? "")" }
  var isReady: Bool { cluster?.wasReady == true }
  var isGone: Bool { cluster?.metadata.deletionTimestamp != nil && cluster?.metadata.finalizers?.isEmpty != false }

  func change(_ body: (inout PrivateCluster) -> Void) {
    guard var cluster else { return }
    body(&cluster)
    cluster.metadata.generation = (cluster.metadata.generation ?? 1) + 1
    _ = clusters.put(server.put(cluster))
  }
  func delete() { change { $0.metadata.deletionTimestamp = time.timestamp } }

  func reconcile() async throws -> ReconcileResult {
    guard let reconciler = reconciler.withLock({ $0 }) else { return .done }
    let result = try await reconciler.reconcile(Self.key, .none)
    if let cluster { _ = clusters.put(cluster) }
    if let secret = server.object(Secret.self, Self.kubeconfig) {
      _ = secrets.put(PartialMetadata<Secret>(metadata: secret.metadata))
    }
    return result
  }

  /// Reconciles until the next pass is due only because drift is looked for.
  func rest() async throws {
    for _ in 0..<20 {
      guard case .requeue(let wait) = try await reconcile(), wait < PrivateClusterKind.period * 0.7 else { return }
    }
  }

  /// Reconciles until `isDone`; false after so many times. Who dies has a successor.
  func reconcile(atMost limit: Int = 120, until isDone: () -> Bool) async throws -> Bool {
    for _ in 0..<limit {
      if isDone() { return true }
      do { _ = try await reconcile() } catch { guard hasCrashed else { throw error } }
      if hasCrashed { restart() }
      // Whatever was refused is due again.
      if status?.ledger?.refusals?.isEmpty == false { time.advance(by: .seconds(61)) }
    }
    return isDone()
  }

  /// A workload opens a load balancer to the internet.
  /// - Returns: its id.
  func openBalancer(tags: [String: JSONValue], isClassic: Bool) async throws -> String {
    struct Made: Decodable { var id: String }
    let subnet = backbones.all.first?.status?.subnets?.first?.id ?? ""
    let body: JSONValue = [
      "subnet": .string(subnet), "scheme": "internet-facing", "tags": .object(tags), "classic": .bool(isClassic),
      "region": "eu-west-1",
    ]
    return try JSONDecoder().decode(Made.self, from: Data(try await simulator.control("POST", "balancer", body))).id
  }

  /// Someone else changes the cluster at the simulator.
  func console(_ change: [String: JSONValue]) async throws {
    var change = change
    change["cluster"] = .string(status?.name ?? "")
    change["region"] = "eu-west-1"
    try await simulator.control("POST", "cluster", .object(change))
  }
}
