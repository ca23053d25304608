/// Allows one writer at a time for each key: first come, first served.
///
/// The network provider answers 429 `RetryableErrorDueToAnotherOperation` to two concurrent writes in one virtual
/// network.
actor WriteTurns {
  private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

  func take(_ key: String) async {
    guard waiting[key] != nil else {
      waiting[key] = []
      return
    }
    await withCheckedContinuation { waiting[key, default: []].append($0) }
  }

  func give(_ key: String) {
    guard var queue = waiting[key] else { return }
    guard !queue.isEmpty else { return waiting[key] = nil }
    let next = queue.removeFirst()
    waiting[key] = queue
    next.resume()
  }
}
