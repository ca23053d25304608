internal import ControllerRuntime
internal import Foundations
internal import HTTPTransport
internal import Kubernetes
internal import Reconcilers

/// The operator's parts, made from its flags.
final class Program: Sendable {
  private let flags: Flags
  private let client: KubernetesClient
  private let registry: MetricsRegistry
  private let logger: Logger

  /// - Throws: `KubernetesError` when there is no cluster to talk to.
  static func make(flags: Flags, logger: Logger) async throws(KubernetesError) -> Program {
    let configuration = try await ClientConfiguration.load(
      kubeconfig: flags.kubeconfig,
      context: flags.context,
      logger: logger
    )
    let registry = MetricsRegistry()
    let client = try await configuration.client(logger: logger, observe: ClientMetrics.observer(registry))
    return Program(flags: flags, client: client, registry: registry, logger: logger)
  }

  private init(flags: Flags, client: KubernetesClient, registry: MetricsRegistry, logger: Logger) {
    self.flags = flags
    self.client = client
    self.registry = registry
    self.logger = logger
    ProcessMetrics.register(in: registry)
  }

  /// Runs until a signal comes or the lease is lost.
  func run() async throws -> Manager.Ended {
    let manager = manager(hasPolicyV1: try await client.serves(PodDisruptionBudget.resourceType))
    try manager.serve(address: flags.address, port: flags.port)
    logger.info("served HTTP", ["address": .string(flags.address), "port": .int(Int(flags.port))])
    let running = Task { try await manager.run() }
    let logger = logger
    Termination.onSignal {
      logger.info("stopping")
      running.cancel()
    }
    return try await running.value
  }

  private func manager(hasPolicyV1: Bool) -> Manager {
    let manager = Manager(leadership: flags.leaderElection ? leadership : nil, registry: registry, logger: logger)
    let events = EventRecorder(
      client: client,
      controller: "cloudlinker.dev/operator",
      instance: flags.identity,
      registry: registry,
      logger: logger
    )
    manager.add(events)
    var settings = OperatorAssembly.Settings(
      defaults: defaults,
      scope: OperatorScope(namespace: flags.namespace),
      hasPolicyV1: hasPolicyV1
    )
    settings.concurrency = flags.concurrency
    settings.limits = flags.limits
    settings.gatewaySilence = .seconds(flags.gatewaySilence)
    settings.clouds = CloudSettings(
      endpoints: flags.cloudEndpoints,
      allowsOwnIdentity: flags.ownCloudIdentity,
      requestsPerSecond: flags.cloudRequestsPerSecond,
      environment: flags.environment
    )
    // Gateways are asked inside the cluster: a proxy for the way out has no business there.
    var options = CurlTransport.Options(proxy: .none)
    options.maxResponseBytes = GatewayObserver.longestAnswer
    let gateways = CurlTransport(options)
    OperatorAssembly(
      client: client,
      gateways: gateways,
      clouds: CurlTransport(),
      settings: settings,
      events: events,
      registry: registry,
      logger: logger
    ).install(in: manager)
    return manager
  }

  private var defaults: GatewayDefaults {
    var defaults = GatewayDefaults(
      namespace: flags.gatewayNamespace,
      image: flags.gatewayImage ?? "",
      imagePullPolicy: flags.gatewayImagePullPolicy,
      operatorNamespace: flags.operatorNamespace,
      clusterDomain: flags.clusterDomain
    )
    defaults.allowedImages = ImageAllowList(flags.allowedGatewayImages)
    defaults.classesName = flags.gatewayClasses
    defaults.monitoringNamespace = flags.monitoringNamespace
    defaults.dnsNamespace = flags.dnsNamespace
    defaults.clusterRanges = flags.clusterRanges
    return defaults
  }

  private var leadership: Leadership {
    Leadership(
      client: client,
      key: ObjectKey(namespace: flags.operatorNamespace, name: OperatorScope(namespace: flags.namespace).leaseName),
      identity: "\(flags.identity)_\(String(UInt64.random(in: .min ... .max), radix: 16))",
      duration: .seconds(flags.leaseDuration),
      renewDeadline: .seconds(flags.leaseRenewDeadline),
      retryPeriod: .seconds(flags.leaseRetryPeriod),
      registry: registry,
      logger: logger
    )
  }
}
