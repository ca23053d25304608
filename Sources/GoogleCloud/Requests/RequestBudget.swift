public import Foundations
public import HTTPTransport

/// A token bucket in front of a transport: no more than so many requests a second, with bursts. Requests beyond it
/// wait, each for its own turn. Compute Engine allows 1500 queries a minute to a project and region
/// (https://cloud.google.com/compute/api-quota), shared by everything in the project; the default takes a sixth.
public final class RequestBudget: Transport {
  private struct State: Sendable {
    var tokens: Double
    var at: ContinuousClock.Instant
  }
  private let base: any Transport
  private let perSecond: Double
  private let burst: Double
  private let time: any TimeSource
  private let state: Locked<State>

  public init(
    _ base: any Transport,
    perSecond: Double = 4,
    burst: Int = 20,
    time: any TimeSource = SystemTimeSource()
  ) {
    self.base = base
    self.perSecond = max(perSecond, 0.01)
    self.burst = Double(max(burst, 1))
    self.time = time
    state = Locked(State(tokens: Double(max(burst, 1)), at: time.now))
  }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    try await turn()
    return try await base.send(request)
  }

  public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    try await turn()
    return try await base.stream(request)
  }

  /// The bucket may go below zero: whoever takes it there waits until it would be full enough again.
  private func turn() async throws(TransportError) {
    let now = time.now
    let wait = state.withLock { state -> Duration in
      let refilled = state.tokens + perSecond * (state.at.duration(to: now) / .seconds(1))
      state.tokens = min(burst, refilled) - 1
      state.at = now
      return state.tokens >= 0 ? .zero : .seconds(-state.tokens / perSecond)
    }
    guard wait > .zero else { return }
    do { try await time.sleep(for: wait) } catch {
      throw TransportError(.cancelled, "cancelled while waiting for the request budget", mayHaveBeenProcessed: false)
    }
  }
}
