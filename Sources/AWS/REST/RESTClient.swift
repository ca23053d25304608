internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// Calls a service in AWS's REST-JSON protocol: method and path name the operation, JSON in, JSON out.
public struct RESTClient: Sendable {
  public var service: ServiceClient

  public init(_ service: ServiceClient) { self.service = service }

  /// An answer whose content is not needed.
  struct Nothing: Decodable {}

  /// - Parameters:
  ///   - operation: the name in the permission: `CreateCluster`.
  ///   - path: the segments, not encoded.
  ///   - isIdempotent: whether sending it twice has the same effect as sending it once.
  func call<Answer: Decodable>(
    _ operation: String,
    _ method: String,
    _ path: [String],
    query: [(String, String)] = [],
    _ body: JSONValue? = nil,
    isIdempotent: Bool,
    as type: Answer.Type = Answer.self
  ) async throws(CloudError) -> Answer {
    let operation = "\(service.endpoint.service):\(operation)"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let target = path.map { "/" + PercentEncoding.encode($0) }.joined()
    let request = HTTPRequest(
      method: method,
      url: service.endpoint.url + target + (query.isEmpty ? "" : "?" + PercentEncoding.form(query)),
      headers: body == nil ? [:] : ["Content-Type": "application/json"],
      // A JSONValue can always be encoded, except for numbers such as NaN, which nobody sends.
      body: body.flatMap { try? encoder.encode($0) }.map { [UInt8]($0) },
      isIdempotent: isIdempotent
    )
    let time = service.time
    let response = try await service.send(request, operation: operation) {
      AWSError.decodeJSON($0, operation: operation, now: time.timestamp)
    }
    let bytes = response.body.isEmpty ? Array("{}".utf8) : response.body
    do { return try JSONDecoder().decode(Answer.self, from: Data(bytes)) } catch {
      throw CloudError(
        .malformed,
        operation: operation,
        message: "the answer is not what the API promises",
        mayHaveBeenProcessed: true
      )
    }
  }
}
