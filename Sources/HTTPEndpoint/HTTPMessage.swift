/// A request to our own endpoint: GET or HEAD; bodies are refused.
public struct EndpointRequest: Sendable {
  public var method: String
  public var path: String
  /// Query parameters; the first of a name counts.
  public var query: [String: String]
  /// The few headers that a handler may ask for, by lower-case name.
  public var headers: [String: String]
}

/// What we answer.
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

/// The endpoint cannot listen.
public struct EndpointError: Error, Sendable, CustomStringConvertible {
  public var description: String
}
