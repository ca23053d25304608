internal import Foundations
public import HTTPTransport

/// A server in memory: a closure answers each request.
///
///     let transport = InMemoryTransport { request in
///       request.method == "GET" ? .whole(.json(#"{"kind":"Pod"}"#)) : .whole(.json("{}", status: 405))
///     }
public final class InMemoryTransport: Transport {
  public enum Answer: Sendable {
    case whole(HTTPResponse)
    /// The test keeps the feed and sends through it.
    case streamed(BodyFeed, status: Int = 200, headers: HTTPHeaders = [:])
    /// No answer.
    case failure(TransportError)
  }
  private let respond: @Sendable (HTTPRequest) async -> Answer
  private let log = Locked<[HTTPRequest]>([])

  public init(_ respond: @escaping @Sendable (HTTPRequest) async -> Answer) { self.respond = respond }

  /// What was asked so far, in order.
  public var requests: [HTTPRequest] { log.withLock { $0 } }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let response = try await stream(request)
    var body: [UInt8] = []
    while let chunk = try await response.body.next() { body += chunk }
    return HTTPResponse(head: response.head, body: body)
  }

  public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    log.withLock { $0.append(request) }
    let answer = await respond(request)
    guard !Task.isCancelled else { throw .readerCancelled }
    switch answer {
    case .failure(let error): throw error
    case .whole(let response): return HTTPStreamingResponse(head: response.head, body: .whole(response.body))
    case .streamed(let feed, let status, let headers):
      return HTTPStreamingResponse(head: HTTPResponseHead(status: status, headers: headers), body: feed.body)
    }
  }
}

extension HTTPBody {
  /// A body that is all there: one chunk, or none.
  public static func whole(_ bytes: [UInt8]) -> HTTPBody {
    let feed = BodyFeed()
    if !bytes.isEmpty { feed.send(bytes) }
    feed.finish()
    return feed.body
  }
}

extension HTTPResponse {
  /// JSON text as a server sends it.
  public static func json(_ text: String, status: Int = 200, headers: HTTPHeaders = [:]) -> HTTPResponse {
    var headers = headers
    if headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
    return HTTPResponse(head: HTTPResponseHead(status: status, headers: headers), body: Array(text.utf8))
  }
}
