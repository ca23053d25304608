internal import CCurl
internal import Foundations

/// Identifies a request to both its task and the loop thread.
struct CurlTicket: Sendable {
  let id: UInt64
  let target: HTTPTarget
  /// Set before the cancel command is posted, so that a cancellation is seen even if it overtakes its own start.
  let cancelled = Locked(false)
}

struct CurlStart: Sendable {
  let ticket: CurlTicket
  let request: HTTPRequest
  let sink: CurlSink
}

/// The destination of an answer.
enum CurlSink: Sendable {
  case whole(WholeAnswer)
  case streamed(StreamedAnswer)

  func fail(_ error: TransportError) {
    switch self {
    case .whole(let answer): answer.finish(.failure(error))
    case .streamed(let answer): answer.finish(error)
    }
  }
}

enum CurlCommand: Sendable {
  case start(CurlStart)
  case cancel(UInt64)
  case resume(UInt64)
  case reload(TLSConfiguration)
  case stop
}

/// Everything that tasks and the loop thread share: commands, in order, and a way to wake the loop.
final class CurlMailbox: Sendable {
  private struct State {
    /// The handle to wake; nil before the loop begins and after it ends.
    var multi: UnsafeMutableRawPointer?
    var closed = false
    var commands: [CurlCommand] = []
  }
  private let state = Locked(State())
  let inFlight = Locked(0)
  let streamLimit: Int

  init(streamLimit: Int) { self.streamLimit = streamLimit }

  /// Called when the loop can be woken by `curl_multi_wakeup`, the only multi function that other threads may call.
  func open(_ multi: UnsafeMutableRawPointer) { state.withLock { $0.multi = multi } }

  /// Afterwards no other thread touches the multi handle. The loop fails the commands that are left.
  func close() -> [CurlCommand] {
    state.withLock { state in
      state.multi = nil
      state.closed = true
      defer { state.commands = [] }
      return state.commands
    }
  }

  func drain() -> [CurlCommand] {
    state.withLock { state in
      guard !state.commands.isEmpty else { return [] }
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// Returns false if the loop has ended.
  @discardableResult
  func post(_ command: CurlCommand) -> Bool {
    state.withLock { state in
      guard !state.closed else { return false }
      state.commands.append(command)
      // Only the first command wakes the loop, which then takes those that follow as well.
      if state.commands.count == 1, let multi = state.multi { curl_multi_wakeup(multi) }
      return true
    }
  }

  func start(_ start: CurlStart) {
    inFlight.withLock { $0 += 1 }
    if !post(.start(start)) { finish(start, .shutDown(start.ticket.target)) }
  }

  func cancel(_ ticket: CurlTicket) {
    ticket.cancelled.withLock { $0 = true }
    post(.cancel(ticket.id))
  }

  /// Ends a request that never reached libcurl.
  func finish(_ start: CurlStart, _ error: TransportError) {
    inFlight.withLock { $0 -= 1 }
    start.sink.fail(error)
  }
}

extension TransportError {
  static func shutDown(_ target: HTTPTarget) -> TransportError {
    TransportError(.cancelled, "\(target.authority): the transport was shut down", mayHaveBeenProcessed: false)
  }
  static func cancelled(_ target: HTTPTarget, sent: Bool) -> TransportError {
    TransportError(.cancelled, "\(target.authority): the request was cancelled", mayHaveBeenProcessed: sent)
  }
}
