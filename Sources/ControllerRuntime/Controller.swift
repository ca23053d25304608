public import Foundations
public import Kubernetes

/// How a reconcile ended well.
public enum ReconcileResult: Sendable, Equatable {
  case done
  /// Look again after this long even if nothing changes.
  case requeue(after: Duration)
}

/// Bad input: trying again is useless until the object changes.
public struct TerminalError: Error, Sendable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}

/// Runs one function for each key that needs a look, never twice at once for one key.
public final class Controller: Sendable {
  public typealias Reconcile = @Sendable (ObjectKey, Logger) async throws -> ReconcileResult

  public let name: String
  public let queue: WorkQueue<ObjectKey>
  private let concurrency: Int
  private let reconcile: Reconcile
  private let registry: MetricsRegistry
  private let time: any TimeSource
  private let logger: Logger
  private let active = Locked(0)
  private let reconciles = Locked<UInt64>(0)

  /// - Parameter concurrency: how many keys are worked on at once.
  public init(
    name: String,
    concurrency: Int = 1,
    registry: MetricsRegistry,
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none,
    reconcile: @escaping Reconcile
  ) {
    self.name = name
    self.concurrency = max(1, concurrency)
    self.reconcile = reconcile
    self.registry = registry
    self.time = time
    self.logger = logger.with(["controller": .string(name)])
    queue = WorkQueue(time: time, metrics: QueueMetrics(registry, name: name))
    registry.set(
      "controller_runtime_max_concurrent_reconciles",
      ["controller": name],
      to: Double(self.concurrency),
      help: "Keys worked on at once at most"
    )
  }

  /// Enqueues what `keys` makes of every change that `informer` reports.
  /// - Parameter delay: collects changes for this long, where one reconcile can serve many.
  public func watch<Object: Resource>(
    _ informer: Informer<Object>,
    after delay: Duration = .zero,
    keys: @escaping @Sendable (Change<Object>) -> [ObjectKey]
  ) {
    let queue = queue
    informer.onChange { changes in
      for change in changes {
        for key in keys(change) {
          if delay > .zero {
            queue.add(key, after: delay)
          } else {
            queue.add(key, priority: change.isInitial ? .initial : .user)
          }
        }
      }
    }
  }

  /// Works until the task is cancelled; what is being worked on is finished first.
  public func run() async {
    await withTaskCancellationHandler {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<concurrency {
          group.addTask { while let key = await self.queue.next() { await self.work(on: key) } }
        }
      }
    } onCancel: {
      queue.shutDown()
    }
  }

  private func work(on key: ObjectKey) async {
    let id = reconciles.withLock { count in
      count += 1
      return count
    }
    let logger = logger.with([
      "namespace": .string(key.namespace), "name": .string(key.name), "reconcileID": .int(Int(clamping: id)),
    ])
    workers(+1)
    let started = time.now
    let outcome: String
    do {
      // Not a child of the cancelled group: a reconcile that has begun is finished, not torn.
      let reconcile = reconcile
      let result = try await Task { try await reconcile(key, logger) }.value
      queue.forget(key)
      switch result {
      case .done: outcome = "success"
      case .requeue(let delay):
        outcome = "requeue_after"
        queue.add(key, after: delay)
      }
    } catch let error as TerminalError {
      outcome = "error"
      queue.forget(key)
      count("controller_runtime_terminal_reconcile_errors_total", "Reconciles that no retry can mend")
      logger.error("a reconcile failed for good", ["error": .string(error.description)])
    } catch {
      outcome = "error"
      count("controller_runtime_reconcile_errors_total", "Reconciles that failed")
      logger.warning("a reconcile failed and is tried again", ["error": .string("\(error)")])
      queue.addFailed(key, atLeast: (error as? KubernetesError)?.retryAfter ?? .zero)
    }
    queue.done(key)
    workers(-1)
    registry.add(
      "controller_runtime_reconcile_total",
      ["controller": name, "result": outcome],
      help: "Reconciles by result"
    )
    registry.observe(
      "controller_runtime_reconcile_time_seconds",
      ["controller": name],
      started.duration(to: time.now).inSeconds,
      help: "How long a reconcile took"
    )
  }

  private func count(_ metric: String, _ help: String) { registry.add(metric, ["controller": name], help: help) }

  private func workers(_ change: Int) {
    let count = active.withLock { active in
      active += change
      return active
    }
    registry.set(
      "controller_runtime_active_workers",
      ["controller": name],
      to: Double(count),
      help: "Keys worked on now"
    )
  }
}
