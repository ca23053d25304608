/// Waits for what other tasks are about to do; nothing is measured by it.
/// - Parameters:
///   - limit: real time. On a machine that has much else to do a test needs patience; one that hangs tells nothing.
///   - condition: is looked at at once, soon again, then every 50 ms. An error counts as false.
/// - Returns: true as soon as `condition` is, false when it did not come true in time or the task is cancelled.
public func eventually(
  within limit: Duration = .seconds(120),
  isolation: isolated (any Actor)? = #isolation,
  _ condition: () async throws -> Bool
) async -> Bool {
  let deadline = ContinuousClock.now.advanced(by: limit)
  var pause = Duration.microseconds(100)
  for attempt in 0... {
    if (try? await condition()) == true { return true }
    if ContinuousClock.now >= deadline || Task.isCancelled { return false }
    guard attempt >= 20 else {
      await Task.yield()
      continue
    }
    try? await Task.sleep(for: pause)
    pause = min(pause * 2, .milliseconds(50))
  }
  return false
}
