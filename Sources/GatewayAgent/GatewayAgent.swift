internal import CSystem
public import Foundations
internal import Gateway
internal import Glibc

/// The runtime of a gateway: process 1 of its pod.
public final class GatewayAgent: Sendable {
  public struct Options: Sendable {
    /// Where the Secret is mounted.
    public var configurationDirectory: String
    /// Where daemon configurations and sockets are written; in memory.
    public var runtimeDirectory: String
    public var endpointPort: Int
    /// Where the downward API puts the pod's annotations.
    public var podInformationDirectory: String
    /// How long established connections are kept after SIGTERM, in seconds.
    public var drainSeconds: Int
    public init(
      configurationDirectory: String = "/etc/cloudlinker",
      runtimeDirectory: String = "/run/cloudlinker",
      endpointPort: Int = 15021,
      podInformationDirectory: String = "/etc/podinfo",
      drainSeconds: Int = 0
    ) {
      self.configurationDirectory = configurationDirectory
      self.runtimeDirectory = runtimeDirectory
      self.endpointPort = endpointPort
      self.podInformationDirectory = podInformationDirectory
      self.drainSeconds = drainSeconds
    }
  }

  private let options: Options
  private let context: AgentContext

  public init(options: Options, log: Logger) {
    self.options = options
    context = AgentContext(
      log: log,
      time: SystemTimeSource(),
      runtime: RuntimeDirectory(path: options.runtimeDirectory)
    )
  }

  /// Runs until SIGTERM or SIGINT, and then until established connections have ended (`drainSeconds`) or the next such
  /// signal comes. Call it on the main thread before there are others.
  /// - Returns: the exit code.
  public func run() -> Int32 {
    system_use_one_arena()
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
    umask(0o077)
    mkdir(options.runtimeDirectory, 0o700)

    TunnelRoutes.removeLeftovers()
    chooseForwarding()
    let device = context.read { $0.clientDevice }
    // The canary starts before the status port: once that answers, only a policy may keep the operator from the canary.
    startCanary(device: device)
    guard let endpoint = StatusListener(context: context, port: options.endpointPort, device: device) else {
      context.log.error("the status port is taken", ["port": .int(options.endpointPort)])
      return 1
    }
    endpoint.start()
    let (time, port) = (context.time, options.endpointPort)
    let gate = CredentialGate(context: context) { CredentialQuestion.ask($0, port: port, time: time) }
    let supervisor = TunnelSupervisor(context: context, gate: gate)
    ForwardingCoordinator.start(context)
    TunnelProber.start(context)
    ConfigurationWatcher(
      context: context,
      folder: ConfigurationFolder(path: options.configurationDirectory)
    ).start()
    supervisor.start()
    ReachabilityProber.start(context)
    SiblingWatcher(context: context, port: options.endpointPort).start()
    TargetResolver.start(context)
    ConnectionLogger.start(context)

    var number: Int32 = 0
    while sigwait(&signals, &number) != 0 {}
    Drainer(context: context, seconds: options.drainSeconds, podInformation: options.podInformationDirectory)
      .run(until: signals)
    context.log.info("stopping", ["signal": .int(Int(number))])
    context.update { $0.isStopping = true }
    supervisor.closed.wait(for: .seconds(6))
    // The guards stay, so that nothing in this pod leaks until the pod is gone.
    context.log.info("stopped")
    return 0
  }

  /// A gateway that cannot open the port still serves; the operator sees that there is no canary to try.
  private func startCanary(device: String?) {
    guard let canary = CanaryListener(device: device) else {
      let fields: KeyValuePairs<String, Logger.Value> = ["port": .int(PolicyCanary.port), "errno": .int(Int(errno))]
      context.log.warning("the policy canary has no port: nothing shows whether NetworkPolicies are enforced", fields)
      return
    }
    canary.start()
    context.update { $0.hasPolicyCanary = true }
  }

  private func chooseForwarding() {
    let rules = Command.run("nft", ["list", "tables"])
    let choice = ForwardingChoice(
      // A lack of NET_ADMIN is reported with the first rules: no way of forwarding works without it.
      hasRules: rules.succeeded || rules.output.contains("not permitted"),
      setForwarding: PodNetwork.setForwarding,
      addRefusingRule: TunnelRoutes.refuseForwarding
    )
    context.update { state in
      state.forwarding = choice.forwarding
      state.notices[.forwarding] = choice.notice
      state.linkLocalServers = Set(PodNetwork.nameServers().filter { SpecialAddresses.linkLocal.contains($0) })
      if choice.forwarding == .userland(guards: false) { state.clientDevice = PodNetwork.defaultRoute()?.device }
    }
  }
}
