internal import ControllerRuntime
internal import FoundationEssentials
internal import Foundations
internal import Glibc
internal import HTTPEndpoint
internal import HTTPTransport
internal import Kubernetes
internal import Reconcilers

@main
struct Main {
  static func main() async {
    let environment = ProcessInfo.processInfo.environment
    let flags: Flags
    do {
      flags = try Flags(Array(CommandLine.arguments.dropFirst()), environment: environment)
    } catch {
      Logger.standardError("cloudlinker-operator: \(error.message)\n")
      exit(2)
    }
    guard !flags.wantsHelp else { return print(Flags.help) }
    let logger = Logger(level: flags.logLevel, format: flags.logFormat)
    do {
      let ended = try await run(flags, environment, logger)
      logger.info("stopped", ["outcome": .string("\(ended)")])
      exit(ended == .stopped ? 0 : 1)
    } catch let error as UsageError {
      logger.error("could not start", ["error": .string(error.message)])
    } catch {
      logger.error("could not start", ["error": .string("\(error)")])
    }
    exit(1)
  }

  static func run(_ flags: Flags, _ environment: [String: String], _ logger: Logger) async throws -> Manager.Ended {
    let registry = MetricsRegistry()
    ProcessMetrics.register(in: registry)
    let client = try Connection.client(flags, environment: environment, registry: registry, logger: logger)
    let leadership = flags.leaderElection ? leadership(flags, client, registry, logger) : nil
    let manager = Manager(leadership: leadership, logger: logger)
    let endpoint = try Endpoint.serve(flags.listen, manager: manager, registry: registry, logger: logger)
    let events = EventRecorder(
      client: client,
      controller: "cloudlinker.dev/operator",
      instance: flags.identity,
      logger: logger
    )
    manager.addBackground { await events.run() }
    var defaults = GatewayDefaults(
      namespace: flags.gatewayNamespace,
      image: flags.gatewayImage ?? "",
      imagePullPolicy: flags.gatewayImagePullPolicy,
      operatorNamespace: flags.operatorNamespace,
      clusterDomain: flags.clusterDomain
    )
    defaults.allowedImages = flags.allowedGatewayImages
    var settings = OperatorAssembly.Settings(
      defaults: defaults,
      namespace: flags.namespace,
      hasPolicyV1: try await client.serves(PodDisruptionBudget.resourceType)
    )
    settings.concurrency = flags.concurrency
    let gateways = CurlTransport(CurlTransport.Options(proxy: .none))
    OperatorAssembly(
      client: client,
      gateways: gateways,
      settings: settings,
      events: events,
      registry: registry,
      logger: logger
    ).install(in: manager)
    let running = Task { await manager.run() }
    Termination.onSignal {
      logger.info("stopping")
      running.cancel()
    }
    let ended = await running.value
    await endpoint.stop()
    return ended
  }

  private static func leadership(
    _ flags: Flags,
    _ client: KubernetesClient,
    _ registry: MetricsRegistry,
    _ logger: Logger
  ) -> Leadership {
    Leadership(
      client: client,
      key: ObjectKey(namespace: flags.operatorNamespace, name: "cloudlinker-operator"),
      identity: "\(flags.identity)_\(String(UInt64.random(in: .min ... .max), radix: 16))",
      duration: .seconds(flags.leaseDuration),
      renewDeadline: .seconds(flags.leaseRenewDeadline),
      retryPeriod: .seconds(flags.leaseRetryPeriod),
      registry: registry,
      logger: logger
    )
  }
}
