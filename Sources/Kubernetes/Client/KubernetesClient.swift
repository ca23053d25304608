internal import FoundationEssentials
public import Foundations
public import HTTPTransport

/// The verbs over HTTP.
///
/// A 401 is answered with fresh credentials, once. 429, 5xx and lost connections are retried if that is harmless (see
/// `RequestRetry`). There is no rate limit here: the server's priority and fairness limits requests, and the transport
/// bounds the number in flight.
public struct KubernetesClient: KubernetesAPI {
  /// Receives each answer, for `rest_client_requests_total`: method, status (0: no answer) and host.
  public typealias Observer = @Sendable (_ method: String, _ status: Int, _ host: String) -> Void

  let transport: any Transport
  /// `https://host:port` without a slash at the end.
  let server: String
  /// Host and port, for the metric's label.
  let host: String
  let credentials: any CredentialProvider
  let warnings: WarningLog
  let observe: Observer
  let userAgent: String
  let time: any TimeSource

  /// - Parameters:
  ///   - server: `https://host:port`, with a path if the server is behind one.
  ///   - logger: receives the API server's warnings, each once.
  ///   - userAgent: `program/version`; the server derives the field manager of plain writes from the program. Default:
  ///     the program's name.
  public init(
    transport: any Transport,
    server: String,
    credentials: any CredentialProvider = NoCredentials(),
    logger: Logger = .none,
    userAgent: String = ProgramName.current,
    time: any TimeSource = SystemTimeSource(),
    observe: @escaping Observer = { _, _, _ in }
  ) {
    self.transport = transport
    self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    self.host = HTTPTarget(server)?.authority ?? server
    self.credentials = credentials
    self.warnings = WarningLog(logger: logger)
    self.userAgent = userAgent
    self.time = time
    self.observe = observe
  }

  /// A call of the API, before credentials are added.
  struct Call {
    var method: String
    /// Includes the query.
    var path: String
    var body: [UInt8]?
    var contentType: String?
    var accept = "application/json"
    /// Whether repeating it changes nothing.
    var isSafe: Bool
    /// Whether it creates an object with a fixed name: see `RequestRetry`.
    var createsName = false
    var timeouts = HTTPTimeouts()
    /// The verb and the object, for messages.
    var what: String
  }

  /// Sends a call. Only answers with 2xx are returned.
  func send(_ call: Call) async throws(KubernetesError) -> [UInt8] {
    var retry = RequestRetry(isSafe: call.isSafe, createsName: call.createsName)
    var isFresh = false
    while true {
      let request = try await request(call, fresh: isFresh)
      let delay: Duration?
      let failure: KubernetesError
      do throws(TransportError) {
        let response = try await transport.send(request)
        observe(call.method, response.status, host)
        warnings.note(response.head.headers)
        if (200..<300).contains(response.status) { return response.body }
        if response.status == 401, !isFresh {
          isFresh = true
          continue
        }
        failure = KubernetesError.from(response, what: call.what, now: time.timestamp)
        delay = retry.delay(after: failure)
      } catch {
        observe(call.method, 0, host)
        failure = KubernetesError(.transport, "\(call.what): \(error.message)")
        delay = retry.delay(after: error)
      }
      guard let delay, (try? await time.sleep(for: delay)) != nil else { throw failure }
    }
  }

  func request(_ call: Call, fresh: Bool) async throws(KubernetesError) -> HTTPRequest {
    var request = HTTPRequest(method: call.method, url: server + call.path, body: call.body, timeouts: call.timeouts)
    request.headers["Accept"] = call.accept
    request.headers["User-Agent"] = userAgent
    if let contentType = call.contentType { request.headers["Content-Type"] = contentType }
    for (name, value) in try await credentials.headers(fresh: fresh) { request.headers.add(name, value) }
    return request
  }

  static func decode<Value: Decodable>(
    _ type: Value.Type,
    _ bytes: [UInt8],
    what: @autoclosure () -> String
  ) throws(KubernetesError) -> Value {
    do {
      return try bytes.withUnsafeBytes { bytes in
        // A large list is not copied, because the decoder copies what it keeps.
        try decoder.decode(
          type,
          from: bytes.baseAddress.map { start in
            Data(bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count, deallocator: .none)
          } ?? Data()
        )
      }
    } catch {
      if let limited = JSONNesting.limited(bytes) { return try decode(type, limited, what: what()) }
      throw KubernetesError(.decoding, "\(what()): the answer is no \(type): \(KubernetesError.words(error))")
    }
  }

  /// Shared, because it holds nothing but options.
  static let decoder = JSONDecoder()
}
