internal import Foundations

/// The state that the requests of one daemon share: the handler, and a count of requests. The daemon must not be
/// stopped before the count is zero, because libmicrohttpd aborts the process when a daemon stops while one of its
/// connections is suspended.
///
///     phase        new requests   connections        handlers
///     open         answered       are kept           run
///     draining     answered       close after it     run
///     cancelling   answered       close after it     are cancelled
///     closed       503            close after it     have been answered for
final class ServerCore: Sendable {
  enum Phase: Int, Sendable, Comparable {
    case open, draining, cancelling, closed
    static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
  }
  private struct State {
    var phase = Phase.open
    /// Requests, from the first line to the last byte of the answer.
    var active = 0
    var suspended: [ObjectIdentifier: Exchange] = [:]
  }
  let handler: HTTPServer.Handler
  let maxBodyBytes: Int
  /// Used by libmicrohttpd's thread.
  let connections: Locked<ConnectionTable>
  private let state = Locked(State())

  init(_ limits: HTTPServer.Limits, handler: @escaping HTTPServer.Handler) {
    maxBodyBytes = limits.body
    self.handler = handler
    connections = Locked(
      ConnectionTable(
        ConnectionTable.Limits(
          total: Int(max(1, limits.connections)),
          perAddress: Int(limits.connectionsPerAddress),
          receiving: Int64(max(1, limits.request)) * 1000
        )
      )
    )
  }

  var closesConnections: Bool { state.withLock { $0.phase > .open } }
  var isCancelling: Bool { state.withLock { $0.phase >= .cancelling } }
  var activeCount: Int { state.withLock { $0.active } }
  /// Whether a request is running, or a connection exists whose first request has not arrived.
  var isAwaited: Bool { activeCount > 0 || connections.withLock { $0.unasked } > 0 }
  var suspendedCount: Int { state.withLock { $0.suspended.count } }

  func began() { state.withLock { $0.active += 1 } }
  func completed() { state.withLock { $0.active -= 1 } }

  /// A connection was suspended. False: nobody waits for its handler any more, so resume it at once.
  func suspended(_ exchange: Exchange) -> Bool {
    state.withLock { state in
      guard state.phase < .closed else { return false }
      state.suspended[ObjectIdentifier(exchange)] = exchange
      return true
    }
  }

  func resumed(_ exchange: Exchange) {
    state.withLock { _ = $0.suspended.removeValue(forKey: ObjectIdentifier(exchange)) }
  }

  func enter(_ phase: Phase) {
    let suspended = state.withLock { state in
      state.phase = max(state.phase, phase)
      return phase >= .cancelling ? Array(state.suspended.values) : []
    }
    for exchange in suspended {
      exchange.cancelHandler()
      if phase == .closed { exchange.answer(.stopping) }
    }
  }
}
