public import Foundations
public import Kubernetes

/// Writes Events without ever holding up a reconcile. They are queued, and `run` writes one after the other. Events are
/// dropped if more than a thousand wait, an object has had too many (see `EventLedger`), or the recorder has ended.
/// Dropped events are counted in `events_dropped_total`.
public final class EventRecorder: Sendable {
  /// The longest note that events.k8s.io/v1 allows, in bytes (apis/core/validation/events.go).
  static let longestNote = 1024
  static let longestReason = 128
  /// Attempts for one event before it is dropped (client-go: 12).
  static let attempts = 5
  /// The longest pause that `Retry-After` can demand. No other event is written meanwhile.
  static let longestRetry: Duration = .seconds(60)
  static let backoff = Backoff(initial: .milliseconds(500), maximum: .seconds(30))
  /// How long the recorder goes on writing queued events after it was stopped.
  static let grace: Duration = .seconds(3)

  private enum Write: Sendable {
    case create(Event)
    case series(ObjectKey, count: Int, lastSeen: Timestamp)
  }
  private let sink: EventSink
  private let controller: String
  private let instance: String
  private let time: any TimeSource
  private let logger: Logger
  private let ledger = Locked(EventLedger())
  private let queue: AsyncStream<Write>
  private let enqueue: AsyncStream<Write>.Continuation
  private let registry: MetricsRegistry
  let wiring: WiringCheck

  /// - Parameters:
  ///   - controller: the reporting controller, a qualified name such as `example.com/operator`.
  ///   - instance: this process, for example the pod's name.
  ///   - registry: the manager's registry, which checks that the recorder is added to the manager.
  public init(
    client: any KubernetesAPI,
    controller: String,
    instance: String,
    registry: MetricsRegistry,
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none
  ) {
    sink = EventSink(client: client)
    self.controller = controller
    self.instance = instance.shortened(toBytes: Self.longestReason)
    self.time = time
    self.logger = logger
    (queue, enqueue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1000))
    self.registry = registry
    wiring = WiringCheck("the event recorder of \(controller) is never run: pass it to manager.add")
    registry.expect(wiring)
    countDropped(0)
  }

  /// - Parameters:
  ///   - reason: why, in CamelCase, from a closed list.
  ///   - action: what was done or tried, in CamelCase.
  ///   - note: a text for people; more than 1 kB is cut.
  public func normal<Object: Resource>(_ object: Object, reason: String, action: String, _ note: String) {
    record(ObjectReference(object), "Normal", reason, action, note)
  }
  public func warning<Object: Resource>(_ object: Object, reason: String, action: String, _ note: String) {
    record(ObjectReference(object), "Warning", reason, action, note)
  }

  private func record(
    _ object: ObjectReference,
    _ type: String,
    _ reason: String,
    _ action: String,
    _ note: String
  ) {
    let note = note.shortened(toBytes: Self.longestNote)
    let reason = reason.shortened(toBytes: Self.longestReason)
    let action = action.shortened(toBytes: Self.longestReason)
    let identity = EventLedger.Identity(
      object: object.uid ?? "\(object.kind ?? "")/\(object.namespace ?? "")/\(object.name ?? "")",
      type: type,
      reason: reason,
      action: action,
      note: note
    )
    let (now, wall) = (time.now, time.timestamp)
    let (decision, key) = ledger.withLock { ledger in
      ledger.record(identity, key: Self.key(of: object), now: now, wall: wall)
    }
    switch decision {
    case .none: break
    case .overBudget:
      countDropped()
      logger.info(
        "an event was not written: its object has had too many",
        ["object": .string(identity.object), "reason": .string(reason), "note": .string(note)]
      )
    case .create:
      guard let key else { return }
      let event = Event(
        metadata: ObjectMeta(name: key.name, namespace: key.namespace),
        eventTime: MicroTimestamp(wall),
        reportingController: controller,
        reportingInstance: instance,
        action: action,
        reason: reason,
        regarding: object,
        note: note,
        type: type
      )
      write(.create(event))
    case .series(let key, let count): write(.series(key, count: count, lastSeen: wall))
    }
  }

  private func write(_ write: Write) {
    guard case .enqueued = enqueue.yield(write) else { return countDropped() }
  }

  private func countDropped(_ count: Double = 1) {
    registry.add(
      "events_dropped_total",
      by: count,
      help: "Events that were not written: too many waited, too many of an object, or refused"
    )
  }

  /// Events are created in the object's namespace, and for objects without one in `kube-system`, the only namespace
  /// that API servers of every version accept (1.20 refuses `default`).
  private static func key(of object: ObjectReference) -> ObjectKey {
    var name = String((object.name ?? "").prefix(200))
    while let last = name.last, last == "." || last == "-" { name.removeLast() }
    let suffix = String(UInt64.random(in: .min ... .max), radix: 16)
    let namespace = object.namespace.flatMap { $0.isEmpty ? nil : $0 } ?? "kube-system"
    return ObjectKey(namespace: namespace, name: "\(name.isEmpty ? "event" : name).\(suffix)")
  }

  /// Writes recorded events until the task is cancelled, and then for up to three seconds those that still wait.
  public func run() async {
    wiring.meet()
    // Writes in a task of its own, because a cancelled task cannot send anything.
    let writer = Task { for await write in queue { await self.perform(write) } }
    while !Task.isCancelled {
      try? await time.sleep(for: .seconds(60))
      for final in ledger.withLock({ $0.sweep(now: time.now) }) {
        write(.series(final.key, count: final.count, lastSeen: final.lastSeen))
      }
    }
    enqueue.finish()
    let alarm = Task { [time] in
      try await time.sleep(for: Self.grace)
      writer.cancel()
    }
    await writer.value
    alarm.cancel()
  }

  private func perform(_ write: Write) async {
    for attempt in 1...Self.attempts {
      do throws(KubernetesError) {
        switch write {
        case .create(let event): try await sink.create(event)
        case .series(let key, let count, let lastSeen):
          try await sink.setSeries(key, count: count, lastSeen: lastSeen)
        }
        return
      } catch {
        switch error.kind {
        case .alreadyExists: return  // an earlier attempt's answer was lost
        case .transport, .serverError, .unavailable, .tooManyRequests, .conflict:
          guard attempt < Self.attempts, !Task.isCancelled else { return drop(error) }
          let floor = min(error.retryAfter ?? .zero, Self.longestRetry)
          try? await time.sleep(for: max(floor, Self.backoff.delay(attempt: attempt)))
        case .notFound:
          if case .series(let key, _, _) = write { return ledger.withLock { $0.forget(key) } }
          return drop(error)
        default: return drop(error)
        }
      }
    }
  }

  private func drop(_ error: KubernetesError) {
    countDropped()
    logger.info("an event was not written", ["error": .string(error.message)])
  }
}
