public import Cloud
internal import Foundations
internal import HTTPTransport

/// A write that Azure has not finished: a handle that can be stored in a status and read later, even by another
/// process.
public struct LongOperation: Sendable, Hashable, Codable {
  /// How its end is detected: preferably from the operation's own document, then from the resource's location, then
  /// from the resource itself.
  public enum Kind: String, Sendable, Hashable, Codable { case asyncOperation, location, resource }
  public var kind: Kind
  /// Opaque, as Azure returned it.
  public var url: String
  /// The permission that the write needed, for messages.
  public var operation: String
  /// When to ask first. Azure's clients use 30 s if Azure does not say.
  public var askAfter: Duration

  public init(kind: Kind, url: String, operation: String, askAfter: Duration) {
    self.kind = kind
    self.url = url
    self.operation = operation
    self.askAfter = askAfter
  }

  public enum State: Sendable, Hashable {
    case underWay(askAfter: Duration)
    case succeeded
    case failed(CloudError)
  }
}

extension AzureClient {
  static let pollingInterval = Duration.seconds(30)

  /// The handle in the answer to a write; nil if the write is done.
  func longOperation(
    _ response: HTTPResponse,
    resource id: ResourceID,
    operation: String
  ) throws(CloudError) -> LongOperation? {
    let wait = retryAfter(response) ?? Self.pollingInterval
    let headers = response.head.headers
    if let link = headers["Azure-AsyncOperation"] ?? headers["Operation-Location"] {
      let url = try checked(link, operation: operation)
      return LongOperation(kind: .asyncOperation, url: url, operation: operation, askAfter: wait)
    }
    if response.status == 202, let link = headers["Location"] {
      let url = try checked(link, operation: operation)
      return LongOperation(kind: .location, url: url, operation: operation, askAfter: wait)
    }
    let state = JSONValue(parsing: response.body)?["properties", "provisioningState"]?.string
    guard let state, Self.outcome(state) == nil else { return nil }
    return LongOperation(kind: .resource, url: url(id), operation: operation, askAfter: wait)
  }

  /// Asks for the state once.
  /// - Throws: if the state cannot be read. A failure of the operation itself is a state.
  public func state(of operation: LongOperation) async throws(CloudError) -> LongOperation.State {
    let url = try checked(operation.url, operation: operation.operation)
    let response: HTTPResponse
    do throws(CloudError) { response = try await send("GET", url, operation: operation.operation) } catch {
      // The location of a deleted resource, or of an operation long ago.
      if error.kind == .notFound, operation.kind != .asyncOperation { return .succeeded }
      // At a location, the status of the answer is the outcome of the operation.
      if operation.kind == .location, !error.isTransient, error.kind != .unauthenticated { return .failed(error) }
      throw error
    }
    let wait = retryAfter(response) ?? Self.pollingInterval
    if operation.kind == .location { return response.status == 202 ? .underWay(askAfter: wait) : .succeeded }
    let body = try Self.parsed(response, operation: operation.operation)
    let word =
      operation.kind == .asyncOperation ? body["status"]?.string : body["properties", "provisioningState"]?.string
    guard let word else {
      if operation.kind == .resource { return .succeeded }
      throw CloudError(.malformed, operation: operation.operation, message: "the operation has no status")
    }
    guard let isSuccess = Self.outcome(word) else { return .underWay(askAfter: wait) }
    return isSuccess ? .succeeded : .failed(Self.failure(body, state: word, operation: operation.operation))
  }

  /// Nil while it is running.
  static func outcome(_ state: String) -> Bool? {
    switch state.lowercased() {
    case "succeeded": true
    case "failed", "canceled", "cancelled": false
    default: nil
    }
  }

  private static func failure(_ body: JSONValue, state: String, operation: String) -> CloudError {
    let error = body["error"] ?? .null
    let code = error["code"]?.string ?? state
    let text = error["message"] == nil ? "the operation ended as \(state)" : AzureError.message(error, status: 200)
    return CloudError(
      AzureError.kind(code: code, message: text) ?? .failed,
      operation: operation,
      code: code,
      message: text
    )
  }
}
