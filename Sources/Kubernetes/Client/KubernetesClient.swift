internal import FoundationEssentials
public import Foundations
public import HTTPTransport

/// The verbs over HTTP.
public struct KubernetesClient: KubernetesAPI {
  /// Sees each answer, for `rest_client_requests_total`: method, status (0: none came), host.
  public typealias Observer = @Sendable (_ method: String, _ status: Int, _ host: String) -> Void

  let transport: any Transport
  /// `https://host:port` without a slash at the end.
  let server: String
  let credentials: any CredentialProvider
  let warnings: WarningLog
  let observe: Observer
  let userAgent: String

  public init(
    transport: any Transport,
    server: String,
    credentials: any CredentialProvider = NoCredentials(),
    logger: Logger = .none,
    userAgent: String = "cloudlinker-operator",
    observe: @escaping Observer = { _, _, _ in }
  ) {
    self.transport = transport
    self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    self.credentials = credentials
    self.warnings = WarningLog(logger: logger)
    self.userAgent = userAgent
    self.observe = observe
  }

  /// Sends one request; a 401 is tried again once with fresh credentials. Only answers of 2xx return.
  func send(
    _ method: String,
    _ path: String,
    body: [UInt8]? = nil,
    contentType: String? = nil,
    accept: String? = nil,
    what: @autoclosure () -> String
  ) async throws(KubernetesError) -> [UInt8] {
    var isRetry = false
    while true {
      let request = try await request(
        method,
        path,
        body: body,
        contentType: contentType,
        accept: accept,
        fresh: isRetry
      )
      let response: HTTPResponse
      do {
        response = try await transport.send(request)
      } catch {
        observe(method, 0, host)
        throw KubernetesError(.transport, "\(what()): \(error.message)")
      }
      observe(method, response.status, host)
      warnings.note(response.head.headers)
      if response.status == 401, !isRetry {
        isRetry = true
        continue
      }
      guard (200..<300).contains(response.status) else {
        throw KubernetesError.from(response, what: what())
      }
      return response.body
    }
  }

  func request(
    _ method: String,
    _ path: String,
    body: [UInt8]? = nil,
    contentType: String? = nil,
    accept: String? = nil,
    fresh: Bool = false
  ) async throws(KubernetesError) -> HTTPRequest {
    var request = HTTPRequest(method: method, url: server + path, body: body)
    request.headers["Accept"] = accept ?? "application/json"
    request.headers["User-Agent"] = userAgent
    if let contentType { request.headers["Content-Type"] = contentType }
    for (name, value) in try await credentials.headers(fresh: fresh) { request.headers.add(name, value) }
    return request
  }

  /// Host and port, as the metric's label.
  var host: String { String(server.split(separator: "/").last ?? "") }

  static func decode<Value: Decodable>(
    _ type: Value.Type,
    _ bytes: [UInt8],
    what: @autoclosure () -> String
  ) throws(KubernetesError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw KubernetesError(.decoding, "\(what()): the answer is no \(type): \(KubernetesError.words(error))")
    }
  }
}
