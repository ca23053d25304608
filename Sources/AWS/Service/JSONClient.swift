internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// Calls a service in AWS's JSON protocol 1.1: the action in a header, JSON in, JSON out.
public struct JSONClient: Sendable {
  public static let contentType = "application/x-amz-json-1.1"
  public var service: ServiceClient
  /// The part of `X-Amz-Target` before the action's name: `secretsmanager`.
  public var target: String

  public init(_ service: ServiceClient, target: String) {
    self.service = service
    self.target = target
  }

  /// An answer whose content is not needed.
  struct Nothing: Decodable {}

  /// - Parameters:
  ///   - action: `CreateSecret`.
  ///   - isIdempotent: whether sending it twice has the same effect as sending it once.
  func call<Answer: Decodable>(
    _ action: String,
    _ input: some Encodable,
    isIdempotent: Bool,
    as type: Answer.Type = Answer.self
  ) async throws(CloudError) -> Answer {
    let operation = "\(service.endpoint.service):\(action)"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let request = HTTPRequest(
      method: "POST",
      url: service.endpoint.url + "/",
      headers: ["Content-Type": Self.contentType, "X-Amz-Target": "\(target).\(action)"],
      // Strings, numbers, lists and maps can always be encoded.
      body: (try? encoder.encode(input)).map { [UInt8]($0) } ?? [],
      isIdempotent: isIdempotent
    )
    let time = service.time
    let response = try await service.send(request, operation: operation) {
      AWSError.decodeJSON($0, operation: operation, now: time.timestamp)
    }
    let body = response.body.isEmpty ? Array("{}".utf8) : response.body
    do { return try JSONDecoder().decode(Answer.self, from: Data(body)) } catch {
      throw CloudError(
        .malformed,
        operation: operation,
        message: "the answer is not what the API promises",
        mayHaveBeenProcessed: true
      )
    }
  }
}
