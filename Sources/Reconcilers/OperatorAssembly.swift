internal import CloudLinkerAPI
public import ControllerRuntime
public import Foundations
public import HTTPTransport
public import Kubernetes

/// Puts the operator together from the kinds that register themselves.
public struct OperatorAssembly: Sendable {
  public struct Settings: Sendable {
    public var defaults: GatewayDefaults
    public var scope: OperatorScope
    /// How many PortForwards are reconciled at once.
    public var concurrency = 16
    /// Whether the server has policy/v1 (since Kubernetes 1.21), known from discovery.
    public var hasPolicyV1: Bool
    public var clouds = CloudSettings()
    public var twingate = TwingateSettings()
    public var limits = NamespaceLimits()
    /// How long the gateways of a connection may be silent before nothing is known about it.
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
  ///   - gateways: carries requests for gateways' status: plain HTTP inside the cluster.
  ///   - clouds: carries requests to the clouds' APIs; without retries of its own.
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

  /// Every kind registers itself. To add a kind, write its folder and its line here.
  public func install(in manager: Manager) {
    let context = KindContext(
      settings: settings,
      client: client,
      gateways: gateways,
      clouds: clouds,
      manager: manager,
      informers: InformerSet(client: client, manager: manager, time: time, logger: logger),
      events: events,
      registry: registry,
      metrics: ObjectMetrics(registry),
      time: time,
      logger: logger
    )
    let gateways = SharedGateways(context)
    let access = BackboneAccess(context)
    BackboneKind.register(context, access)
    PrivateClusterKind.register(context, access)
    VPNConnectionKind.register(context, gateways, access)
    PortForwardKind.register(context, gateways)
  }
}
