internal import Foundations
internal import Gateway

/// The state, clock, log and folders that every part of the agent shares.
final class AgentContext: Sendable {
  let log: Logger
  let time: any TimeSource
  let runtime: RuntimeDirectory
  private let shared: Locked<Shared>
  private let listeners = Locked<[Wakeup]>([])
  private let liveness: Locked<Liveness>

  private struct Shared {
    var state: AgentState
    /// Grows with each change that is more than a count.
    var generation = 0
  }

  init(log: Logger, time: any TimeSource, runtime: RuntimeDirectory) {
    self.log = log
    self.time = time
    self.runtime = runtime
    shared = Locked(Shared(state: AgentState(now: time.timestamp)))
    liveness = Locked(Liveness())
  }

  func read<Result: Sendable>(_ body: (AgentState) -> Result) -> Result { shared.withLock { body($0.state) } }
  var snapshot: AgentState { shared.withLock { $0.state } }
  /// Differs after each change that wakes listeners, so that values derived from the state can be kept until then.
  var generation: Int { shared.withLock { $0.generation } }

  /// Changes the state and wakes those who act on it. A change without effect wakes nobody, because those who act on a
  /// state also write to it.
  func update(_ body: (inout AgentState) -> Void) {
    struct Change {
      var from: GatewayStatus.TunnelState
      var to: GatewayStatus.TunnelState
      var failure: DaemonFailure?
      var handOver: IPv4Address?
      var handOverChanged: Bool
      var isNews: Bool
    }
    let now = time.timestamp
    let change: Change = shared.withLock { shared in
      let former = shared.state
      body(&shared.state)
      _ = shared.state.settle(now: now)
      let state = shared.state
      if state.handOver != former.handOver, state.handOver != nil { shared.state.measures.failovers &+= 1 }
      let isNews = shared.state != former
      if isNews { shared.generation &+= 1 }
      return Change(
        from: former.reportedState,
        to: state.reportedState,
        failure: state.tunnel.failure,
        handOver: state.handOver,
        handOverChanged: state.handOver != former.handOver,
        isNews: isNews
      )
    }
    if change.from != change.to {
      let fields: KeyValuePairs<String, Logger.Value> = [
        "from": .string(change.from.rawValue), "to": .string(change.to.rawValue),
        "reason": .string(change.failure?.kind.rawValue ?? ""), "error": .string(change.failure?.words ?? ""),
      ]
      change.to == .failed ? log.warning("tunnel changed state", fields) : log.info("tunnel changed state", fields)
    }
    if change.handOverChanged {
      if let sibling = change.handOver {
        log.warning("new connections were handed over", ["sibling": .string(sibling.description)])
      } else if read({ $0.tunnel.isServing }) {
        log.info("new connections take this gateway's own tunnel again")
      } else {
        log.warning("no sibling is ready any more; new connections wait for this gateway's own tunnel")
      }
    }
    guard change.isNews else { return }
    for listener in listeners.withLock({ $0 }) { listener.signal() }
  }

  /// Counts something without waking anybody.
  func count(_ body: (inout Measures) -> Void) { shared.withLock { body(&$0.state.measures) } }
  /// Stores the daemon's byte counters without waking anybody.
  func counted(received: Int64, sent: Int64) {
    shared.withLock { $0.state.tunnel.counted(received: received, sent: sent) }
  }

  /// A wakeup that is signalled after each change.
  func listen() -> Wakeup {
    let wakeup = Wakeup()
    listeners.withLock { $0.append(wakeup) }
    return wakeup
  }

  /// Each loop calls this at least every 15 s.
  func beat(_ loop: String) {
    let now = time.now
    liveness.withLock { $0.beat(loop, now: now) }
  }

  /// The loops that have not called `beat` for a minute.
  func stalled() -> [String] {
    let now = time.now
    return liveness.withLock { $0.stalled(now: now) }
  }
}
