internal import Foundations
public import HTTPTransport

/// The sending end of a body in memory: a test puts chunks in, the code under test reads them.
public final class BodyFeed: Sendable {
  private struct State: Sendable {
    var chunks: [[UInt8]] = []
    var end: Result<Void, TransportError>?
    var isAbandoned = false
    var reader: CheckedContinuation<Void, Never>?
    var observers: [CheckedContinuation<Void, Never>] = []
  }
  private let state = Locked(State())

  public init() {}

  public func send(_ chunk: [UInt8]) { change { $0.chunks.append(chunk) } }
  public func send(_ text: String) { send(Array(text.utf8)) }
  /// The regular end.
  public func finish() { change { $0.end = $0.end ?? .success(()) } }
  public func fail(_ error: TransportError) { change { $0.end = $0.end ?? .failure(error) } }

  /// True once the reader dropped the body or its task was cancelled.
  public var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

  /// Suspends until the reader has gone.
  public func abandoned() async {
    await withCheckedContinuation { continuation in
      let now = state.withLock { state in
        if !state.isAbandoned { state.observers.append(continuation) }
        return state.isAbandoned
      }
      if now { continuation.resume() }
    }
  }

  /// The receiving end. Hand it out once.
  public var body: HTTPBody {
    let lease = Lease(feed: self)
    return HTTPBody { () async throws(TransportError) in try await lease.feed.next() }
  }

  private final class Lease: Sendable {
    let feed: BodyFeed
    init(feed: BodyFeed) { self.feed = feed }
    deinit { feed.abandon() }
  }

  private func next() async throws(TransportError) -> [UInt8]? {
    while true {
      let (chunk, end) = state.withLock { state -> ([UInt8]?, Result<Void, TransportError>?) in
        if state.isAbandoned { return (nil, .failure(.readerCancelled)) }
        return state.chunks.isEmpty ? (nil, state.end) : (state.chunks.removeFirst(), nil)
      }
      if let chunk { return chunk }
      if let end {
        try end.get()
        return nil
      }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let ready = state.withLock { state in
            let ready = !state.chunks.isEmpty || state.end != nil || state.isAbandoned
            if !ready { state.reader = continuation }
            return ready
          }
          if ready { continuation.resume() }
        }
      } onCancel: {
        abandon()
      }
    }
  }

  private func abandon() {
    let observers = state.withLock { state in
      state.isAbandoned = true
      defer { state.observers = [] }
      return state.observers
    }
    for observer in observers { observer.resume() }
    change { _ in }
  }

  private func change(_ body: (inout State) -> Void) {
    let reader = state.withLock { state in
      body(&state)
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }
}

extension TransportError {
  static let readerCancelled = TransportError(.cancelled, "the reader was cancelled", mayHaveBeenProcessed: true)
}
