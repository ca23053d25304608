internal import Foundations
public import HTTPEndpoint
internal import Kubernetes

/// An informer as `Manager` sees it, whatever its kind.
struct WatchedCache: Sendable {
  let identity: ObjectIdentifier
  /// Kind and scope.
  let name: String
  let isSynced: @Sendable () -> Bool
  let wait: Manager.Runnable
  private let lastBeat: @Sendable () -> ContinuousClock.Instant
  private let time: any TimeSource

  init<Object: Resource>(_ informer: Informer<Object>, _ time: any TimeSource) {
    identity = ObjectIdentifier(informer)
    name = informer.name
    isSynced = { informer.hasSynced }
    wait = { await informer.waitForSync() }
    lastBeat = { informer.lastBeat }
    self.time = time
  }

  /// A watch's loop does something at least every 75 s of silence plus a delay of 30 s; with room to spare.
  static let longestPause: Duration = .seconds(300)

  /// Nil: fine.
  var problem: String? {
    let pause = lastBeat().duration(to: time.now)
    return pause > Self.longestPause ? "watch of \(name): did nothing for \(pause.components.seconds) s" : nil
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
  private var unsynced: [String] { parts.withLock { $0.informers }.filter { !$0.isSynced() }.map(\.name) }

  /// What is wrong with this process, a sentence each; empty when nothing is.
  public var problems: [String] {
    let (informers, late) = parts.withLock { ($0.informers, $0.late) }
    return late + informers.compactMap(\.problem) + [pulse.problem.map { "scheduling: \($0)" }].compactMap { $0 }
  }

  /// Answers `/metrics`, `/healthz` and `/readyz`; nil for any other path.
  public func response(path: String) -> EndpointResponse? {
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
