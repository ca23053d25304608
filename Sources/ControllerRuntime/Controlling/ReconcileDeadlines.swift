internal import Foundations

/// Cancels work that takes longer than a timeout. One task sleeps for all of it: `Task.sleep` keeps its timer until it
/// is due, even when the task is cancelled, so a task for each reconcile would cost 650 bytes during the five minutes
/// of the timeout.
final class ReconcileDeadlines: Sendable {
  private struct State {
    /// Numbers are given in the order in which work began, which is also the order of deadlines.
    var running: [UInt64: (deadline: ContinuousClock.Instant, cancel: @Sendable () -> Void)] = [:]
    var nextID: UInt64 = 0
    var isWatched = false
  }
  let timeout: Duration
  private let time: any TimeSource
  private let state = Locked(State())

  init(timeout: Duration, time: any TimeSource) {
    self.timeout = timeout
    self.time = time
  }

  /// - Parameter cancel: called once if `end` is not called in time.
  func begin(cancel: @escaping @Sendable () -> Void) -> UInt64 {
    let deadline = time.now.advanced(by: timeout)
    let (id, isFirst) = state.withLock { state in
      defer {
        state.nextID &+= 1
        state.isWatched = true
      }
      state.running[state.nextID] = (deadline, cancel)
      return (state.nextID, !state.isWatched)
    }
    if isFirst { watch() }
    return id
  }

  func end(_ id: UInt64) { state.withLock { $0.running[id] = nil } }

  /// Sleeps from one deadline to the next until no work is left.
  private func watch() {
    let time = time
    Task { [weak self] in
      while let next = self?.cancelOverdue() { try? await time.sleep(until: next) }
    }
  }

  /// - Returns: the next deadline; nil if no work is left.
  private func cancelOverdue() -> ContinuousClock.Instant? {
    let now = time.now
    let (overdue, next) = state.withLock { state in
      let overdue = state.running.filter { $0.value.deadline <= now }
      for id in overdue.keys { state.running[id] = nil }
      let next = state.running.values.map(\.deadline).min()
      state.isWatched = next != nil
      return (overdue.values.map(\.cancel), next)
    }
    for cancel in overdue { cancel() }
    return next
  }
}
