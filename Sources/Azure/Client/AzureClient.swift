public import Cloud
public import Foundations
public import HTTPTransport

/// Azure's resource manager: one subscription, one identity.
///
/// A write returns as soon as it is accepted; how it goes on is told by the resource's `provisioningState`, or by
/// `state(of:)`. Nothing here waits for a long operation.
public struct AzureClient: Sendable {
  public let subscriptionID: String
  public let endpoints: AzureEndpoints
  private let transport: any Transport
  private let tokens: CredentialCache<String>
  private let time: any TimeSource
  let turns = WriteTurns()

  /// - Parameters:
  ///   - transport: bare; this client repeats what is worth repeating.
  ///   - budget: shared with whoever asks the same subscription; default one of its own.
  ///   - retry: default four attempts within 20 s: a reconciler would rather come again than wait.
  public init(
    _ source: AzureCredentialSource,
    endpoints: AzureEndpoints = AzureEndpoints(),
    transport: any Transport,
    time: any TimeSource = SystemTimeSource(),
    retry: RetryPolicy = RetryPolicy(maxAttempts: 4, budget: .seconds(20)),
    budget: RequestBudget? = nil
  ) {
    var endpoints = endpoints
    if let authority = source.authority {
      endpoints = AzureEndpoints(
        resourceManager: endpoints.resourceManager,
        authority: authority,
        audience: endpoints.audience,
        metadata: endpoints.metadata
      )
    }
    subscriptionID = source.subscriptionID
    self.endpoints = endpoints
    // Under the retries: what is sent again counts again.
    let budgeted = BudgetedTransport(transport, budget: budget ?? RequestBudget(time: time))
    self.transport = RetryingTransport(budgeted, policy: retry, time: time)
    self.time = time
    let (credential, form, transport) = (source.credential, TokenRequest(endpoints: endpoints), self.transport)
    tokens = CredentialCache(time: time) { () async throws(CloudError) in
      try await credential.token(form, over: transport)
    }
  }

  /// Sends with a token, and once more with a new one after a 401.
  /// - Parameter operation: the permission that it takes.
  /// - Throws: for every status but 2xx.
  func send(
    _ method: String,
    _ url: String,
    operation: String,
    headers: HTTPHeaders = [:],
    body: JSONValue? = nil
  ) async throws(CloudError) -> HTTPResponse {
    var request = HTTPRequest(method: method, url: url, headers: headers)
    request.headers["Accept"] = "application/json"
    if let body {
      request.headers["Content-Type"] = "application/json"
      request.body = body.bytes
    }
    // The only PATCH is that of tags, which are named in full.
    request.isIdempotent = true
    let token = try await tokens.credentials()
    var response = try await send(request, token: token, operation: operation)
    if response.status == 401 {
      let newer = try await tokens.credentials(refusing: token)
      response = try await send(request, token: newer, operation: operation)
    }
    guard (200..<300).contains(response.status) else {
      throw AzureError.make(response, operation: operation, now: time.timestamp)
    }
    return response
  }

  private func send(
    _ request: HTTPRequest,
    token: String,
    operation: String
  ) async throws(CloudError) -> HTTPResponse {
    var request = request
    request.headers["Authorization"] = "Bearer \(token)"
    do throws(TransportError) { return try await transport.send(request) } catch {
      throw CloudError(error, operation: operation)
    }
  }

  /// A link that Azure gave, if it leads to where our token may go: the resource manager itself.
  func checked(_ link: String, operation: String) throws(CloudError) -> String {
    guard let target = HTTPTarget(link), let own = HTTPTarget(endpoints.resourceManager),
      target.scheme == own.scheme, target.authority == own.authority
    else {
      throw CloudError(.malformed, operation: operation, message: "a link leads away from the resource manager")
    }
    return link
  }

  func retryAfter(_ response: HTTPResponse) -> Duration? { RetryAfter.delay(in: response.head, now: time.timestamp) }
}
