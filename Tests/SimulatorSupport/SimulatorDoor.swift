internal import FoundationEssentials
public import Foundations
public import HTTPTransport

/// The control door of a simulator that `hack/clouds up` starts; docs/clouds.md says what it takes.
public struct SimulatorDoor: Sendable {
  public struct Failure: Error {
    public var message: String
    public init(message: String) { self.message = message }
  }
  public static let web = CurlTransport(.init(proxy: .none))

  public let url: String
  public init(url: String) { self.url = url }

  @discardableResult
  public func control(_ method: String, _ name: String, _ body: JSONValue? = nil) async throws -> [UInt8] {
    try await control(method, name, json: try body.map { [UInt8](try JSONEncoder().encode($0)) })
  }

  @discardableResult
  public func control(_ method: String, _ name: String, json body: [UInt8]?) async throws -> [UInt8] {
    let request = HTTPRequest(
      method: method,
      url: "\(url)/_sim/\(name)",
      headers: ["Content-Type": "application/json"],
      body: body
    )
    let response = try await Self.web.send(request)
    guard response.status == 200 else { throw Failure(message: String(decoding: response.body, as: UTF8.self)) }
    return response.body
  }

  /// As after its start, and quick: an operation is over when it was seen unfinished once.
  public func reset() async throws {
    try await control("POST", "reset", [:])
    try await control("POST", "settings", ["operationSeconds": 0])
  }

  public func fault(_ operation: String, _ fault: [String: JSONValue]) async throws {
    try await control("POST", "faults", .object(fault.merging(["operation": .string(operation)]) { $1 }))
  }

  /// Objects by kind, without kinds of which there are none. What a cloud has from the beginning is included.
  public func counts() async throws -> [String: Int] {
    let counts = try JSONDecoder().decode([String: Int].self, from: Data(try await control("GET", "state")))
    return counts.filter { $0.value > 0 }
  }

  /// Every object by id, as the cloud shows it.
  public func objects() async throws -> [String: JSONValue] {
    try JSONDecoder().decode([String: JSONValue].self, from: Data(try await control("GET", "objects")))
  }

  public struct Exchange: Decodable, Sendable {
    public var operation: String?
    /// 0: the connection was reset.
    public var status: Int
    /// What the vendor's own description of the API has against the request.
    public var findings: [JSONValue]?
  }

  public func exchanges(_ query: String = "") async throws -> [Exchange] {
    try await control("GET", "requests\(query)").split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode(Exchange.self, from: Data($0))
    }
  }

  /// Requests that the vendor's description of the API does not allow.
  public func mistakes() async throws -> [String] {
    try await exchanges("?errors=1").map { "\($0.operation ?? ""): \($0.findings ?? [])" }
  }

  /// Operations that were asked for, oldest first.
  public func operations() async throws -> [String] { try await exchanges().compactMap(\.operation) }
}
