internal import Foundations
public import HTTPEndpoint
internal import Kubernetes

/// One thing that `/healthz` looks at.
struct HealthCheck: Sendable {
  let name: String
  /// Nil: fine; else what is the matter.
  let problem: @Sendable () -> String?

  /// A watch's loop does something at least every 75 s of silence plus a delay of 30 s; with room to spare.
  static let longestPause: Duration = .seconds(300)

  static func beating<Object: Resource>(_ informer: Informer<Object>, kind: String, _ time: any TimeSource) -> Self {
    HealthCheck(name: "watch of \(kind)") {
      let pause = informer.lastBeat.duration(to: time.now)
      return pause > longestPause ? "did nothing for \(pause.components.seconds) s" : nil
    }
  }
}

/// Beats while Swift's cooperative threads have time for it: blocking calls on all of them would stop everything else
/// too.
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
  /// Whether every cache holds its first list: ready to serve.
  public var isReady: Bool { unsynced.isEmpty }
  private var unsynced: [String] { parts.withLock { $0.syncs }.filter { !$0.isSynced() }.map(\.kind) }

  /// What is the matter with this process, in words; empty: nothing.
  public var problems: [String] {
    let checks = parts.withLock { $0.checks } + [HealthCheck(name: "scheduling") { [pulse] in pulse.problem }]
    return checks.compactMap { check in check.problem().map { "\(check.name): \($0)" } }
  }

  /// Answers `/metrics`, `/healthz` and `/readyz`; nil for any other path.
  public func response(path: String, registry: MetricsRegistry) -> EndpointResponse? {
    switch path {
    case "/healthz": Self.verdict(problems)
    case "/readyz": Self.verdict(unsynced.map { "the cache of \($0) is not filled yet" })
    case "/metrics":
      EndpointResponse(contentType: MetricsRegistry.contentType, body: Array(registry.exposition().utf8))
    default: nil
    }
  }

  private static func verdict(_ problems: [String]) -> EndpointResponse {
    problems.isEmpty
      ? EndpointResponse(text: "ok\n") : EndpointResponse(503, text: problems.joined(separator: "\n") + "\n")
  }

  /// Serves `/metrics`, `/healthz` and `/readyz` from before the caches start until after they stop.
  /// - Parameter address: IPv4 or IPv6 literal; `::` also takes IPv4.
  /// - Throws: when the address is none or is taken.
  /// - Returns: the port, of interest when 0 was asked for.
  @discardableResult
  public func serve(address: String = "::", port: UInt16, registry: MetricsRegistry) throws(EndpointError) -> UInt16 {
    let server = try HTTPServer(address: address, port: port) { [weak self] request in
      self?.response(path: request.path, registry: registry)
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
