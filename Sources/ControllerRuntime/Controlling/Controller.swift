public import Foundations
public import Kubernetes

/// The usual controller: its requests are the keys of objects.
public typealias Controller = RequestController<ObjectKey>

/// Calls one function for every request that needs attention, and never concurrently for the same request.
public final class RequestController<Request: ReconcileRequest>: Sendable {
  public typealias Reconcile = @Sendable (Request, Logger) async throws -> ReconcileResult

  public let name: String
  public let queue: WorkQueue<Request>
  private let concurrency: Int
  /// Nil: a reconcile may take any time.
  let deadlines: ReconcileDeadlines?
  let reconcile: Reconcile
  private let metrics: ControllerMetrics
  let time: any TimeSource
  private let logger: Logger
  private let active = Locked(0)
  private let reconciles = Locked<UInt64>(0)
  /// Connects the queue to the informers that the controller watches; nil after that was done.
  let sources = Locked<[@Sendable () -> Void]?>([])
  let connected = Latch()
  let registry: MetricsRegistry
  let wiring: WiringCheck

  /// - Parameters:
  ///   - name: the controller's name in metrics and logs.
  ///   - concurrency: how many requests are worked on at once (controller-runtime: 1). From two on, the requests of one
  ///     group (of one namespace, for objects) never hold all workers, and at most half of them, rounded up, while
  ///     requests of other groups wait. A single namespace therefore gets one worker less than this.
  ///   - timeout: a reconcile that takes longer is cancelled and counts as failed (5 minutes); nil: no limit. The
  ///     worker is free when the reconcile returns, so a reconcile must end when its task is cancelled, as requests and
  ///     sleeps do.
  ///   - backoff: the delay after failures in a row (controller-runtime: 5 ms to 1000 s).
  ///   - registry: the manager's registry, which checks that the controller and every informer it watches are added to
  ///     the manager.
  public init(
    name: String,
    concurrency: Int = 1,
    timeout: Duration? = .seconds(300),
    backoff: Backoff = .reconcile,
    registry: MetricsRegistry,
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none,
    reconcile: @escaping Reconcile
  ) {
    self.name = name
    self.concurrency = max(1, concurrency)
    deadlines = timeout.map { ReconcileDeadlines(timeout: $0, time: time) }
    self.reconcile = reconcile
    self.time = time
    self.logger = logger.with(["controller": .string(name)])
    self.registry = registry
    wiring = WiringCheck("the controller \(name) is never run: pass it to manager.add")
    registry.expect(wiring)
    metrics = ControllerMetrics(registry, controller: name, concurrency: self.concurrency)
    queue = WorkQueue(
      backoff: backoff,
      workers: self.concurrency,
      time: time,
      metrics: QueueMetrics(registry, name: name),
      group: { $0.fairnessGroup }
    )
  }

  /// Works until the task is cancelled, and then finishes the requests that are under way. Cannot be run twice.
  ///
  /// Only now do the watched informers fill the queue, first with every object they hold. A standby replica therefore
  /// has no queue, and a new leader looks at everything once.
  public func run() async {
    wiring.meet()
    await withTaskCancellationHandler {
      connect()
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<concurrency {
          group.addTask { while let request = await self.queue.next() { await self.work(on: request) } }
        }
      }
    } onCancel: {
      queue.shutDown()
    }
  }

  private func work(on request: Request) async {
    let id = reconciles.withLock { count in
      count &+= 1
      return count
    }
    let logger = logger.with(request.logFields).with(["reconcileID": .int(Int(clamping: id))])
    workers(+1)
    let started = time.now
    let result: ControllerMetrics.Result
    do {
      switch try await attempt(request, logger) {
      case .done:
        queue.forget(request)
        result = .success
      case .requeueWithBackoff:
        queue.addFailed(request)
        result = .requeue
      case .requeue(let delay) where delay <= .zero:
        queue.addFailed(request)
        result = .requeue
      case .requeue(let delay):
        queue.forget(request)
        let priority = delay < ReconcileResult.periodic ? queue.priority(ofWorkOn: request) ?? .user : .background
        queue.add(request, after: max(delay, ReconcileResult.shortestDelay), priority: priority)
        result = .requeueAfter
      }
    } catch {
      result = .error
      handle(error, request, logger)
    }
    metrics.finished(result, took: started.duration(to: time.now))
    workers(-1)
    queue.done(request)
  }

  private func handle(_ error: any Error, _ request: Request, _ logger: Logger) {
    if let error = error as? TerminalError {
      queue.forget(request)
      metrics.failed(isTerminal: true)
      logger.error(
        "a reconcile failed and is not retried until the object changes",
        ["error": .string(error.description)]
      )
      return
    }
    metrics.failed(isTerminal: false)
    let problem = error as? KubernetesError
    if problem?.kind == .conflict {
      // Someone else wrote the object first. This is normal, and the next reconcile reads the new state.
      logger.info("a reconcile met a conflict and is retried", ["error": .string("\(error)")])
    } else {
      logger.warning("a reconcile failed and is retried", ["error": .string("\(error)")])
    }
    queue.addFailed(request, atLeast: problem?.retryAfter ?? .zero)
  }

  private func workers(_ change: Int) {
    metrics.workers(
      active.withLock { active in
        active += change
        return active
      }
    )
  }
}
