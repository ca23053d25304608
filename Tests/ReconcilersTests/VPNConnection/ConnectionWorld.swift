import CloudLinkerAPI
import FoundationEssentials
import Foundations
import Gateway
import HTTPTransport
import HTTPTransportTesting
import Kubernetes
import KubernetesTesting
import TestSupport

@testable import ControllerRuntime
@testable import Reconcilers

/// VPNConnections, an API server in memory, and gateways that answer as a test wants.
final class ConnectionWorld: Sendable {
  static let key = ObjectKey(namespace: "production", name: "office")
  typealias Answer = @Sendable (_ address: String) -> InMemoryTransport.Answer

  let server: MemoryServer
  let time: VirtualTimeSource
  let informers: VPNConnectionInformers
  let events: EventRecorder
  let observer: GatewayObserver
  let reconciler: KindReconciler<VPNConnectionKind>
  let logged: Locked<[String]>
  /// What a gateway answers when it is asked for news; by default nothing, for ever.
  let answer: Locked<Answer?>
  /// What a gateway's policy canary answers; by default it takes no connection.
  let canary: Locked<Answer?>
  let transport: InMemoryTransport
  private let logger: Logger

  /// - Parameters:
  ///   - server, time: of a process before this one; by default new ones.
  ///   - twingate: carries requests to Twingate, and to clouds; by default nothing listens there.
  ///   - clouds: where they are, for connectors in a Backbone.
  init(
    scope: OperatorScope = OperatorScope(),
    limits: NamespaceLimits = NamespaceLimits(),
    server: MemoryServer = MemoryServer(),
    time: VirtualTimeSource = VirtualTimeSource(),
    twingate: (any Transport)? = nil,
    clouds: CloudSettings? = nil
  ) {
    (self.server, self.time) = (server, time)
    let logged = Locked<[String]>([])
    let (answer, canary) = (Locked<Answer?>(nil), Locked<Answer?>(nil))
    (self.logged, self.answer, self.canary) = (logged, answer, canary)
    logger = Logger(time: time) { line in logged.withLock { $0.append(line) } }
    let settings = OperatorAssembly.Settings(defaults: Fixture.defaults, scope: scope, hasPolicyV1: true)
    informers = VPNConnectionInformers(
      InformerSet(client: server, manager: Manager(leadership: nil)),
      settings: settings
    )
    events = EventRecorder(
      client: server,
      controller: "cloudlinker.dev/test",
      instance: "test",
      registry: MetricsRegistry(),
      time: time
    )
    transport = InMemoryTransport { request in
      let target = HTTPTarget(request.url)
      let host = target?.host ?? ""
      if target?.port == UInt16(PolicyCanary.port) {
        let refused = TransportError(.connect, "no connection", mayHaveBeenProcessed: false)
        return canary.withLock { $0 }?(host) ?? .failure(refused)
      }
      if target?.pathAndQuery == "/livez" { return .whole(.json("{}")) }
      if request.headers["If-None-Match"] == nil, let now = answer.withLock({ $0 }) { return now(host) }
      await Self.untilCancelled()
      return .failure(TransportError(.timeout, "cancelled", mayHaveBeenProcessed: true))
    }
    observer = GatewayObserver(transport: transport, time: time)
    let places = ForwardPlaces(informers.forwards.store, limits: limits, time: time)
    let backend = GatewayBackend(
      client: server,
      connections: informers.connections.store,
      backbones: informers.backbones.store,
      forwards: informers.forwards.store,
      caches: informers.gateways.caches,
      gateways: SharedGateways(observer: observer, places: places),
      secrets: SecretReader(client: server, metadata: informers.secretMetadata.store),
      namespaces: NamespaceLabels(client: server, time: time),
      classes: GatewayClasses(store: informers.gateways.classes.store, defaults: Fixture.defaults),
      actions: GatewayActions(client: server, hasPolicyV1: true),
      events: events,
      defaults: Fixture.defaults,
      scope: scope,
      limits: limits,
      gatewaySilence: GatewaySilence.patience,
      time: time
    )
    var inwards = TwingateBackend(
      client: server,
      connections: informers.connections.store,
      caches: informers.gateways.caches,
      exposed: informers.exposed,
      secrets: SecretReader(client: server, metadata: informers.secretMetadata.store),
      secretMetadata: informers.secretMetadata.store,
      clients: TwingateClients(
        transport: twingate
          ?? InMemoryTransport { _ in .failure(TransportError(.connect, "no", mayHaveBeenProcessed: false)) },
        settings: TwingateSettings(),
        registry: MetricsRegistry(),
        time: time
      ),
      classes: GatewayClasses(store: informers.gateways.classes.store, defaults: Fixture.defaults),
      actions: GatewayActions(client: server, hasPolicyV1: true),
      events: events,
      defaults: Fixture.defaults,
      settings: TwingateSettings(),
      limits: limits,
      time: time
    )
    if let clouds, let twingate {
      inwards.machines = Self.machines(server, informers, clouds, twingate)
    }
    let kind = VPNConnectionKind(
      connections: informers.connections.store,
      backends: [backend, inwards],
      exposed: informers.exposed,
      events: events,
      time: time
    )
    reconciler = KindReconciler(kind: kind, client: server, events: events, registry: MetricsRegistry())
    server.put(Fixture.secret)
    server.put(Fixture.namespace("production"))
  }

