/// Carries HTTP requests: libcurl in production; memory, recordings or injected faults in tests.
///
/// An answer with any status is an answer; only a missing answer throws.
public protocol Transport: Sendable {
  /// Sends and waits for the whole answer. Cancelling the task abandons the request.
  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
  /// Sends and returns as soon as the head has arrived; the body follows as it arrives.
  func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse
}

/// An answer whose body is still arriving. Dropping it, or cancelling the task that reads it, ends the transfer.
public struct HTTPStreamingResponse: Sendable {
  public var head: HTTPResponseHead
  public var body: HTTPBody
  public init(head: HTTPResponseHead, body: HTTPBody) {
    self.head = head
    self.body = body
  }
}

/// The chunks of a body, in the sizes in which they arrived. Reading slowly slows the sender down (back-pressure).
public struct HTTPBody: Sendable {
  private let read: @Sendable () async throws(TransportError) -> [UInt8]?
  /// - Parameter next: returns the next chunk; nil at the regular end. Called by one task at a time.
  public init(next: @escaping @Sendable () async throws(TransportError) -> [UInt8]?) { read = next }
  /// The next chunk; nil after the regular end of the body.
  public func next() async throws(TransportError) -> [UInt8]? { try await read() }
}

/// Why there is no answer.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    case cancelled, connect, resolve, tls, timeout, idle, reset, proxy, protocolViolation, tooLarge, invalidRequest
  }
  public var kind: Kind
  /// For a person: names the host and the cause, but never a URL's user info, a header or a body.
  public var message: String
  /// Whether the server may have acted on the request before the answer was lost.
  public var mayHaveBeenProcessed: Bool

  public init(_ kind: Kind, _ message: String, mayHaveBeenProcessed: Bool) {
    self.kind = kind
    self.message = message
    self.mayHaveBeenProcessed = mayHaveBeenProcessed
  }
  public var description: String { "\(kind.rawValue): \(message)" }
}
