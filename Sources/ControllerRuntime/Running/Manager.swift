public import Foundations
public import Kubernetes

/// Starts and stops what an operator is made of, in order: servers, caches, then, once it leads, controllers. On the way
/// down controllers, caches, servers and, last, the lease, so that whoever leads next finds nobody writing.
public final class Manager: Sendable {
  public enum Ended: Sendable, Equatable {
    /// Everything came to its end.
    case stopped
    /// Another process leads now: this one must exit at once with a status other than 0, so that nothing of it goes on
    /// writing. Reconciles may still be under way; they were not waited for.
    case leadershipLost
  }
  public typealias Runnable = @Sendable () async -> Void

  struct Parts {
    var servers: [Runnable] = []
    var caches: [Runnable] = []
    var syncs: [(kind: String, isSynced: @Sendable () -> Bool, wait: Runnable)] = []
    var background: [Runnable] = []
    var controllers: [Runnable] = []
    var checks: [HealthCheck] = []
  }
  let parts = Locked(Parts())
  private let leadership: Leadership?
  private let time: any TimeSource
  private let logger: Logger
  let pulse: Pulse

  /// - Parameter leadership: nil: always lead, for a single process.
  public init(
    leadership: Leadership?,
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none
  ) {
    self.leadership = leadership
    self.time = time
    self.logger = logger
    pulse = Pulse(time: time)
  }

  public func add<Object: Resource>(_ informer: Informer<Object>) {
    let kind = Object.resourceType.kind
    parts.withLock { parts in
      parts.caches.append { await informer.run() }
      parts.syncs.append((kind, { informer.hasSynced }, { await informer.waitForSync() }))
      parts.checks.append(.beating(informer, kind: kind, time))
    }
  }
  public func add<Request>(_ controller: RequestController<Request>) {
    parts.withLock { $0.controllers.append { await controller.run() } }
  }
  /// Runs beside the caches, leading or not, until cancelled; ends before the servers do.
  public func addBackground(_ run: @escaping Runnable) { parts.withLock { $0.background.append(run) } }
  /// Runs with the controllers: only while leading.
  public func addLeading(_ run: @escaping Runnable) { parts.withLock { $0.controllers.append(run) } }
  /// Runs from first to last, until cancelled.
  public func addServer(_ run: @escaping Runnable) { parts.withLock { $0.servers.append(run) } }

  /// Runs until the task is cancelled or the lease is lost.
  public func run() async -> Ended {
    let parts = parts.withLock { $0 }
    // None of these are children of this task: they outlive the controllers on the way down.
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
    guard let leadership else {
      await Self.together(parts.controllers)
      await stopRest()
      return .stopped
    }
    let ended = await leadership.run({ await Self.together(parts.controllers) }, beforeRelease: stopRest)
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
        let missing = parts.syncs.filter { !$0.isSynced() }.map(\.kind).joined(separator: ", ")
        logger.warning(
          "still waiting for caches: are the kinds installed and may we list them?",
          [
            "kinds": .string(missing)
          ]
        )
      }
    }
    for sync in parts.syncs { await sync.wait() }
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
