internal import Foundations
public import HTTPEndpoint
internal import Kubernetes

/// Beats while Swift's cooperative threads have time for it. Blocking calls on all of them would stop everything else
/// as well.
final class Pulse: Sendable {
  private static let period: Duration = .seconds(5)
  private static let longestPause: Duration = .seconds(60)
  private let time: any TimeSource
  private let last = Locked<ContinuousClock.Instant?>(nil)

  init(time: any TimeSource) { self.time = time }

  func run() async {
    while !Task.isCancelled {
      let now = time.now
      last.withLock { $0 = now }
      try? await time.sleep(for: Self.period)
    }
    last.withLock { $0 = nil }
  }

  var problem: String? {
    guard let last = last.withLock({ $0 }) else { return nil }
    let pause = last.duration(to: time.now)
    return pause > Self.longestPause ? "tasks got no turn for \(pause.components.seconds) s" : nil
  }
}

extension Manager {
  /// Whether every cache holds its first list, so that the process is ready to serve.
  public var isReady: Bool { informers.allSatisfy { $0.isSynced() } }
  private var informers: [WatchedCache] { parts.withLock { $0.informers } }

  /// The problems of this process, one sentence for each.
  public var problems: [String] {
    let late = parts.withLock { $0.late }
    return late + informers.compactMap(\.hang) + [pulse.problem.map { "scheduling: \($0)" }].compactMap { $0 }
  }

  /// Answers `/metrics`, `/healthz` and `/readyz`; nil for any other path.
  ///
  ///     path      503 while                                       so that
  ///     /healthz  a loop or the task scheduler hangs, or a        the kubelet restarts the process, where only
  ///               part was added after `run`                      a restart helps
  ///     /readyz   a cache has never been filled                   a rollout stops at a version that cannot read its
  ///                                                               kinds
  ///
  /// A replica without the Lease is as ready as the leader: its caches are filled, so it can take over at once.
  /// Otherwise no rollout with two replicas would end, and a disruption budget would count the standby as down. Use an
  /// alert on `leader_election_master_status` to see whether any replica leads.
  ///
  /// Once the caches are filled, neither path fails because the API server does not answer or a permission is missing:
  /// a restart would not help, and a leader continues with what it knows. `/readyz` stays 200 and names each informer
  /// that has failed for more than five minutes; an idle one is not a failure. For alerts there are
  /// `informer_failures_total` and `informer_seconds_since_last_event`.
  public func response(path: String) -> EndpointResponse? {
    switch path {
    case "/healthz": return Self.verdict(problems)
    case "/readyz":
      let missing = informers.filter { !$0.isSynced() }
      guard missing.isEmpty else { return Self.verdict(missing.map(\.gap)) }
      return EndpointResponse(text: (["ok"] + informers.compactMap(\.failure)).joined(separator: "\n") + "\n")
    case "/metrics":
      return EndpointResponse(contentType: MetricsRegistry.contentType, body: Array(registry.exposition().utf8))
    default: return nil
    }
  }

  private static func verdict(_ problems: [String]) -> EndpointResponse {
    problems.isEmpty
      ? EndpointResponse(text: "ok\n") : EndpointResponse(503, text: problems.joined(separator: "\n") + "\n")
  }

  /// Serves `/metrics`, `/healthz` and `/readyz` from before the caches start until after they stop.
  /// - Parameter address: IPv4 or IPv6 literal; `::` also accepts IPv4.
  /// - Throws: if the address is invalid or in use.
  /// - Returns: the port, of interest if 0 was asked for.
  @discardableResult
  public func serve(address: String = "::", port: UInt16) throws(EndpointError) -> UInt16 {
    let server = try HTTPServer(address: address, port: port) { [weak self] request in
      self?.response(path: request.path)
        ?? EndpointResponse(404, text: "there are /metrics, /healthz and /readyz\n")
    }
    addServer {
      await Self.untilCancelled()
      await server.stop()
    }
    return server.port
  }

  private static func untilCancelled() async {
    let never = Latch()
    await never.wait()
  }
}
