internal import CMicroHTTPD
internal import Foundations

/// One request: libmicrohttpd's thread collects it and suspends the connection, a task answers, and libmicrohttpd's
/// thread, resumed, sends the answer.
///
/// State that only libmicrohttpd's thread uses is outside the lock.
final class Exchange: @unchecked Sendable {
  private struct State: Sendable {
    var response: EndpointResponse?
    var task: Task<Void, Never>?
  }
  private let connection: OpaquePointer
  private let core: ServerCore
  private let state = Locked(State())
  var body: [UInt8] = []
  /// Bytes of a body that is too large; they are read and dropped so that the client sees the answer.
  var dropped = 0
  private(set) var isDispatched = false

  init(connection: OpaquePointer, core: ServerCore) {
    self.connection = connection
    self.core = core
  }

  /// The answer; nil until there is one.
  var response: EndpointResponse? { state.withLock { $0.response } }

  /// Suspends the connection and starts the handler. Only libmicrohttpd's thread may call it, so that the daemon cannot
  /// be stopped between the two.
  func dispatch(_ request: EndpointRequest) {
    isDispatched = true
    MHD_suspend_connection(connection)
    guard core.suspended(self) else { return answer(.stopping) }
    let task = Task { self.answer(await self.core.handler(request)) }
    let waits = state.withLock { state in
      if state.response == nil { state.task = task }
      return state.response == nil
    }
    if waits, core.isCancelling { task.cancel() }
  }

  /// Stores the first answer and ignores others. Resumes the connection; only then may the daemon be stopped.
  func answer(_ response: EndpointResponse) {
    let first = state.withLock { state in
      guard state.response == nil else { return false }
      state.response = response
      state.task = nil
      return true
    }
    guard first else { return }
    MHD_resume_connection(connection)
    core.resumed(self)
  }

  func cancelHandler() { state.withLock { $0.task }?.cancel() }
}

extension EndpointResponse {
  static let stopping = EndpointResponse(503, text: "stopping\n")
}
