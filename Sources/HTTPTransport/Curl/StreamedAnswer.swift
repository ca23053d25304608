internal import Foundations

/// An answer whose body is passed on as it arrives: the loop adds chunks, and one task takes them.
///
///     loop                              task
///     head(…)                       →   head()
///     receive(…): taken             →   next() → everything that waits, as one chunk
///     receive(…): full, loop pauses →   next() → chunk, and tells the loop to resume
///     finish(nil)                   →   next() → the rest, then nil
///     finish(error)                 →   next() → the rest, then the error
final class StreamedAnswer: Sendable {
  enum Receipt: Sendable { case taken, full }
  struct Chunk: Sendable {
    var bytes: [UInt8]?
    /// Whether the loop had paused the transfer and must resume it.
    var resumesTransfer: Bool
  }
  private struct State: Sendable {
    var head: HTTPResponseHead?
    var buffer: [UInt8] = []
    var paused = false
    var end: Result<Void, TransportError>?
    var headWaiter: CheckedContinuation<Void, Never>?
    /// Resumed with true when there is something to read.
    var chunkWaiter: CheckedContinuation<Bool, Never>?
  }
  private let state = Locked(State())
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  func awaitHead(_ continuation: CheckedContinuation<Void, Never>) { state.withLock { $0.headWaiter = continuation } }

  // Called by the loop.

  func receive(head: HTTPResponseHead) {
    let waiter = state.withLock { state in
      state.head = state.head ?? head
      defer { state.headWaiter = nil }
      return state.headWaiter
    }
    waiter?.resume()
  }

  /// `full` means that nothing was taken: offer the same bytes again after a resume.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Receipt {
    let (receipt, waiter) = state.withLock { state -> (Receipt, CheckedContinuation<Bool, Never>?) in
      guard state.buffer.count < limit else {
        state.paused = true
        return (.full, nil)
      }
      state.buffer.append(contentsOf: bytes)
      defer { state.chunkWaiter = nil }
      return (.taken, state.chunkWaiter)
    }
    waiter?.resume(returning: true)
    return receipt
  }

  func finish(_ error: TransportError?) {
    let (head, chunk) = state.withLock { state in
      if state.end == nil { state.end = error.map { .failure($0) } ?? .success(()) }
      defer { (state.headWaiter, state.chunkWaiter) = (nil, nil) }
      return (state.headWaiter, state.chunkWaiter)
    }
    head?.resume()
    chunk?.resume(returning: true)
  }

  // Called by the reader.

  func head() throws(TransportError) -> HTTPResponseHead {
    let (head, end) = state.withLock { ($0.head, $0.end) }
    if let head { return head }
    try end?.get()
    throw .lost
  }

  /// Suspends until a chunk, the end or an error has arrived.
  func next() async throws(TransportError) -> Chunk {
    while true {
      if let chunk = try take() { return chunk }
      let alone = await withCheckedContinuation { continuation in
        enum Turn { case wait, look, refuse }
        let turn = state.withLock { state -> Turn in
          if !state.buffer.isEmpty || state.end != nil { return .look }
          if state.chunkWaiter != nil { return .refuse }
          state.chunkWaiter = continuation
          return .wait
        }
        if turn != .wait { continuation.resume(returning: turn == .look) }
      }
      guard alone else {
        throw TransportError(.invalidRequest, "two tasks read one body at the same time", mayHaveBeenProcessed: true)
      }
    }
  }

  private func take() throws(TransportError) -> Chunk? {
    let (bytes, resumes, end) = state.withLock { state -> ([UInt8], Bool, Result<Void, TransportError>?) in
      defer { (state.buffer, state.paused) = ([], false) }
      return (state.buffer, state.paused, state.end)
    }
    if !bytes.isEmpty { return Chunk(bytes: bytes, resumesTransfer: resumes) }
    guard let end else { return nil }
    try end.get()
    return Chunk(bytes: nil, resumesTransfer: false)
  }
}

/// Keeps a transfer alive for its reader. The transfer ends when the last reference is released.
final class StreamLease: Sendable {
  private let transport: CurlTransport
  private let mailbox: CurlMailbox
  private let ticket: CurlTicket
  private let answer: StreamedAnswer

  init(transport: CurlTransport, mailbox: CurlMailbox, ticket: CurlTicket, answer: StreamedAnswer) {
    self.transport = transport
    self.mailbox = mailbox
    self.ticket = ticket
    self.answer = answer
  }

  deinit { mailbox.cancel(ticket) }

  func next() async throws(TransportError) -> [UInt8]? {
    let result: Result<StreamedAnswer.Chunk, TransportError> = await withTaskCancellationHandler {
      do throws(TransportError) { return .success(try await answer.next()) } catch { return .failure(error) }
    } onCancel: {
      mailbox.cancel(ticket)
    }
    let chunk = try result.get()
    if chunk.resumesTransfer { mailbox.post(.resume(ticket.id)) }
    return chunk.bytes
  }
}
