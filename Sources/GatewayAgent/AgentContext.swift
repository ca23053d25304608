internal import Foundations
internal import Gateway

/// What every part of the agent is given.
final class AgentContext: Sendable {
  let log: Logger
  let time: any TimeSource
  let runtime: RuntimeDirectory
  private let state: Locked<AgentState>
  private let listeners = Locked<[Wakeup]>([])
  private let beats = Locked<[String: ContinuousClock.Instant]>([:])

  init(log: Logger, time: any TimeSource, runtime: RuntimeDirectory) {
    self.log = log
    self.time = time
    self.runtime = runtime
    state = Locked(AgentState(now: time.timestamp))
  }

  func read<Result: Sendable>(_ body: (AgentState) -> Result) -> Result { state.withLock { body($0) } }
  var snapshot: AgentState { state.withLock { $0 } }

  /// Changes the state, and wakes whoever acts on it. A change that changes nothing wakes nobody: those who act on a
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
    let change: Change = state.withLock { state in
      let former = state
      let (before, handOver) = (state.reportedState, state.handOver)
      body(&state)
      _ = state.settle(now: now)
      if state.handOver != handOver, state.handOver != nil { state.measures.failovers &+= 1 }
      return Change(
        from: before,
        to: state.reportedState,
        failure: state.tunnel.failure,
        handOver: state.handOver,
        handOverChanged: state.handOver != handOver,
        isNews: state != former
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
      } else {
        log.info("new connections take the own tunnel again, or no sibling is ready")
      }
    }
    guard change.isNews else { return }
    for listener in listeners.withLock({ $0 }) { listener.signal() }
  }

  /// Counts something, waking nobody.
  func count(_ body: (inout Measures) -> Void) { state.withLock { body(&$0.measures) } }
  /// Takes the daemon's byte counters over, waking nobody.
  func counted(received: Int64, sent: Int64) {
    state.withLock { $0.tunnel.counted(received: received, sent: sent) }
  }

  /// A wakeup that is signalled after each change.
  func listen() -> Wakeup {
    let wakeup = Wakeup()
    listeners.withLock { $0.append(wakeup) }
    return wakeup
  }

  // MARK: Liveness

  /// To be called by each loop at least every 15 s.
  func beat(_ loop: String) { beats.withLock { $0[loop] = .now } }

  /// The loops that have not been heard of for `limit`.
  func stalled(limit: Duration = .seconds(60)) -> [String] {
    let now = ContinuousClock.now
    return beats.withLock { beats in beats.filter { now - $0.value > limit }.keys.sorted() }
  }
}
