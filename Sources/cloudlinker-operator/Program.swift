internal import ControllerRuntime
internal import Foundations
internal import HTTPTransport
internal import Kubernetes
internal import Reconcilers

/// Configures the general operator for this product, by its flags.
struct Program: Sendable {
  let flags: Flags

  var options: OperatorOptions {
    var options = OperatorOptions()
    options.kubeconfig = flags.kubeconfig
    options.context = flags.context
    options.electsLeader = flags.leaderElection
    let leaseName = OperatorScope(namespace: flags.namespace).leaseName
    options.lease = ObjectKey(namespace: flags.operatorNamespace, name: leaseName)
    options.leaseDuration = .seconds(flags.leaseDuration)
    options.leaseRenewDeadline = .seconds(flags.leaseRenewDeadline)
    options.leaseRetryPeriod = .seconds(flags.leaseRetryPeriod)
    options.reportingController = "cloudlinker.dev/operator"
    options.instance = flags.identity
    options.address = flags.address
    options.port = flags.port
    options.logger = Logger(level: flags.logLevel, format: flags.logFormat)
    return options
  }

  /// - Throws: `KubernetesError` when the API server does not say which versions it has.
  func install(in app: Operator) async throws(KubernetesError) {
    app.registry.set(
      "cloudlinker_build_info",
      ["version": flags.environment["CLOUDLINKER_VERSION"] ?? "unknown"],
      to: 1,
      help: "1, with the version of this operator, which its image names"
    )
    // Gateways are inside the cluster, so a proxy for outgoing connections must not be used for them.
    var gateways = CurlTransport.Options(proxy: .none)
    gateways.maxResponseBytes = GatewayObserver.longestAnswer
    OperatorAssembly(
      client: app.client,
      gateways: CurlTransport(gateways),
      clouds: CurlTransport(),
      settings: settings(hasPolicyV1: try await app.client.serves(PodDisruptionBudget.resourceType)),
      events: app.events,
      registry: app.registry,
      logger: app.logger
    ).install(in: app.manager)
    app.manager.addBackground { await ProcessMemory.release(every: .seconds(60)) }
  }

  private func settings(hasPolicyV1: Bool) -> OperatorAssembly.Settings {
    var settings = OperatorAssembly.Settings(
      defaults: defaults,
      scope: OperatorScope(namespace: flags.namespace),
      hasPolicyV1: hasPolicyV1
    )
    settings.concurrency = flags.concurrency
    settings.limits = flags.limits
    settings.twingate = TwingateSettings(
      allowedImages: flags.allowedConnectorImages.isEmpty
        ? TwingateSettings.vendorImages : ImageAllowList(flags.allowedConnectorImages),
      endpoint: flags.cloudEndpoints[.twingate]
    )
    settings.gatewaySilence = .seconds(flags.gatewaySilence)
    settings.clouds = CloudSettings(
      endpoints: flags.cloudEndpoints,
      allowsOwnIdentity: flags.ownCloudIdentity,
      requestsPerSecond: flags.cloudRequestsPerSecond,
      environment: flags.environment
    )
    settings.clouds.regionalEndpoints = flags.regionalCloudEndpoints
    settings.clouds.allowsNodeIdentity = flags.nodeCloudIdentity
    settings.clouds.identitiesName = flags.cloudIdentities
    settings.clouds.clusterID = flags.clusterID
    return settings
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
}
