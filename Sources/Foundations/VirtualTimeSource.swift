/// Time that stands still until a test moves it. `advance(by:)` wakes sleepers in the order of their deadlines.
public final class VirtualTimeSource: TimeSource {
  private struct Sleeper {
    var deadline: ContinuousClock.Instant
    var continuation: CheckedContinuation<Void, any Error>
  }
  private struct State {
    var now: ContinuousClock.Instant
    var wall: Timestamp
    var nextID = 0
    var sleepers: [Int: Sleeper] = [:]
    var cancelled: Set<Int> = []
  }
  private let state: Locked<State>

  /// Starts at `wall`; by default 2026-01-01T00:00:00Z.
  public init(wall: Timestamp = Timestamp(seconds: 1_767_225_600)) {
    state = Locked(State(now: .now, wall: wall))
  }

  public var now: ContinuousClock.Instant { state.withLock { $0.now } }
  public var timestamp: Timestamp { state.withLock { $0.wall } }

  /// The number of sleeping tasks. A test waits until its subject sleeps before it moves time.
  public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  /// How long each sleeper still has to sleep, shortest first.
  public var remaining: [Duration] {
    state.withLock { state in state.sleepers.values.map { state.now.duration(to: $0.deadline) }.sorted() }
  }

  public func sleep(until deadline: ContinuousClock.Instant) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        enum Outcome { case wait, done, cancelled }
        let outcome: Outcome = state.withLock { state in
          if state.cancelled.remove(id) != nil { return .cancelled }
          if deadline <= state.now { return .done }
          state.sleepers[id] = Sleeper(deadline: deadline, continuation: continuation)
          return .wait
        }
        switch outcome {
        case .wait: break
        case .done: continuation.resume()
        case .cancelled: continuation.resume(throwing: CancellationError())
        }
      }
    } onCancel: {
      let sleeper = state.withLock { state -> Sleeper? in
        if let sleeper = state.sleepers.removeValue(forKey: id) { return sleeper }
        state.cancelled.insert(id)
        return nil
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Moves both clocks forward and wakes everyone whose deadline has come, earliest first.
  public func advance(by duration: Duration) {
    let due = state.withLock { state -> [Sleeper] in
      state.now = state.now.advanced(by: duration)
      state.wall = state.wall.advanced(by: duration)
      let ids = state.sleepers.filter { $0.value.deadline <= state.now }.sorted {
        $0.value.deadline < $1.value.deadline
      }
      return ids.compactMap { state.sleepers.removeValue(forKey: $0.key) }
    }
    for sleeper in due { sleeper.continuation.resume() }
  }
}
