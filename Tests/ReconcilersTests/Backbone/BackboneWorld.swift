import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Kubernetes
import KubernetesTesting

@testable import ControllerRuntime
@testable import Reconcilers

/// A Backbone, an API server in memory and a cloud on paper.
final class BackboneWorld: Sendable {
  static let key = ObjectKey(namespace: "production", name: "aws")
  let server = MemoryServer()
  let cloud = PaperCloud()
  let time = VirtualTimeSource()
  /// With two places.
  let account = CloudAccount(requestsPerSecond: 5, time: SystemTimeSource())
  let backbones = Store<Backbone>(indexers: BackboneCaches.indexers)
  let connections = Store<VPNConnection>(indexers: [:])
  let clusters = Store<PrivateCluster>(indexers: PrivateClusterInformers.indexers)
  let secrets = Store<PartialMetadata<Secret>>(indexers: [:])
  let kept: KeptCredentials
  let reconciler: KindReconciler<BackboneKind>
  let logged = Locked<[String]>([])
  private let recorder: EventRecorder

  struct Connector: CloudConnecting {
    let cloud: PaperCloud
    let account: CloudAccount
    func connect(
      _ backbone: Backbone,
      credentials: CloudCredentials?,
      as caller: CloudCaller
    ) throws(Refusal) -> CloudNetwork {
      cloud.state.withLock { $0.credentials = credentials }
      return CloudNetwork(cloud, account)
    }
    func forget(_ key: ObjectKey) {}
  }

  init() {
    recorder = EventRecorder(
      client: server,
      controller: "cloudlinker.dev/test",
      instance: "test",
      registry: MetricsRegistry(),
      time: time,
      logger: .none
    )
    kept = KeptCredentials(client: server, namespace: Fixture.defaults.operatorNamespace)
    let kind = BackboneKind(
      client: server,
      caches: BackboneCaches(backbones: backbones, connections: connections, clusters: clusters),
      secrets: SecretReader(client: server, metadata: secrets),
      kept: kept,
      identities: CloudIdentities(
        client: server,
        settings: CloudSettings(),
        operatorNamespace: Fixture.defaults.operatorNamespace,
        time: time
      ),
      clusterRanges: ClusterRanges(client: server, time: time),
      clouds: Connector(cloud: cloud, account: account),
      events: recorder,
      reservedNamespaces: Fixture.defaults.reservedNamespaces,
      time: time
    )
    reconciler = KindReconciler(kind: kind, client: server, events: recorder, registry: MetricsRegistry())
    lendIdentity()
    put(Self.backbone())
  }

  /// The owner labels the namespace, or takes the label away.
  func lendIdentity(_ isLent: Bool = true) {
    var namespace = Namespace(metadata: ObjectMeta(name: "production"))
    namespace.metadata.labels = isLent ? [CloudIdentityLoan.label: CloudIdentityLoan.allowed] : nil
    server.put(namespace)
  }

  static func backbone(_ name: String = "aws", cidr: String = "10.10.0.0/16", created: Int64 = 0) -> Backbone {
    var backbone = Backbone(
      metadata: ObjectMeta(name: name, namespace: "production"),
      spec: BackboneSpec(provider: .aws, region: "eu-west-1", network: .init(cidr: cidr))
    )
    backbone.metadata.uid = "uid-\(name)"
    backbone.metadata.generation = 1
    backbone.metadata.creationTimestamp = Timestamp(seconds: 1_700_000_000 + created)
    return backbone
  }

  var backbone: Backbone? { server.object(Backbone.self, Self.key) }
  var status: BackboneStatus? { backbone?.status }
  func condition(_ type: ConditionType) -> Condition? { status?.conditions?.first { $0.type == type.rawValue } }

  /// What the events of that reason say so far; the world records none afterwards.
  func notes(_ reason: String) async -> [String] {
    let task = Task { await recorder.run() }
    task.cancel()
    await task.value
    return server.objects(Event.self).filter { $0.reason == reason }.compactMap(\.note)
  }

  /// The Secret that the Backbone names, with this content; nil: it is deleted.
  func putSecret(_ values: [String: String]?) {
    let key = ObjectKey(namespace: "production", name: "keys")
    guard let values else {
      _ = secrets.remove(key)
      return
    }
    var secret = Secret(metadata: ObjectMeta(name: key.name, namespace: key.namespace))
    secret.data = values.mapValues { Data($0.utf8).base64EncodedString() }
    _ = secrets.put(PartialMetadata<Secret>(metadata: server.put(secret).metadata))
  }

  /// Into the server and the cache.
  func put(_ backbone: Backbone) { _ = backbones.put(server.put(backbone)) }
  func change(_ body: (inout Backbone) -> Void) {
    guard var backbone else { return }
    body(&backbone)
    put(backbone)
  }

  /// One reconcile, and the cache sees what it wrote.
  @discardableResult func reconcile() async throws -> ReconcileResult {
    let logger = Logger(time: time) { [logged] line in logged.withLock { $0.append(line) } }
    let result = try await reconciler.reconcile(Self.key, logger)
    if let backbone { _ = backbones.put(backbone) }
    return result
  }
}
