internal import FoundationEssentials
public import Foundations
public import Kubernetes

/// A whole operator program: client, caches, leader election, events, metrics, health and signals, wired together.
///
///     @main struct Main {
///       static func main() async {
///         await Operator.main("pod-counter") { app in
///           let pods = app.informers.informer(Pod.self)
///           let controller = app.controller("pods") { key, logger in … }
///           controller.watch(primary: pods)
///         }
///       }
///     }
///
/// A program with other needs wires the same parts itself; nothing in them depends on this type.
public final class Operator: Sendable {
  /// The name appears in the user agent, from which the API server derives the field manager of plain writes. Unless
  /// the options say otherwise, events and the Lease use it, too.
  public let name: String
  /// The pod's own namespace, or that of the kubeconfig's context. The Lease is there unless the options say otherwise.
  public let namespace: String
  public let client: KubernetesClient
  public let registry = MetricsRegistry()
  public let manager: Manager
  public let informers: InformerSet
  public let events: EventRecorder
  public let logger: Logger
  private let options: OperatorOptions

  /// Connects the parts without sending anything to the API server yet.
  /// - Parameter name: a DNS label, such as `pod-counter`.
  /// - Throws: `.configuration` if no cluster is configured.
  public init(_ name: String, options: OperatorOptions = OperatorOptions()) async throws(KubernetesError) {
    let logger = options.logger
    let configuration = try await ClientConfiguration.load(
      kubeconfig: options.kubeconfig,
      context: options.context,
      logger: logger
    )
    client = try await configuration.client(
      logger: logger,
      userAgent: name,
      observe: ClientMetrics.observer(registry)
    )
    ProcessMetrics.register(in: registry)
    let instance = options.instance ?? Self.instance ?? name
    var leadership: Leadership?
    if options.electsLeader {
      leadership = Leadership(
        client: client,
        key: options.lease ?? ObjectKey(namespace: configuration.namespace, name: name),
        identity: "\(instance)_\(String(UInt64.random(in: .min ... .max), radix: 16))",
        duration: options.leaseDuration,
        renewDeadline: options.leaseRenewDeadline,
        retryPeriod: options.leaseRetryPeriod,
        registry: registry,
        logger: logger
      )
    }
    manager = Manager(leadership: leadership, registry: registry, logger: logger)
    informers = InformerSet(client: client, manager: manager)
    events = EventRecorder(
      client: client,
      controller: options.reportingController ?? name,
      instance: instance,
      registry: registry,
      logger: logger
    )
    manager.add(events)
    self.name = name
    namespace = configuration.namespace
    self.logger = logger
    self.options = options
  }

  /// The pod's name, from the environment that Kubernetes provides.
  private static var instance: String? {
    let environment = ProcessInfo.processInfo.environment
    return environment["POD_NAME"] ?? environment["HOSTNAME"]
  }

  /// Creates a controller of objects and adds it to the manager. For other options, create a `Controller` with this
  /// `registry` and `logger`, and add it to the `manager`.
  /// - Parameters:
  ///   - name: the controller's name in metrics and logs.
  ///   - concurrency: how many objects are reconciled at once; see `Controller`.
  public func controller(
    _ name: String,
    concurrency: Int = 1,
    reconcile: @escaping Controller.Reconcile
  ) -> Controller {
    let controller = Controller(
      name: name,
      concurrency: concurrency,
      registry: registry,
      logger: logger,
      reconcile: reconcile
    )
    manager.add(controller)
    return controller
  }

  /// Serves metrics and health, and works until SIGTERM, SIGINT or the loss of the lease.
  /// - Throws: `EndpointError` if the port is in use, `WiringError` if a part was not added to the manager.
  public func run() async throws -> Manager.Ended {
    let port = try manager.serve(address: options.address, port: options.port)
    logger.info(
      "serving /metrics, /healthz and /readyz",
      ["address": .string(options.address), "port": .int(Int(port))]
    )
    let running = Task { [manager] in try await manager.run() }
    Termination.onSignal { [logger] in
      logger.info("stopping")
      running.cancel()
    }
    return try await running.value
  }

  /// Runs the whole program: creates an operator, passes it to `setUp`, runs it and exits. The status is 0 after a
  /// signal, and 1 if the program could not start or lost the lease, so that Kubernetes starts it again.
  public static func main(
    _ name: String,
    options: OperatorOptions = OperatorOptions(),
    _ setUp: @Sendable (Operator) async throws -> Void
  ) async -> Never {
    do {
      let app = try await Operator(name, options: options)
      try await setUp(app)
      let ended = try await app.run()
      options.logger.info("stopped", ["outcome": .string("\(ended)")])
      endProcess(ended == .stopped ? 0 : 1)
    } catch {
      options.logger.error("could not start", ["error": .string("\(error)")])
      endProcess(1)
    }
  }
}
