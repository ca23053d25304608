public import Foundations
public import Kubernetes

/// Starts and stops the parts of an operator in order: servers, caches and, once it leads, controllers. It stops
/// controllers, caches, servers and, last, releases the lease, so that the next leader is the only writer.
public final class Manager: Sendable {
  public enum Ended: Sendable, Equatable {
    /// All parts ended.
    case stopped
    /// Another process leads now. This one must exit at once with a status other than 0, so that no part of it goes on
    /// writing. Reconciles may still be under way; nothing waited for them.
    case leadershipLost
  }
  public typealias Runnable = @Sendable () async -> Void

  struct Parts {
    var servers: [Runnable] = []
    var caches: [Runnable] = []
    var informers: [WatchedCache] = []
    var background: [Runnable] = []
    var controllers: [Runnable] = []
    var hasBegun = false
    /// Parts that were added after `run` had begun.
    var late: [String] = []
  }
  let parts = Locked(Parts())
  /// Metrics of this process. Parts that are created with this registry must be added before `run`.
  public let registry: MetricsRegistry
  private let leadership: Leadership?
  let time: any TimeSource
  let logger: Logger
  let pulse: Pulse

  /// - Parameters:
  ///   - leadership: nil: always lead, for a single process.
  ///   - registry: share it with the controllers, so that a controller that was never added is noticed.
  public init(
    leadership: Leadership?,
    registry: MetricsRegistry = MetricsRegistry(),
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none
  ) {
    self.leadership = leadership
    self.registry = registry
    self.time = time
    self.logger = logger
    pulse = Pulse(time: time)
  }

  /// Runs the informer from the start. Controllers wait until it is filled. Adding it again changes nothing.
  public func add<Object: Resource>(_ informer: Informer<Object>) {
    informer.wiring.meet()
    add("the informer of \(informer.name)") { parts in
      guard !parts.informers.contains(where: { $0.identity == ObjectIdentifier(informer) }) else { return }
      let cache = WatchedCache(informer)
      parts.informers.append(cache)
      registry.beforeExposition { [weak registry] in registry.map { cache.report(to: $0) } }
      parts.caches.append { await informer.run() }
    }
  }
  public func add<Request>(_ controller: RequestController<Request>) {
    controller.wiring.meet()
    add("the controller \(controller.name)") { $0.controllers.append { await controller.run() } }
  }
  /// Writes the recorder's events, whether leading or not, until the controllers have ended.
  public func add(_ recorder: EventRecorder) {
    recorder.wiring.meet()
    addBackground { await recorder.run() }
  }
  /// Runs a task beside the caches, whether leading or not, until cancelled. It ends before the servers do.
  public func addBackground(_ run: @escaping Runnable) { add("a background task") { $0.background.append(run) } }
  /// Runs a task with the controllers, only while leading.
  public func addLeading(_ run: @escaping Runnable) { add("a task of the leader") { $0.controllers.append(run) } }
  /// Runs a task from first to last, until cancelled.
  public func addServer(_ run: @escaping Runnable) { add("a server") { $0.servers.append(run) } }

  /// A part that is added after `run` has begun would never run. It is logged as an error, and `/healthz` fails from
  /// then on.
  private func add(_ part: String, _ change: (inout Parts) -> Void) {
    let isLate = parts.withLock { parts in
      if parts.hasBegun {
        let complaint = "\(part) was added after run: add every part before"
        if !parts.late.contains(complaint) { parts.late.append(complaint) }
      } else {
        change(&parts)
      }
      return parts.hasBegun
    }
    if isLate { logger.error("a part was added to a manager that runs already", ["part": .string(part)]) }
  }

  /// Runs until the task is cancelled, the lease is lost, or every controller has ended by itself. A manager without
  /// controllers serves, fills its caches and leads until it is cancelled.
  /// - Throws: before anything is started, if a part was created with this manager's registry but never added, or if
  ///   this manager is already running. See `WiringCheck`.
  public func run() async throws(WiringError) -> Ended {
    let (parts, isSecond) = parts.withLock { parts in
      defer { parts.hasBegun = true }
      return (parts, parts.hasBegun)
    }
    let complaints = isSecond ? ["this manager was run already: make a new one"] : registry.complaints
    guard complaints.isEmpty else { throw WiringError(complaints) }
    // None of these is a child of this task, because they outlive the controllers when the manager stops.
    let servers = Self.start(parts.servers)
    let caches = Self.start(parts.caches + parts.background + [{ [pulse] in await pulse.run() }])
    let stopRest: Runnable = {
      caches.cancel()
      await caches.value
      servers.cancel()
      await servers.value
    }
    await fill(parts)
    guard !Task.isCancelled else {
      await stopRest()
      return .stopped
    }
    let controllers = parts.controllers.isEmpty ? [{ await Latch().wait() }] : parts.controllers
    guard let leadership else {
      await Self.together(controllers)
      await stopRest()
      return .stopped
    }
    let ended = await leadership.run({ await Self.together(controllers) }, beforeRelease: stopRest)
    guard ended == .lost else { return .stopped }
    caches.cancel()
    servers.cancel()
    return .leadershipLost
  }

  private func fill(_ parts: Parts) async {
    let (time, logger) = (time, logger)
    let reminder = Task {
      while true {
        try await time.sleep(for: .seconds(30))
        let missing = parts.informers.filter { !$0.isSynced() }.map(\.name).joined(separator: "; ")
        logger.warning(
          "still waiting for caches: are the kinds installed, and is listing them allowed?",
          ["informers": .string(missing)]
        )
      }
    }
    for informer in parts.informers { await informer.wait() }
    reminder.cancel()
    if !Task.isCancelled { logger.info("all caches are filled") }
  }

  private static func start(_ runnables: [Runnable]) -> Task<Void, Never> { Task { await together(runnables) } }

  private static func together(_ runnables: [Runnable]) async {
    await withTaskGroup(of: Void.self) { group in
      for run in runnables { group.addTask { await run() } }
    }
  }
}
