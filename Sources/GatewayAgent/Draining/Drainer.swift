internal import Foundations
internal import Gateway
internal import Glibc

/// Keeps a gateway running after SIGTERM for its established connections. New ones go to its siblings, or where the
/// cluster sends them. Runs on the main thread.
struct Drainer {
  let context: AgentContext
  /// How long draining may take, in seconds; 0: the gateway does not drain.
  let seconds: Int
  /// Where the pod's annotations are mounted.
  let podInformation: String

  /// The operator sets it on the pods of a suspended or deleted connection, which do not drain.
  static let disconnectAnnotation = "cloudlinker.dev/disconnect"

  /// Returns when there is nothing left to wait for, or when the next of `signals` has come.
  func run(until signals: sigset_t) {
    guard seconds > 0, !isDisconnected, context.read({ $0.isReady || $0.handOver != nil }) else { return }
    let limit = Duration.seconds(seconds)
    var progress = DrainProgress(began: context.time.now, limit: limit)
    let until = context.time.timestamp.advanced(by: limit)
    // Counted before the update, which holds the lock that counting takes.
    let first = connections
    context.update { $0.drain = AgentState.Drain(until: until, connections: first) }
    context.log.info("draining", ["seconds": .int(seconds), "until": .string(until.description)])
    var signals = signals
    while true {
      var pause = timespec(tv_sec: Int(DrainProgress.period.components.seconds), tv_nsec: 0)
      if sigtimedwait(&signals, nil, &pause) > 0 {
        context.log.info("asked again to end: ending at once")
        return
      }
      let (count, now) = (connections, context.time.now)
      if progress.isOver(connections: count, now: now) || isDisconnected {
        context.log.info("drained", ["connections": .string(count.map(String.init) ?? "unknown")])
        return
      }
      if count != context.read({ $0.drain?.connections }), progress.isReportDue(now: now) {
        context.update { $0.drain?.connections = count }
      }
    }
  }

  /// Established connections; nil if they cannot be counted.
  private var connections: Int? {
    let (forwarding, siblings, isUp, copied) = context.read {
      ($0.forwarding, $0.siblings, $0.tunnel.link != nil, Int($0.measures.copiedConnections))
    }
    guard forwarding == .kernel else { return copied }
    let result = Command.run("conntrack", EstablishedConnections.listing)
    guard result.succeeded else { return nil }
    return EstablishedConnections.count(ofListing: result.output, siblings: siblings, isTunnelUp: isUp)
  }

  private var isDisconnected: Bool {
    Self.isDisconnected(FileSystem.text("\(podInformation)/annotations") ?? "")
  }

  /// - Parameter annotations: as the downward API writes them, one `key="value"` a line.
  static func isDisconnected(_ annotations: String) -> Bool {
    annotations.split(separator: "\n").contains { $0.hasPrefix("\(disconnectAnnotation)=") }
  }
}
