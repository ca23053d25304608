internal import CCurl
internal import Foundations

/// HTTP over libcurl: HTTP/2 if the server has it, one thread for all requests, streams with back-pressure.
///
/// Requests to one host share a connection (HTTP/2) or a pool of them. Redirects are not followed, cookies are not
/// kept, only http and https are supported, and a request that may change something is never sent twice. The thread
/// ends when the transport is released or shut down. Requests and streams keep the transport alive.
public final class CurlTransport: Transport {
  public struct Options: Sendable {
    public enum Proxy: Sendable, Hashable {
      /// `https_proxy`, `HTTPS_PROXY`, `http_proxy`, `all_proxy`, `ALL_PROXY` and `no_proxy`, as libcurl reads them.
      /// Not used for addresses that only this machine reaches: loopback and link-local ones, such as metadata servers.
      case environment
      case none
      /// `http://`, `https://`, `socks5://` or `socks5h://`, for every host.
      case url(String)
    }
    public enum Version: Sendable, Hashable {
      /// HTTP/2 if TLS negotiates it, else HTTP/1.1.
      case automatic
      case http1
    }
    public var tls = TLSConfiguration()
    public var proxy = Proxy.environment
    public var version = Version.automatic
    /// The largest number of concurrent `send`s to one host and port; others wait. Streams are not counted, because
    /// they are long and the caller decides how many there are. Default 100.
    public var maxRequestsPerHost = 100
    /// The largest number of connections to one host and port. Nil, the default: as many as needed. HTTP/2 needs one
    /// for every 250 requests in flight (fewer if the server says so), and HTTP/1.1 one for each request. With a limit,
    /// HTTP/1.1 streams hold connections that nothing else can use meanwhile.
    public var maxConnectionsPerHost: Int?
    /// The largest body that `send` accepts; a larger one fails with `.tooLarge`. Default 256 MiB.
    public var maxResponseBytes = 256 << 20
    /// How much of a stream may wait for its reader before the sender is slowed down. Default 256 KiB.
    public var streamBufferBytes = 256 << 10
    /// The user agent of requests that set none. Default: the name of the program.
    public var userAgent = ProgramName.current
    /// How long a connection must have been silent before a transfer that waits in vain abandons it; see
    /// `CurlLoop-connections.swift`.
    var longestSilence: ClosedRange<Duration> = .seconds(4) ... .seconds(15)
    /// Whether HTTP/2 is also used without TLS (RFC 7540 §3.2), for tests whose server speaks in frames. Not with prior
    /// knowledge, because libcurl 7.88 uses such a connection for one request only.
    var upgradesToHTTP2 = false

    public init(tls: TLSConfiguration = TLSConfiguration(), proxy: Proxy = .environment) {
      self.tls = tls
      self.proxy = proxy
    }
  }

  private let mailbox: CurlMailbox
  private let nextID = Locked<UInt64>(0)

  public init(_ options: Options = Options()) {
    mailbox = CurlMailbox(streamLimit: max(1, options.streamBufferBytes))
    CurlLoop.start(options, mailbox)
  }

  deinit { mailbox.post(.stop) }

  /// Requests and streams that have begun or wait for their turn.
  public var inFlight: Int { mailbox.inFlight.withLock { $0 } }

  /// Uses new TLS material from the next request on. Requests in flight keep their connections.
  public func reload(tls: TLSConfiguration) { mailbox.post(.reload(tls)) }

  /// Fails pending requests, refuses new ones, and ends the thread.
  public func shutdown() { mailbox.post(.stop) }

  public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let ticket = try ticket(for: request)
    let answer = WholeAnswer()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        answer.await(continuation)
        mailbox.start(CurlStart(ticket: ticket, request: request, sink: .whole(answer)))
      }
    } onCancel: {
      mailbox.cancel(ticket)
    }
    return try answer.result()
  }

  public func stream(_ request: HTTPRequest) async throws(TransportError) -> HTTPStreamingResponse {
    let ticket = try ticket(for: request)
    let answer = StreamedAnswer(limit: mailbox.streamLimit)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        answer.awaitHead(continuation)
        mailbox.start(CurlStart(ticket: ticket, request: request, sink: .streamed(answer)))
      }
    } onCancel: {
      mailbox.cancel(ticket)
    }
    let lease = StreamLease(transport: self, mailbox: mailbox, ticket: ticket, answer: answer)
    return HTTPStreamingResponse(
      head: try answer.head(),
      body: HTTPBody { () async throws(TransportError) in
        try await lease.next()
      }
    )
  }

  private func ticket(for request: HTTPRequest) throws(TransportError) -> CurlTicket {
    let target = try RequestCheck.target(of: request)
    let id = nextID.withLock { id in
      id &+= 1
      return id
    }
    return CurlTicket(id: id, target: target)
  }
}
