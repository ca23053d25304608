/// An HTTP request with its whole body in memory.
public struct HTTPRequest: Sendable {
  public var method: String
  /// An absolute URL, already percent-encoded: `https://host:port/path?query`.
  public var url: String
  public var headers: HTTPHeaders
  public var body: [UInt8]?
  public var timeouts: HTTPTimeouts
  /// Whether repeating the request is harmless. Nil, the default: the method decides (RFC 9110 §9.2.2). True for a
  /// server-side apply, for example. A transport never sends a request twice that is not idempotent.
  public var isIdempotent: Bool?

  public init(
    method: String = "GET",
    url: String,
    headers: HTTPHeaders = [:],
    body: [UInt8]? = nil,
    timeouts: HTTPTimeouts = HTTPTimeouts(),
    isIdempotent: Bool? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeouts = timeouts
    self.isIdempotent = isIdempotent
  }
}

/// Time limits of a request. Nil: no limit.
public struct HTTPTimeouts: Sendable, Hashable {
  /// Name resolution, TCP and TLS together. Default 10 s.
  public var connect: Duration?
  /// From the first byte sent to the last received. Default 30 s; nil for a watch.
  public var total: Duration?
  /// The longest silence in the answer. No limit by default; 75 s for a watch.
  public var idle: Duration?

  public init(connect: Duration? = .seconds(10), total: Duration? = .seconds(30), idle: Duration? = nil) {
    self.connect = connect
    self.total = total
    self.idle = idle
  }
}

/// Header fields in order. Names are compared without case (RFC 9110 §5.1).
public struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  public struct Field: Sendable, Hashable {
    public var name: String
    public var value: String
  }
  public private(set) var fields: [Field] = []

  public init() {}
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { Field(name: $0.0, value: $0.1) }
  }

  /// The first value with that name. Setting it replaces all values; nil removes them.
  public subscript(name: String) -> String? {
    get { fields.first { Self.same($0.name, name) }?.value }
    set {
      fields.removeAll { Self.same($0.name, name) }
      if let newValue { fields.append(Field(name: name, value: newValue)) }
    }
  }
  public mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }
  public func all(_ name: String) -> [String] { fields.filter { Self.same($0.name, name) }.map(\.value) }

  static func same(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
      && zip(left.utf8, right.utf8).allSatisfy { a, b in
        a == b || ((0x41...0x5a).contains(a & 0xdf) && a & 0xdf == b & 0xdf)
      }
  }
}

/// Status and headers of an answer.
public struct HTTPResponseHead: Sendable {
  public var status: Int
  public var headers: HTTPHeaders
  public init(status: Int, headers: HTTPHeaders = [:]) {
    self.status = status
    self.headers = headers
  }
}

/// An answer with its whole body in memory.
public struct HTTPResponse: Sendable {
  public var head: HTTPResponseHead
  public var body: [UInt8]
  public var status: Int { head.status }
  public init(head: HTTPResponseHead, body: [UInt8] = []) {
    self.head = head
    self.body = body
  }
}
