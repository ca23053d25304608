import Foundations
import Kubernetes
import TestSupport
import Testing

@testable import ControllerRuntime

/// An informer on virtual time, before a server that the test plays, with everything that it told.
final class WatchedInformer: Sendable {
  let server = ManualServer()
  let time = VirtualTimeSource()
  let informer: Informer<ConfigMap>
  private let told = Locked<[Change<ConfigMap>]>([])
  private let log = Locked<[String]>([])
  private let task: Task<Void, Never>

  /// - Parameter initial: a plain list by default.
  init(
    _ initial: Informer<ConfigMap>.Options.Initial = .list,
    transform: @escaping @Sendable (ConfigMap) -> ConfigMap = { $0 }
  ) {
    var options = Informer<ConfigMap>.Options()
    options.initial = initial
    options.backoff = Backoff(initial: .seconds(1), maximum: .seconds(30), jitter: .none)
    let logger = Logger(level: .warning, time: time) { [log] line in log.withLock { $0.append(line) } }
    let informer = Informer<ConfigMap>(
      client: server,
      options: options,
      time: time,
      logger: logger,
      transform: transform
    )
    self.informer = informer
    informer.onChange { [told] changes in told.withLock { $0 += changes } }
    task = Task { await informer.run() }
  }

  deinit { stop() }

  func stop() {
    task.cancel()
    server.end()
  }

  /// One line a change, oldest first: `+a` added, `~a` changed, `-a` gone, with `?` where it came with a list.
  var changes: [String] {
    told.withLock { $0 }.map { change in
      let sign = change.old == nil ? "+" : change.new == nil ? "-" : "~"
      return sign + (change.object?.key.name ?? "") + (change.isInitial ? "?" : "")
    }
  }

  /// Lines of the log, from warnings on.
  var warnings: [String] { log.withLock { $0 } }

  func toldSoon(_ expected: [String]) async -> Bool { await eventually { self.changes == expected } }

  /// Lists these at version 10; the watch is the next request.
  func listed(_ objects: ConfigMap..., at location: SourceLocation = #_sourceLocation) async {
    await server.expect(.list("0"), .page(objects, version: "10"), at: location)
  }
}
