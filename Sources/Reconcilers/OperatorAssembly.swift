internal import CloudLinkerAPI
public import ControllerRuntime
public import Foundations
public import HTTPTransport
public import Kubernetes

/// Puts the operator together: which caches it keeps, which controllers run on them, and what wakes whom.
public struct OperatorAssembly: Sendable {
  public struct Settings: Sendable {
    public var defaults: GatewayDefaults
    public var scope: OperatorScope
    /// PortForwards whose status is written at once.
    public var concurrency = 16
    /// Whether the server has policy/v1 (since Kubernetes 1.21); by discovery.
    public var hasPolicyV1: Bool
    public var clouds = CloudSettings()
    public var limits = NamespaceLimits()
    /// For how long the gateways of a connection may be silent until nothing is known about it.
    public var gatewaySilence: Duration = GatewaySilence.patience
    public init(defaults: GatewayDefaults, scope: OperatorScope = OperatorScope(), hasPolicyV1: Bool) {
      self.defaults = defaults
      self.scope = scope
      self.hasPolicyV1 = hasPolicyV1
    }
  }

  let client: any KubernetesAPI
  let gateways: any Transport
  let clouds: any Transport
  let settings: Settings
  let events: EventRecorder
  let registry: MetricsRegistry
  let time: any TimeSource
  let logger: Logger

  /// - Parameters:
  ///   - gateways: carries the requests for gateways' status: plain HTTP inside the cluster.
  ///   - clouds: carries the requests to the clouds' APIs; without retries of its own.
  public init(
    client: any KubernetesAPI,
    gateways: any Transport,
    clouds: any Transport,
    settings: Settings,
    events: EventRecorder,
    registry: MetricsRegistry,
    time: any TimeSource = SystemTimeSource(),
    logger: Logger
  ) {
    self.client = client
    self.gateways = gateways
    self.clouds = clouds
    self.settings = settings
    self.events = events
    self.registry = registry
    self.time = time
    self.logger = logger
  }

  /// How long changes of forwards and objects are collected before the gateways are given them: one configuration for
  /// a hundred forwards that are applied together.
  static let collection: Duration = .milliseconds(200)

  /// After this long a pass is given up: a worker that hangs is one that others wait for.
  static let timeout: Duration = .seconds(300)
  /// What was refused is tried again at least every minute: what heals it, such as a namespace that was made again, wakes
  /// nobody.
  static let backoff = Backoff(initial: .milliseconds(5), maximum: .seconds(60), jitter: .none)

  public func install(in manager: Manager) {
    let set = InformerSet(client: client, manager: manager, time: time, logger: logger)
    let informers = Informers(set, settings: settings)
    let caches = informers.caches
    let places = ForwardPlaces(informers.portForwards.store, limits: settings.limits, time: time)
    let classes = GatewayClasses(store: informers.gatewayClasses.store, defaults: settings.defaults)
    let wake = Wake()
    let observer = GatewayObserver(transport: gateways, time: time) { connection, forwards in
      wake.call(connection, forwards)
    }
    registry.beforeExposition { [weak registry] in
      let counts = observer.policyCounts()
      for evidence in PolicyEvidence.allCases {
        registry?.set(
          "cloudlinker_gateways",
          ["network_policies": evidence.rawValue],
          to: Double(counts[evidence] ?? 0),
          help: "Gateways that were tried, by whether a port that no NetworkPolicy admits was closed to the operator"
        )
      }
    }
    let connections = controller("vpnconnection", concurrency: 8) { [self] in
      let reconciler = VPNConnectionReconciler(
        client: client,
        caches: caches,
        observer: observer,
        secrets: SecretReader(client: client, metadata: informers.secretMetadata.store),
        namespaces: NamespaceLabels(client: client, areSetByServer: settings.hasPolicyV1, time: time),
        classes: classes,
        actions: GatewayActions(client: client, hasPolicyV1: settings.hasPolicyV1),
        events: events,
        defaults: settings.defaults,
        scope: settings.scope,
        limits: settings.limits,
        places: places,
        gatewaySilence: settings.gatewaySilence,
        time: time
      )
      return { key, logger in try await reconciler.reconcile(key, logger) }
    }
    let forwards = controller("portforward", concurrency: settings.concurrency) { [self] in
      let reconciler = PortForwardReconciler(
        client: client,
        caches: caches,
        observer: observer,
        events: events,
        reservedNamespaces: settings.defaults.reservedNamespaces,
        limits: settings.limits,
        places: places,
        time: time
      )
      return { key, logger in try await reconciler.reconcile(key, logger) }
    }
    wake.set { connection, concerned in
      connections.queue.add(connection)
      for forward in concerned { forwards.queue.add(forward) }
    }
    let kept = KeptCredentials(client: client, namespace: settings.defaults.operatorNamespace)
    // A worker mostly waits for its cloud; no account holds more of them than its request budget keeps busy.
    let backbones = controller("backbone", concurrency: 32) { [self] in
      let reconciler = BackboneReconciler(
        client: client,
        caches: informers.backboneCaches,
        secrets: SecretReader(client: client, metadata: informers.secretMetadata.store),
        kept: kept,
        clusterRanges: ClusterRanges(client: client, time: time),
        clouds: CloudConnector(transport: clouds, settings: settings.clouds, registry: registry, time: time),
        events: events,
        reservedNamespaces: settings.defaults.reservedNamespaces,
        time: time
      )
      return { key, logger in try await reconciler.reconcile(key, logger) }
    }
    informers.wake(backbones: backbones)
    informers.wake(connections: connections, forwards: forwards)
    manager.add(backbones)
    manager.add(connections)
    manager.add(forwards)
    manager.addLeading { [settings, time, logger] in await kept.run(settings.scope, time, logger) }
    let reporter = GatewayClassReporter(classes: classes, events: events, registry: registry, logger: logger)
    manager.addLeading {
      reporter.report()
      informers.gatewayClasses.onChange { _ in reporter.report() }
    }
    manager.addBackground {
      await Self.untilCancelled()
      await observer.stop()
    }
  }

  private func controller(
    _ name: String,
    concurrency: Int,
    _ make: () -> Controller.Reconcile
  ) -> Controller {
    Controller(
      name: name,
      concurrency: concurrency,
      timeout: Self.timeout,
      backoff: Self.backoff,
      registry: registry,
      time: time,
      logger: logger,
      reconcile: make()
    )
  }

  private static func untilCancelled() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
  }
}

/// Lets the observer, which comes first, reach the controllers, which come later.
private final class Wake: Sendable {
  typealias Body = @Sendable (ObjectKey, Set<ObjectKey>) -> Void
  private let body = Locked<Body?>(nil)
  func set(_ new: @escaping Body) { body.withLock { $0 = new } }
  func call(_ connection: ObjectKey, _ forwards: Set<ObjectKey>) { body.withLock { $0 }?(connection, forwards) }
}
