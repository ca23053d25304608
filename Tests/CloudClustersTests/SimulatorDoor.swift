import FoundationEssentials
import Foundations
import HTTPTransport

/// The control door of a simulator that `hack/clouds up` starts; docs/clouds.md says what it takes.
struct SimulatorDoor {
  struct Failure: Error { var message: String }
  static let web = CurlTransport(.init(proxy: .none))

  let url: String

  @discardableResult func control(_ method: String, _ name: String, _ body: JSONValue? = nil) async throws -> [UInt8] {
    let request = HTTPRequest(
      method: method,
      url: "\(url)/_sim/\(name)",
      headers: ["Content-Type": "application/json"],
      body: try body.map { [UInt8](try JSONEncoder().encode($0)) }
    )
    let response = try await Self.web.send(request)
    guard response.status == 200 else { throw Failure(message: String(decoding: response.body, as: UTF8.self)) }
    return response.body
  }

  /// As after its start, and quick: an operation is over when it was seen unfinished once.
  func reset() async throws {
    try await control("POST", "reset", [:])
    try await control("POST", "settings", ["operationSeconds": 0])
  }

  func fault(_ operation: String, _ fault: [String: JSONValue]) async throws {
    try await control("POST", "faults", .object(fault.merging(["operation": .string(operation)]) { $1 }))
  }

  /// Objects by kind, without kinds of which there are none.
  func counts() async throws -> [String: Int] {
    let counts = try JSONDecoder().decode([String: Int].self, from: Data(try await control("GET", "state")))
    return counts.filter { $0.value > 0 }
  }

  private struct Line: Decodable {
    var operation: String
    var status: Int
    var findings: [JSONValue]
  }

  /// Requests that the vendor's own description is against.
  func mistakes() async throws -> [String] { try await requests("requests?errors=1") }

  /// Operations that were asked for.
  func operations() async throws -> [String] { try await requests("requests") }

  private func requests(_ name: String) async throws -> [String] {
    try await control("GET", name).split(separator: UInt8(ascii: "\n")).map {
      let line = try JSONDecoder().decode(Line.self, from: Data($0))
      return name.contains("errors") ? "\(line.operation): \(line.findings)" : line.operation
    }
  }
}
