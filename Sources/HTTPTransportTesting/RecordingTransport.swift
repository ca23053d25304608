internal import Foundations
public import HTTPTransport

/// Another transport, with every exchange written down.
public final class RecordingTransport: Transport {
  /// Headers whose values are replaced by `redacted`, in lower case.
  public static let secretHeaders: Set<String> = [
    "authorization", "proxy-authorization", "cookie", "set-cookie", "x-amz-security-token", "x-api-key",
    "x-aws-ec2-metadata-token", "x-identity-header", "x-ms-authorization-auxiliary",
  ]
  private let base: any Transport
  private let secrets: Set<String>
  private let redact: @Sendable (inout RecordedExchange) -> Void
  private let log = Locked<[RecordedExchange]>([])

  /// - Parameter redact: called on each exchange when it is asked for, to remove secrets from bodies and URLs.
  public init(
    _ base: any Transport,
    secretHeaders: Set<String> = RecordingTransport.secretHeaders,
    redact: @escaping @Sendable (inout RecordedExchange) -> Void = { _ in }
  ) {
    self.base = base
    self.secrets = secretHeaders
    self.redact = redact
  }

  /// The exchanges so far, in the order in which the requests were made. A body that is still read is as far as it is.
  public var exchanges: [RecordedExchange] {
    log.withLock { $0 }.map { exchange in
      var exchange = exchange
      redact(&exchange)
      return exchange
    }
  }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let index = begin(request)
    do throws(TransportError) {
      let response = try await base.send(request)
      answered(index, response.head)
      received(index, response.body)
      return response
    } catch {
      failed(index, error)
      throw error
    }
  }

  public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    let index = begin(request)
    do throws(TransportError) {
      var response = try await base.stream(request)
      answered(index, response.head)
      let body = response.body
      response.body = HTTPBody { () async throws(TransportError) in
        do throws(TransportError) {
          let chunk = try await body.next()
          self.received(index, chunk ?? [])
          return chunk
        } catch {
          self.failed(index, error)
          throw error
        }
      }
      return response
    } catch {
      failed(index, error)
      throw error
    }
  }

  private func begin(_ request: HTTPRequest) -> Int {
    let exchange = RecordedExchange(
      method: request.method,
      url: request.url,
      requestHeaders: fields(request.headers),
      requestBody: request.body.map { RecordedExchange.Content($0) },
      responseHeaders: [],
      responseBody: RecordedExchange.Content([])
    )
    return log.withLock { log in
      log.append(exchange)
      return log.count - 1
    }
  }

  private func answered(_ index: Int, _ head: HTTPResponseHead) {
    let fields = fields(head.headers)
    log.withLock { log in
      log[index].status = head.status
      log[index].responseHeaders = fields
    }
  }

  private func received(_ index: Int, _ bytes: [UInt8]) { log.withLock { $0[index].responseBody.bytes += bytes } }

  private func failed(_ index: Int, _ error: TransportError) { log.withLock { $0[index].error = error.kind.rawValue } }

  private func fields(_ headers: HTTPHeaders) -> [RecordedExchange.Field] {
    headers.fields.map { field in
      let isSecret = secrets.contains(field.name.lowercased())
      return RecordedExchange.Field(name: field.name, value: isSecret ? "redacted" : field.value)
    }
  }
}
