/// A request to this process's endpoint.
public struct EndpointRequest: Sendable {
  /// The method as sent: `GET`, `HEAD`, …
  public var method: String
  /// Percent-decoded, without the query: `/metrics`.
  public var path: String
  /// Query parameters, percent-decoded. If a name repeats, its first value counts.
  public var query: [String: String]
  /// Headers by lower-case name. If a name repeats, its first value counts.
  public var headers: [String: String]
  /// Empty unless the server's limits allow bodies.
  public var body: [UInt8]

  public init(
    method: String = "GET",
    path: String,
    query: [String: String] = [:],
    headers: [String: String] = [:],
    body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }
}

/// The endpoint's answer. The body is not sent in answer to HEAD, nor with 204 or 304.
public struct EndpointResponse: Sendable {
  public var status: Int
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]

  public init(
    _ status: Int = 200,
    contentType: String = "text/plain; charset=utf-8",
    headers: [(name: String, value: String)] = [],
    body: [UInt8] = []
  ) {
    self.status = status
    self.headers = [("Content-Type", contentType)] + headers
    self.body = body
  }
  public init(_ status: Int = 200, text: String) { self.init(status, body: Array(text.utf8)) }
}

/// The endpoint cannot listen, or cannot use a certificate.
public struct EndpointError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable { case address, listen, tls, stopped }
  public var kind: Kind
  /// Names the address and the cause.
  public var description: String
}

/// A server's certificate, with its intermediates after it, and its key: PEM in memory.
public struct EndpointTLS: Sendable, Hashable {
  public var certificate: [UInt8]
  public var key: [UInt8]
  public init(certificate: [UInt8], key: [UInt8]) {
    self.certificate = certificate
    self.key = key
  }
}
