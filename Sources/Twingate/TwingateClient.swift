public import Cloud
internal import FoundationEssentials
public import Foundations
public import HTTPTransport

/// Calls Twingate's Admin API for one network, with one API key.
///
/// It sends a mutation once and never repeats it, because Twingate has no request ids: after a lost answer only a look tells
/// whether it happened. It repeats a query if no answer came or the service has trouble.
public struct TwingateClient: Sendable {
  static let path = "/api/graphql/"
  /// How long to wait after a 429 if Twingate does not say; its own command-line client waits as long.
  static let defaultPause: Duration = .seconds(60)
  static let attempts = 3

  public let network: TwingateNetwork
  let key: SecretText
  let allowance: TwingateAllowance
  let transport: any Transport
  let time: any TimeSource
  private let shards: CredentialCache<String>
  private let patience: @Sendable (Lane) -> Duration

  /// - Parameters:
  ///   - key: an API key of level Read, Write & Provision.
  ///   - transport: sends each request once, and follows no redirect.
  ///   - allowance: the key's, with the network's budget, which all of the network's clients share.
  ///   - patience: how long a request of a lane waits for its turn. One that would wait longer fails with `.throttled` at
  ///     once. Default: one window for a revocation, which is then sent first; 2 s for the others.
  public init(
    _ network: TwingateNetwork,
    key: SecretText,
    allowance: TwingateAllowance,
    transport: any Transport,
    time: any TimeSource = SystemTimeSource(),
    patience: @escaping @Sendable (Lane) -> Duration = { $0 == .revocation ? .seconds(61) : .seconds(2) }
  ) {
    self.network = network
    self.key = key
    self.allowance = allowance
    self.transport = transport
    self.time = time
    self.patience = patience
    let lookup = ShardLookup(network: network, transport: transport, time: time)
    shards = CredentialCache(time: time) { () async throws(CloudError) in
      .init(try await lookup.shard(), lifetime: nil)
    }
  }

  /// The host that holds the network.
  public func shard() async throws(CloudError) -> String { try await shards.credentials() }

  /// Sends a query.
  /// - Returns: nil if the object does not exist.
  func query<Result: Decodable & Sendable>(
    _ document: Document,
    _ variables: [String: JSONValue],
    lane: Lane
  ) async throws(CloudError) -> Result? {
    var attempt = 1
    while true {
      do throws(CloudError) { return try await send(document, variables, lane: lane) } catch {
        guard error.kind == .transport || error.kind == .unavailable, error.retryAfter == nil, attempt < Self.attempts
        else { throw error }
        let pause = Backoff(initial: .milliseconds(200), maximum: .seconds(5)).delay(attempt: attempt)
        do { try await time.sleep(for: pause) } catch { throw Self.cancelled(document.operation) }
        attempt += 1
      }
    }
  }

  /// Sends a mutation, once.
  func mutate<Payload: MutationPayload>(
    _ document: Document,
    _ variables: [String: JSONValue],
    lane: Lane
  ) async throws(CloudError) -> Payload {
    guard let payload: Payload = try await send(document, variables, lane: lane) else {
      throw CloudError(
        .malformed,
        operation: document.operation,
        message: "the answer holds neither a result nor an error",
        mayHaveBeenProcessed: true
      )
    }
    guard payload.ok else {
      let text = payload.error.map { TwingateErrors.text($0, hiding: key) } ?? "refused without a reason"
      throw CloudError(TwingateErrors.kind(text: text), operation: document.operation, message: text)
    }
    return payload
  }

  private func send<Result: Decodable & Sendable>(
    _ document: Document,
    _ variables: [String: JSONValue],
    lane: Lane
  ) async throws(CloudError) -> Result? {
    do throws(CloudError) {
      let result: Result? = try await exchange(document, variables, lane: lane)
      allowance.note(accepted: true)
      return result
    } catch {
      if error.kind == .unauthenticated { allowance.note(accepted: false) }
      throw error
    }
  }

  private func exchange<Result: Decodable & Sendable>(
    _ document: Document,
    _ variables: [String: JSONValue],
    lane: Lane
  ) async throws(CloudError) -> Result? {
    let shard = try await shards.credentials()
    let operation = document.operation
    let request = try request(document, variables, shard: shard)
    let response = try await answered(request, kind: document.kind, lane: lane, operation: operation)
    if (300..<400).contains(response.status) {
      // The network has moved. The request is not sent on: the next one asks the apex first.
      _ = try await shards.credentials(refusing: shard)
      throw CloudError(.unavailable, operation: operation, message: "\(shard) no longer holds network \(network)")
    }
    if let error = TwingateErrors.make(response, operation: operation, key: key, now: time.timestamp) { throw error }
    return try result(in: response.body, operation: operation)
  }

  private func result<Result: Decodable & Sendable>(
    in body: [UInt8],
    operation: String
  ) throws(CloudError) -> Result? {
    do {
      if let first = try GraphQLAnswer<Result>.errors(in: body).first {
        let text = TwingateErrors.text(first, hiding: key)
        throw CloudError(TwingateErrors.kind(text: text), operation: operation, message: text)
      }
      return try GraphQLAnswer<Result>.result(in: body)
    } catch let error as CloudError {
      throw error
    } catch {
      // Not the decoder's words: they may quote the answer.
      throw CloudError(
        .malformed,
        operation: operation,
        message: "the answer is not what the API promises",
        mayHaveBeenProcessed: true
      )
    }
  }

  /// Sends a request when it is its turn. After a 429, all requests of its kind wait.
  func answered(
    _ request: HTTPRequest,
    kind: RequestKind,
    lane: Lane,
    operation: String
  ) async throws(CloudError) -> HTTPResponse {
    let budget = allowance.budget
    return try await budget.withTurn(kind, lane, patience: patience(lane), operation: operation) {
      () async throws(CloudError) in
      let response: HTTPResponse
      do throws(TransportError) { response = try await transport.send(request) } catch {
        throw CloudError(error, operation: operation)
      }
      if response.status == 429 {
        budget.pause(kind, for: RetryAfter.delay(in: response.head, now: time.timestamp) ?? Self.defaultPause)
      }
      return response
    }
  }

  private func request(
    _ document: Document,
    _ variables: [String: JSONValue],
    shard: String
  ) throws(CloudError) -> HTTPRequest {
    let body: JSONValue = [
      "query": .string(document.text), "variables": .object(variables), "operationName": .string(document.rawValue),
    ]
    guard let bytes = try? JSONEncoder().encode(body) else {
      throw CloudError(.invalid, operation: document.operation, message: "the request cannot be written as JSON")
    }
    return HTTPRequest(
      method: "POST",
      url: "https://\(shard)\(Self.path)",
      headers: ["Content-Type": "application/json", "Accept": "application/json", "X-API-KEY": key.value],
      body: Array(bytes),
      isIdempotent: document.kind == .read
    )
  }

  static func cancelled(_ operation: String) -> CloudError {
    CloudError(.transport, operation: operation, message: "cancelled")
  }
}

/// The answer to a mutation.
protocol MutationPayload: Decodable, Sendable {
  var ok: Bool { get }
  var error: String? { get }
}
