public import Foundations
public import Kubernetes

/// Starts and stops what an operator is made of, in order: caches, then, once it leads, controllers; the other way
/// round on the way down. HTTP endpoints are served before and after, by the caller.
public final class Manager: Sendable {
  public enum Ended: Sendable, Equatable {
    /// Everything came to its end.
    case stopped
    /// Another process leads now: this one must exit, so that nothing of it goes on writing.
    case leadershipLost
  }
  public typealias Runnable = @Sendable () async -> Void

  private struct Parts {
    var caches: [Runnable] = []
    var syncs: [Runnable] = []
    var isSynced: [@Sendable () -> Bool] = []
    var background: [Runnable] = []
    var controllers: [Controller] = []
  }
  private let parts = Locked(Parts())
  private let leadership: Leadership?
  private let logger: Logger

  /// - Parameter leadership: nil: always lead, for a single process.
  public init(leadership: Leadership?, logger: Logger = .none) {
    self.leadership = leadership
    self.logger = logger
  }

  public func add<Object: Resource>(_ informer: Informer<Object>) {
    parts.withLock { parts in
      parts.caches.append { await informer.run() }
      parts.syncs.append { await informer.waitForSync() }
      parts.isSynced.append { informer.hasSynced }
    }
  }
  public func add(_ controller: Controller) { parts.withLock { $0.controllers.append(controller) } }
  /// Runs beside the controllers, leading or not.
  public func addBackground(_ run: @escaping Runnable) { parts.withLock { $0.background.append(run) } }

  /// Whether every cache holds its first list: ready to serve.
  public var isReady: Bool { parts.withLock { $0.isSynced }.allSatisfy { $0() } }

  /// Runs until the task is cancelled or the lease is lost.
  public func run() async -> Ended {
    let parts = parts.withLock { $0 }
    // The caches are not children of this task: they outlive the controllers on the way down.
    let caches = Task {
      await withTaskGroup(of: Void.self) { group in
        for run in parts.caches + parts.background { group.addTask { await run() } }
      }
    }
    for sync in parts.syncs { await sync() }
    var ended = Ended.stopped
    if !Task.isCancelled {
      logger.info("caches are filled")
      ended = await lead(parts.controllers)
    }
    caches.cancel()
    await caches.value
    return ended
  }

  private func lead(_ controllers: [Controller]) async -> Ended {
    let work: Runnable = {
      await withTaskGroup(of: Void.self) { group in
        for controller in controllers { group.addTask { await controller.run() } }
      }
    }
    guard let leadership else {
      await work()
      return .stopped
    }
    return await leadership.run(work) == .lost ? .leadershipLost : .stopped
  }
}
