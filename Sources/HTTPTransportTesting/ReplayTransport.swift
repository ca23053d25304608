internal import Foundations
public import HTTPTransport

/// Answers from a recording. Each exchange is used once: a request gets the first unused one with its method, URL and
/// body, so that polling sees the states in the order in which they were recorded.
public final class ReplayTransport: Transport {
  private let left: Locked<[RecordedExchange]>

  public init(_ exchanges: [RecordedExchange]) { left = Locked(exchanges) }

  /// What has not been asked for yet; empty at the end of a faithful replay.
  public var unused: [RecordedExchange] { left.withLock { $0 } }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let exchange = try take(request)
    if let error = Self.error(exchange) { throw error }
    return HTTPResponse(head: Self.head(exchange), body: exchange.responseBody.bytes)
  }

  public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    let exchange = try take(request)
    let error = Self.error(exchange)
    if let error, exchange.status == nil { throw error }
    let feed = BodyFeed()
    if !exchange.responseBody.bytes.isEmpty { feed.send(exchange.responseBody.bytes) }
    if let error { feed.fail(error) } else { feed.finish() }
    return HTTPStreamingResponse(head: Self.head(exchange), body: feed.body)
  }

  private func take(_ request: HTTPRequest) throws(TransportError) -> RecordedExchange {
    let found = left.withLock { left -> RecordedExchange? in
      let index = left.firstIndex { exchange in
        exchange.method == request.method && exchange.url == request.url && exchange.requestBody?.bytes == request.body
      }
      return index.map { left.remove(at: $0) }
    }
    guard let found else {
      throw TransportError(
        .invalidRequest,
        "the recording has no unused \(request.method) \(request.url) with this body",
        mayHaveBeenProcessed: false
      )
    }
    return found
  }

  private static func head(_ exchange: RecordedExchange) -> HTTPResponseHead {
    var headers = HTTPHeaders()
    for field in exchange.responseHeaders { headers.add(field.name, field.value) }
    return HTTPResponseHead(status: exchange.status ?? 0, headers: headers)
  }

  private static func error(_ exchange: RecordedExchange) -> TransportError? {
    guard let name = exchange.error else { return nil }
    let kind = TransportError.Kind(rawValue: name) ?? .reset
    return TransportError(kind, "recorded: \(name)", mayHaveBeenProcessed: exchange.status != nil || kind != .connect)
  }
}
