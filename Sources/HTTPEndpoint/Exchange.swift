internal import CMicroHTTPD
internal import Foundations

/// One request in progress. libmicrohttpd's thread and the handler's task meet here.
final class Exchange: Sendable {
  private struct State {
    var isStarted = false
    var answer: EndpointResponse?
    var task: Task<Void, Never>?
  }
  private let state = Locked(State())

  /// True the first time.
  func start() -> Bool {
    state.withLock { state in
      defer { state.isStarted = true }
      return !state.isStarted
    }
  }
  func set(_ answer: EndpointResponse) { state.withLock { $0.answer = answer } }
  var answer: EndpointResponse? { state.withLock { $0.answer } }
  func keep(_ task: Task<Void, Never>) { state.withLock { $0.task = task } }
  func cancel() { state.withLock { $0.task }?.cancel() }
}

/// A suspended connection. Resuming it is allowed from any thread.
struct SuspendedConnection: @unchecked Sendable {
  let connection: OpaquePointer
  func resume() { MHD_resume_connection(connection) }
}

/// What the callbacks of one daemon share. libmicrohttpd aborts the process if it is stopped while a connection is
/// suspended, so they are counted, and none is suspended once the endpoint closes.
final class ExchangeRegister: Sendable {
  private struct State {
    var inFlight: [ObjectIdentifier: Exchange] = [:]
    var isClosing = false
  }
  private let state = Locked(State())
  let handle: @Sendable (EndpointRequest) async -> EndpointResponse

  init(handle: @escaping @Sendable (EndpointRequest) async -> EndpointResponse) { self.handle = handle }

  /// False when the endpoint closes: answer at once.
  func begin(_ exchange: Exchange) -> Bool {
    state.withLock { state in
      guard !state.isClosing else { return false }
      state.inFlight[ObjectIdentifier(exchange)] = exchange
      return true
    }
  }
  func end(_ exchange: Exchange) { state.withLock { _ = $0.inFlight.removeValue(forKey: ObjectIdentifier(exchange)) } }

  /// Lets no further request in, and tells the handlers of those that are in to hurry.
  func close() {
    let exchanges = state.withLock { state in
      state.isClosing = true
      return Array(state.inFlight.values)
    }
    for exchange in exchanges { exchange.cancel() }
  }
  var isEmpty: Bool { state.withLock { $0.inFlight.isEmpty } }
  var isClosing: Bool { state.withLock { $0.isClosing } }
}
