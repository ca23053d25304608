public import Foundations
public import HTTPTransport

/// Another transport with things going wrong, exactly when a test says so.
///
///     let faults = FaultTransport(real)
///     faults.inject(.loseAnswer, on: { $0.method == "POST" }, skipping: 2, times: 1)   // the third POST
///     faults.inject(.answer(status: 429, retryAfter: "1"), times: 5)                    // the next five requests
public final class FaultTransport: Transport {
  public enum Fault: Sendable, Hashable {
    /// The server never hears of the request.
    case drop(TransportError.Kind = .connect)
    /// The server acts, and its answer is lost: a reset that may have been processed.
    case loseAnswer
    /// The process crashes: the server acts on the request if it was sent, and no request gets through afterwards until
    /// `clear`.
    case crash(isSent: Bool)
    /// Something in front of the server answers in its place.
    case answer(status: Int, retryAfter: String? = nil)
    /// The request waits before it is sent.
    case delay(Duration)
    /// The body breaks off with a reset.
    case cutBody(afterBytes: Int)
    /// The body stops coming: `.idle` after the request's idle limit, else silence until the reader is cancelled.
    case silenceBody(afterBytes: Int)
  }
  public typealias Predicate = @Sendable (HTTPRequest) -> Bool

  private struct Rule: Sendable {
    var fault: Fault
    var applies: Predicate
    var skip: Int
    var left: Int
  }
  private struct State: Sendable {
    var rules: [Rule] = []
    var injected: [Fault] = []
    var seen = 0
    var hasCrashed = false
  }
  private let base: any Transport
  private let time: any TimeSource
  private let state = Locked(State())

  public init(_ base: any Transport, time: any TimeSource = SystemTimeSource()) {
    self.base = base
    self.time = time
  }

  /// Adds a rule. The first rule that applies to a request, and is past its skips, acts; a request meets one at most.
  /// - Parameters:
  ///   - applies: every request, by default.
  ///   - skip: so many requests to which the rule applies go through first.
  ///   - times: how often the fault happens; afterwards the rule is spent.
  public func inject(
    _ fault: Fault,
    on applies: @escaping Predicate = { _ in true },
    skipping skip: Int = 0,
    times: Int = 1
  ) {
    state.withLock { $0.rules.append(Rule(fault: fault, applies: applies, skip: skip, left: times)) }
  }

  /// Forgets every rule, and starts the process again if it has crashed.
  public func clear() {
    state.withLock { state in
      state.rules = []
      state.hasCrashed = false
    }
  }

  /// Whether a `crash` happened since the last `clear`.
  public var hasCrashed: Bool { state.withLock { $0.hasCrashed } }

  /// The faults that happened, in order.
  public var injected: [Fault] { state.withLock { $0.injected } }

  /// The requests that came, with a fault or without.
  public var requestCount: Int { state.withLock { $0.seen } }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    switch fault(for: request) {
    case nil: return try await base.send(request)
    case .delay(let duration)?:
      try await wait(duration)
      return try await base.send(request)
    case .cutBody?, .silenceBody?:
      // Seen from a caller that waits for all of it, the answer was lost.
      _ = try await base.send(request)
      throw Self.lost
    case let fault?: return try await answer(request, fault)
    }
  }

  public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    switch fault(for: request) {
    case nil: return try await base.stream(request)
    case .delay(let duration)?:
      try await wait(duration)
      return try await base.stream(request)
    case .cutBody(let bytes)?: return try await broken(request, after: bytes, isSilent: false)
    case .silenceBody(let bytes)?: return try await broken(request, after: bytes, isSilent: true)
    case let fault?:
      let response = try await answer(request, fault)
      return HTTPStreamingResponse(head: response.head, body: .whole(response.body))
    }
  }

  private func fault(for request: HTTPRequest) -> Fault? {
    state.withLock { state in
      guard !state.hasCrashed else { return .crash(isSent: false) }
      state.seen += 1
      for index in state.rules.indices where state.rules[index].left > 0 && state.rules[index].applies(request) {
        if state.rules[index].skip > 0 {
          state.rules[index].skip -= 1
          continue
        }
        state.rules[index].left -= 1
        let fault = state.rules[index].fault
        state.injected.append(fault)
        if case .crash = fault { state.hasCrashed = true }
        return fault
      }
      return nil
    }
  }

  private func answer(_ request: HTTPRequest, _ fault: Fault) async throws(TransportError) -> HTTPResponse {
    switch fault {
    case .drop(let kind):
      throw TransportError(kind, "injected: the request was not sent", mayHaveBeenProcessed: false)
    case .answer(let status, let retryAfter):
      var headers: HTTPHeaders = ["Content-Type": "text/plain"]
      headers["Retry-After"] = retryAfter
      return HTTPResponse(head: HTTPResponseHead(status: status, headers: headers), body: Array("injected\n".utf8))
    case .crash(isSent: false):
      throw TransportError(.connect, "injected: the process crashed", mayHaveBeenProcessed: false)
    case .crash, .loseAnswer, .delay, .cutBody, .silenceBody:
      _ = try await base.send(request)
      throw Self.lost
    }
  }

  private func broken(
    _ request: HTTPRequest,
    after bytes: Int,
    isSilent: Bool
  ) async throws(TransportError) -> HTTPStreamingResponse {
    let response = try await base.stream(request)
    let left = Locked(bytes)
    let (time, idle) = (self.time, request.timeouts.idle)
    let body = HTTPBody { () async throws(TransportError) in
      let rest = left.withLock { $0 }
      guard rest <= 0 else {
        guard let chunk = try await response.body.next() else { return nil }
        left.withLock { $0 -= chunk.count }
        return chunk.count > rest ? Array(chunk.prefix(rest)) : chunk
      }
      guard isSilent else { throw Self.lost }
      // As good as never, for a body without an idle limit.
      do { try await time.sleep(for: idle ?? .seconds(31_536_000)) } catch { throw .readerCancelled }
      throw TransportError(.idle, "injected: the body fell silent", mayHaveBeenProcessed: true)
    }
    return HTTPStreamingResponse(head: response.head, body: body)
  }

  private func wait(_ duration: Duration) async throws(TransportError) {
    do { try await time.sleep(for: duration) } catch {
      throw TransportError(.cancelled, "cancelled before the request was sent", mayHaveBeenProcessed: false)
    }
  }

  private static let lost = TransportError(.reset, "injected: the answer was lost", mayHaveBeenProcessed: true)
}
