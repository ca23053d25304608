internal import CloudLinkerAPI
internal import ControllerRuntime
internal import FoundationEssentials
public import Foundations
internal import Gateway
public import HTTPTransport
public import Kubernetes

/// Listens to the gateways. One request to each stays open until its status changes (`Prefer: wait`, RFC 7240 §4.3), so
/// that a lost tunnel is known at once and a quiet one costs three requests a minute. From time to time it also tries
/// their policy canaries.
public actor GatewayObserver {
  public struct Options: Sendable {
    /// How long a gateway may hold a request if nothing changes.
    public var wait: Duration = .seconds(20)
    /// The pause between requests if a gateway answers at once, and the first pause after a failure.
    public var pause: Duration = .milliseconds(250)
    /// The longest pause after repeated failures.
    public var longestPause: Duration = .seconds(5)
    /// Failures in a row after which a gateway's last report no longer counts.
    public var failuresUntilLost = 3
    /// The time between attempts to reach a gateway's policy canary, give or take a fifth.
    public var policyPeriod: Duration = GatewayPlan.period
    public init() {}
  }

  /// The longest answer, in bytes, that its transport should accept. A status of 5,000 forwards has 1.5 MB, and the
  /// whole operator is given 256 MiB.
  public static let longestAnswer = 4 << 20

  /// A report of a connection's gateways that contains something new.
  public struct News: Sendable {
    /// Nil if it concerns only PortForwards of the connection.
    public var connection: ObjectKey?
    public var forwards: Set<ObjectKey> = []
  }
  public typealias Handler = @Sendable (News) -> Void

  private let transport: any Transport
  private let time: any TimeSource
  private let options: Options
  private let handlers = Locked<[Handler]>([])
  private var observations: [ObjectKey: [GatewayPod.Slot: GatewayObservation]] = [:]
  private var listeners: [GatewayPod: Task<Void, Never>] = [:]
  private var canaries: [GatewayPod: Task<Void, Never>] = [:]
  /// By the pod's uid. For the metric, which cannot wait for the actor.
  private nonisolated let evidence = Locked<[String: PolicyEvidence]>([:])

  public init(
    transport: any Transport,
    time: any TimeSource = SystemTimeSource(),
    options: Options = Options()
  ) {
    self.transport = transport
    self.time = time
    self.options = options
  }

  /// Registers a handler. Call this before the first pod is followed. The handler must be quick and must not wait.
  public nonisolated func onChange(_ handler: @escaping Handler) { handlers.withLock { $0.append(handler) } }

  private nonisolated func changed(_ news: News) { for handler in handlers.withLock({ $0 }) { handler(news) } }

  /// The latest observation of each of a connection's tunnels.
  public func observations(of connection: ObjectKey) -> [String: GatewayObservation] {
    var latest: [String: GatewayObservation] = [:]
    for observation in (observations[connection] ?? [:]).values where !observation.pod.isEnding {
      latest[observation.pod.tunnel] = observation
    }
    return latest
  }

  /// The latest observations of a connection's gateways that are ending, by the names of their pods.
  public func draining(of connection: ObjectKey) -> [GatewayObservation] {
    (observations[connection] ?? [:]).values.filter(\.pod.isEnding).sorted { $0.pod.name < $1.pod.name }
  }

  /// Listens to exactly these pods of `connection`.
  public func follow(_ pods: [GatewayPod], of connection: ObjectKey) {
    let wanted = Set(pods)
    for (pod, task) in listeners where pod.connection == connection && !wanted.contains(pod) {
      task.cancel()
      listeners[pod] = nil
      canaries.removeValue(forKey: pod)?.cancel()
      evidence.withLock { $0[pod.uid] = nil }
      if observations[connection]?[pod.slot]?.pod == pod { observations[connection]?[pod.slot] = nil }
    }
    if observations[connection]?.isEmpty == true { observations[connection] = nil }
    for pod in wanted where listeners[pod] == nil {
      listeners[pod] = Task { await self.listen(to: pod) }
    }
  }

  public func stop() {
    for task in Array(listeners.values) + Array(canaries.values) { task.cancel() }
    listeners = [:]
    canaries = [:]
    evidence.withLock { $0 = [:] }
  }

  private func listen(to pod: GatewayPod) async {
    let began = time.timestamp
    var tag: String?
    var failures = 0
    while !Task.isCancelled {
      let started = time.now
      do {
        let (status, newTag) = try await ask(pod, unlessStill: tag)
        failures = 0
        tag = newTag
        if let status { record(status, of: pod, since: began) } else { heardFrom(pod) }
        if started.duration(to: time.now) < options.pause { try? await time.sleep(for: options.pause) }
      } catch {
        guard !Task.isCancelled else { return }
        failures += 1
        tag = nil
        if failures >= options.failuresUntilLost { lost(pod, error.message, since: began) }
        let pause = Backoff(initial: options.pause, maximum: options.longestPause, jitter: .none)
        try? await time.sleep(for: pause.delay(attempt: failures))
      }
    }
  }

  private nonisolated func ask(
    _ pod: GatewayPod,
    unlessStill tag: String?
  ) async throws(TransportError) -> (GatewayStatus?, String?) {
    var request = HTTPRequest(url: pod.url(port: GatewayConfiguration.endpointPort, path: "/status"))
    request.timeouts = HTTPTimeouts(connect: .seconds(2), total: options.wait + .seconds(5))
    if let tag {
      request.headers["If-None-Match"] = tag
      request.headers["Prefer"] = "wait=\(options.wait.components.seconds)"
    }
    let response = try await transport.send(request)
    if response.status == 304 { return (nil, tag) }
    guard response.status == 200, let status = try? JSONDecoder().decode(GatewayStatus.self, from: Data(response.body))
    else {
      throw TransportError(
        .protocolViolation,
        "gateway pod \(pod.name) answered /status with HTTP \(response.status) and no status",
        mayHaveBeenProcessed: true
      )
    }
    return (status.bounded(to: pod.connection.namespace), response.head.headers["ETag"])
  }

  private func record(_ status: GatewayStatus, of pod: GatewayPod, since began: Timestamp) {
    guard listeners[pod] != nil else { return }
    let before = observations[pod.connection]?[pod.slot]
    observations[pod.connection, default: [:]][pod.slot] = GatewayObservation(
      pod: pod,
      status: status,
      answeredAt: time.timestamp,
      listeningSince: began,
      policies: before?.pod == pod ? before?.policies : nil
    )
    if status.hasPolicyCanary == true { tryCanary(of: pod) }
    let believed = before?.problem == nil ? before?.status : nil
    if let believed, believed.sameNews(as: status) { return }
    let isOfForwards = believed?.sameNews(as: status, butForwards: true) == true
    changed(News(connection: isOfForwards ? nil : pod.connection, forwards: Self.concerned(believed, status)))
  }

  /// Tries the canary at once, and then every period, independently of the requests for status.
  private func tryCanary(of pod: GatewayPod) {
    guard canaries[pod] == nil else { return }
    let (probe, time, period) = (PolicyProbe(transport: transport), time, options.policyPeriod)
    canaries[pod] = Task {
      while !Task.isCancelled {
        let evidence = await probe.evidence(at: pod)
        guard !Task.isCancelled else { return }
        saw(evidence, at: pod)
        try? await time.sleep(for: period.jittered(by: 0.2))
      }
    }
  }

  private func saw(_ policies: PolicyEvidence, at pod: GatewayPod) {
    guard canaries[pod] != nil, let before = observations[pod.connection]?[pod.slot], before.pod == pod else {
      return
    }
    observations[pod.connection]?[pod.slot]?.policies = policies
    evidence.withLock { $0[pod.uid] = policies }
    if policies != before.policies { changed(News(connection: pod.connection)) }
  }

  /// How many gateways showed each kind of evidence at their policy canaries.
  public nonisolated func policyCounts() -> [PolicyEvidence: Int] {
    evidence.withLock { $0.values.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
  }

  private func heardFrom(_ pod: GatewayPod) {
    observations[pod.connection]?[pod.slot]?.answeredAt = time.timestamp
  }

  private func lost(_ pod: GatewayPod, _ problem: String, since began: Timestamp) {
    guard listeners[pod] != nil, observations[pod.connection]?[pod.slot]?.problem == nil else { return }
    var observation =
      observations[pod.connection]?[pod.slot] ?? GatewayObservation(pod: pod)
    observation.problem = problem
    observation.listeningSince = began
    observations[pod.connection, default: [:]][pod.slot] = observation
    changed(News(connection: pod.connection, forwards: Self.concerned(observation.status, nil)))
  }

  /// The PortForwards whose state, or whose tunnel's state, differs between two reports.
  static func concerned(_ old: GatewayStatus?, _ new: GatewayStatus?) -> Set<ObjectKey> {
    let before = Set(old?.forwards ?? [])
    let after = Set(new?.forwards ?? [])
    let tunnelChanged = old?.tunnel.state != new?.tunnel.state
    let differing = tunnelChanged ? before.union(after) : before.symmetricDifference(after)
    return Set(differing.compactMap { ObjectKey(owner: $0.owner) })
  }
}

extension GatewayStatus {
  /// Whether only counters differ; with `butForwards`, whether only counters and the reports on forwards differ.
  func sameNews(as other: GatewayStatus, butForwards: Bool = false) -> Bool {
    var (left, right) = (self, other)
    if butForwards { (left.forwards, right.forwards) = ([], []) }
    for counters in [\Tunnel.bytesReceived, \Tunnel.bytesSent] as [WritableKeyPath<Tunnel, Int64>] {
      left.tunnel[keyPath: counters] = 0
      right.tunnel[keyPath: counters] = 0
    }
    return left == right
  }
}