  private static func machines(
    _ server: MemoryServer,
    _ informers: VPNConnectionInformers,
    _ settings: CloudSettings,
    _ transport: any Transport
  ) -> MachineConnectorHost {
    // What is signed is compared with a real clock.
    let time = HastyTime()
    let operatorNamespace = Fixture.defaults.operatorNamespace
    let access = BackboneAccess(
      secrets: SecretReader(client: server, metadata: informers.secretMetadata.store),
      kept: KeptCredentials(client: server, namespace: operatorNamespace),
      identities: CloudIdentities(client: server, settings: settings, operatorNamespace: operatorNamespace, time: time),
      clouds: CloudConnector(transport: transport, settings: settings, registry: MetricsRegistry(), time: time)
    )
    return MachineConnectorHost(client: server, backbones: informers.backbones.store, access: access)
  }

  static func untilCancelled() async {
    let (silence, end) = AsyncStream<Never>.makeStream()
    for await _ in silence {}
    withExtendedLifetime(end) {}
  }

  var connection: VPNConnection? { server.object(VPNConnection.self, Self.key) }
  var status: VPNConnectionStatus? { connection?.status }
  func condition(_ type: ConditionType) -> Condition? { status?.conditions?.of(type) }

  func change(_ body: (inout VPNConnection) -> Void) {
    guard var connection else { return }
    body(&connection)
    server.put(connection)
  }

  /// The caches see what the server has.
  func sync() async throws {
    try await sync(informers.connections)
    try await sync(informers.forwards)
    try await sync(informers.backbones)
    let gateways = informers.gateways
    try await sync(informers.exposed.services)
    try await sync(informers.exposed.ingresses)
    try await sync(informers.exposed.clusters)
    try await sync(gateways.aliases)
    try await sync(gateways.deployments)
    try await sync(gateways.services)
    try await sync(gateways.secrets)
    try await sync(gateways.networkPolicies)
    if case .v1(let budgets) = gateways.budgets { try await sync(budgets) }
    try await sync(gateways.pods)
    try await sync(gateways.classes)
    for secret in server.objects(Secret.self) {
      _ = informers.secretMetadata.store.put(PartialMetadata(metadata: secret.metadata))
    }
    _ = informers.secretMetadata.store.retain(Set(server.objects(Secret.self).map(\.key)))
  }

  private func sync<Object: Resource>(_ informer: Informer<Object>) async throws {
    let page = try await server.list(
      Object.self,
      informer.scope,
      resourceVersion: nil,
      limit: nil,
      continueToken: nil
    )
    for object in page.items { _ = informer.store.put(informer.transform(object)) }
    _ = informer.store.retain(Set(page.items.map(\.key)))
  }

  @discardableResult func reconcile(_ key: ObjectKey = key) async throws -> ReconcileResult {
    try await sync()
    return try await reconcileAsCached(key)
  }

  /// Without a look of the caches at the server.
  @discardableResult func reconcileAsCached(_ key: ObjectKey = key) async throws -> ReconcileResult {
    // Past the pause between two changes of one connection.
    time.advance(by: GatewayPace.shortest)
    server.forgetCalls()
    return try await reconciler.reconcile(key, logger)
  }

  /// A pod for every Deployment, with the address of its tunnel.
  func runPods() {
    for deployment in server.objects(Deployment.self) where deployment.spec?.replicas != 0 {
      var pod = Fixture.pod(of: deployment)
      pod.metadata.annotations = deployment.spec?.template.metadata?.annotations
      pod.status?.podIP = Self.address(deployment.metadata.labels?[GatewayLabels.tunnel] ?? "")
      if server.object(Pod.self, pod.key) == nil { server.put(pod) }
    }
  }

  static func address(_ tunnel: String) -> String { "10.0.0.\(tunnel.utf8.first ?? 0)" }

  static func encoded(_ status: GatewayStatus) -> InMemoryTransport.Answer {
    let text = (try? JSONEncoder().encode(status)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return .whole(.json(text, headers: ["ETag": "\"1\""]))
  }

  /// The connection with its gateways made and running; each has said that its tunnel is connected.
  func settle(_ connection: VPNConnection = Fixture.connection(), hasPolicyCanary: Bool? = nil) async throws {
    server.put(connection)
    answer.withLock {
      $0 = { _ in
        let tunnel = GatewayStatus.Tunnel(state: .connected, since: Fixture.now)
        return Self.encoded(GatewayStatus(revision: nil, tunnel: tunnel, hasPolicyCanary: hasPolicyCanary))
      }
    }
    try await reconcile()
    runPods()
    try await reconcile()
    let count = connection.spec.tunnels.count
    _ = await eventually { await self.observer.observations(of: Self.key).count == count }
    try await reconcile()
  }

  /// Names of the objects in the gateways' namespace.
  var gatewayObjects: [String] { server.gatewayObjects.map(\.name).sorted() }
}

extension MemoryServer {
  /// What was made for connections in the gateways' namespace.
  var gatewayObjects: [ObjectKey] {
    var keys = objects(Deployment.self).map(\.key)
    keys += objects(Secret.self).map(\.key)
    keys += objects(Service.self).map(\.key)
    keys += objects(NetworkPolicy.self).map(\.key)
    keys += objects(PodDisruptionBudget.self).map(\.key)
    return keys.filter { $0.namespace == Fixture.defaults.namespace }
  }
}

extension Fixture {
  /// What `connection()` refers to.
  static var secret: Secret { secret(in: "production") }

  static func secret(in namespace: String) -> Secret {
    let data = ["username": "dQ==", "password": "cA==", "ca.crt": "Q0E="]
    return Secret(metadata: ObjectMeta(name: "office-vpn", namespace: namespace), type: "Opaque", data: data)
  }

  static func namespace(_ name: String) -> Namespace {
    Namespace(metadata: ObjectMeta(name: name, labels: [NamespaceLabels.label: name]))
  }
}
