internal import Cloud
public import Foundations

/// Paces the requests to one network at Twingate. All clients of the network share it.
///
/// Twingate's documentation allows 60 reads and 20 writes a minute and does not say how it measures the minute. So no 60 s
/// have more than that, wherever they begin. A budget that was not used for a minute lets 60 reads and 20 writes go at
/// once, and the next only a minute later.
public final class TwingateBudget: Sendable {
  private struct State {
    var windows: [RequestKind: RequestWindow]
    var waiters: [RequestWindow.Ticket: CheckedContinuation<Void, any Error>] = [:]
    var cancelled: Set<RequestWindow.Ticket> = []
    var alarm: [RequestKind: ContinuousClock.Instant] = [:]
    var tickets = 0
  }
  private let state: Locked<State>
  private let time: any TimeSource

  /// - Parameters:
  ///   - reads, writes: how many requests of each kind may be sent in any `length`.
  ///   - length: default 60 s, and half a second for requests that overtake each other on the way.
  public init(
    reads: Int = 60,
    writes: Int = 20,
    length: Duration = .milliseconds(60_500),
    time: any TimeSource = SystemTimeSource()
  ) {
    self.time = time
    state = Locked(
      State(windows: [
        .read: RequestWindow(limit: reads, length: length), .write: RequestWindow(limit: writes, length: length),
      ])
    )
  }

  /// About how long a request that arrived now would wait.
  public func expectedWait(_ kind: RequestKind, _ lane: Lane) -> Duration {
    state.withLock { $0.windows[kind]?.expectedWait(lane, now: time.now) ?? .zero }
  }

  /// Holds back requests of this kind for so long, because Twingate asked for it.
  func pause(_ kind: RequestKind, for duration: Duration) {
    state.withLock { $0.windows[kind]?.pause(until: time.now.advanced(by: duration)) }
  }

  /// Runs `send` when it is its turn.
  /// - Parameter patience: a longer wait does not begin, so that no worker is blocked; the caller tries again later.
  /// - Throws: `.throttled` with the time to wait, and nothing was sent; or what `send` throws.
  func withTurn<Answer: Sendable>(
    _ kind: RequestKind,
    _ lane: Lane,
    patience: Duration,
    operation: String,
    _ send: () async throws(CloudError) -> Answer
  ) async throws(CloudError) -> Answer {
    let wait = expectedWait(kind, lane)
    guard wait <= patience else {
      let message = "the budget of \(kind.rawValue)s is used up for \(wait.components.seconds) s"
      throw CloudError(.throttled, operation: operation, message: message, retryAfter: wait)
    }
    do { try await turn(kind, lane) } catch {
      throw CloudError(.transport, operation: operation, message: "cancelled while waiting for the request budget")
    }
    defer {
      state.withLock { $0.windows[kind]?.answered(now: time.now) }
      pump(kind)
    }
    return try await send()
  }

  private func turn(_ kind: RequestKind, _ lane: Lane) async throws {
    let ticket = state.withLock { state in
      state.tickets += 1
      return RequestWindow.Ticket(lane: lane, number: state.tickets)
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let isCancelled = state.withLock { state in
          if state.cancelled.remove(ticket) != nil { return true }
          state.waiters[ticket] = continuation
          state.windows[kind]?.enqueue(ticket)
          return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) } else { pump(kind) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
        guard let waiter = state.waiters.removeValue(forKey: ticket) else {
          state.cancelled.insert(ticket)
          return nil
        }
        state.windows[kind]?.withdraw(ticket)
        return waiter
      }
      waiter?.resume(throwing: CancellationError())
    }
    state.withLock { _ = $0.cancelled.remove(ticket) }
  }

  /// Resumes the callers that may send now, and sets an alarm for the next.
  private func pump(_ kind: RequestKind) {
    let now = time.now
    let (admitted, alarm) = state.withLock { state in
      let tickets = state.windows[kind]?.admit(now: now) ?? []
      let admitted = tickets.compactMap { state.waiters.removeValue(forKey: $0) }
      var alarm = state.windows[kind]?.nextOpening(now: now)
      if let next = alarm, let set = state.alarm[kind], set <= next, set > now { alarm = nil }
      if let alarm { state.alarm[kind] = alarm }
      return (admitted, alarm)
    }
    for waiter in admitted { waiter.resume() }
    guard let alarm else { return }
    Task { [weak self, time] in
      try? await time.sleep(until: alarm)
      self?.pump(kind)
    }
  }
}
