public import Foundations
public import Kubernetes

/// Writes Events without ever holding up a reconcile: equal ones within six minutes become a series, and each object
/// has a budget (client-go's EventCorrelator: a burst of 25, one more every five minutes).
public final class EventRecorder: Sendable {
  private struct Identity: Hashable {
    var uid: String
    var type: String
    var reason: String
    var note: String
  }
  private struct Known {
    var key: ObjectKey
    var count: Int
    var lastSeen: ContinuousClock.Instant
  }
  private struct Budget {
    var tokens: Double
    var at: ContinuousClock.Instant
  }
  private enum Decision { case drop, create(ObjectKey), count(ObjectKey, Int) }
  private struct State {
    var known: [Identity: Known] = [:]
    var budgets: [String: Budget] = [:]
  }
  static let seriesWindow: Duration = .seconds(360)
  static let burst = 25.0
  static let refillPerSecond = 1.0 / 300
  /// events.k8s.io/v1: a note holds at most 1 kB.
  static let longestNote = 1000

  private let client: any KubernetesAPI
  private let controller: String
  private let instance: String
  private let time: any TimeSource
  private let logger: Logger
  private let state = Locked(State())
  private let queue: AsyncStream<@Sendable () async -> Void>
  private let enqueue: AsyncStream<@Sendable () async -> Void>.Continuation

  /// - Parameters:
  ///   - controller: reporting controller, a qualified name such as `cloudlinker.dev/operator`.
  ///   - instance: this process, for example the pod's name.
  public init(
    client: any KubernetesAPI,
    controller: String,
    instance: String,
    time: any TimeSource = SystemTimeSource(),
    logger: Logger = .none
  ) {
    self.client = client
    self.controller = controller
    self.instance = instance
    self.time = time
    self.logger = logger
    (queue, enqueue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1000))
  }

  public func normal<Object: Resource>(_ object: Object, reason: String, action: String, _ note: String) {
    record(object, "Normal", reason, action, note)
  }
  public func warning<Object: Resource>(_ object: Object, reason: String, action: String, _ note: String) {
    record(object, "Warning", reason, action, note)
  }

  /// Sends what was recorded until the task is cancelled.
  public func run() async {
    for await send in queue { await send() }
  }

  private func record<Object: Resource>(
    _ object: Object,
    _ type: String,
    _ reason: String,
    _ action: String,
    _ note: String
  ) {
    let note = String(note.prefix(Self.longestNote))
    let uid = object.metadata.uid ?? object.key.description
    let identity = Identity(uid: uid, type: type, reason: reason, note: note)
    let now = time.now
    let decision: Decision = state.withLock { state in
      state.known = state.known.filter { $0.value.lastSeen.duration(to: now) < Self.seriesWindow }
      if var known = state.known[identity] {
        known.count += 1
        known.lastSeen = now
        state.known[identity] = known
        return .count(known.key, known.count)
      }
      guard Self.spend(uid, now, &state) else { return .drop }
      let name = "\(object.key.name.prefix(200)).\(String(UInt64.random(in: .min ... .max), radix: 16))"
      let key = ObjectKey(namespace: object.key.namespace.isEmpty ? "default" : object.key.namespace, name: name)
      state.known[identity] = Known(key: key, count: 1, lastSeen: now)
      return .create(key)
    }
    let stamp = MicroTimestamp(time.timestamp)
    switch decision {
    case .drop: break
    case .create(let key):
      let event = Event(
        metadata: ObjectMeta(name: key.name, namespace: key.namespace),
        eventTime: stamp,
        reportingController: controller,
        reportingInstance: instance,
        action: action,
        reason: reason,
        regarding: ObjectReference(object),
        note: note,
        type: type
      )
      send { client throws(KubernetesError) in _ = try await client.create(event) }
    case .count(let key, let count):
      let series: JSONValue = ["count": .int(Int64(count)), "lastObservedTime": .string(stamp.time.microDescription)]
      send { client throws(KubernetesError) in
        _ = try await client.jsonPatch(Event.self, key, [.add("/series", series)])
      }
    }
  }

  private func send(_ write: @escaping @Sendable (any KubernetesAPI) async throws(KubernetesError) -> Void) {
    let (client, logger) = (client, logger)
    enqueue.yield {
      do throws(KubernetesError) {
        try await write(client)
      } catch {
        logger.info("an event was not written", ["error": .string(error.message)])
      }
    }
  }

  private static func spend(_ uid: String, _ now: ContinuousClock.Instant, _ state: inout State) -> Bool {
    var budget = state.budgets[uid] ?? Budget(tokens: burst, at: now)
    budget.tokens = min(burst, budget.tokens + budget.at.duration(to: now).inSeconds * refillPerSecond)
    budget.at = now
    let isAllowed = budget.tokens >= 1
    if isAllowed { budget.tokens -= 1 }
    state.budgets[uid] = budget
    if state.budgets.count > 10_000 {
      state.budgets = state.budgets.filter { $0.value.at.duration(to: now) < .seconds(7500) }
    }
    return isAllowed
  }
}
