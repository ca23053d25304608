public import Cloud
public import Foundations
public import HTTPTransport

/// Azure's resource manager, for one subscription and one identity.
///
/// A write returns as soon as Azure accepts it. Its progress shows in the resource's `provisioningState`, or in
/// `state(of:)`. Nothing here waits for a long operation.
public struct AzureClient: Sendable {
  public let subscriptionID: String
  public let endpoints: AzureEndpoints
  private let transport: any Transport
  private let tokens: CredentialCache<String>
  private let time: any TimeSource
  let turns = WriteTurns()

  /// - Parameters:
  ///   - transport: without retries of its own; this client repeats what is worth repeating.
  ///   - budget: shared with all clients of the subscription; by default one of its own.
  ///   - retry: by default four attempts within 20 s, because a reconciler rather comes back than waits.
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
    // Below the retries, so that a repeated request counts again.
    let budgeted = BudgetedTransport(transport, budget: budget ?? RequestBudget(time: time))
    self.transport = RetryingTransport(budgeted, policy: retry, time: time)
    self.time = time
    let (credential, form, transport) = (source.credential, TokenRequest(endpoints: endpoints), self.transport)
    tokens = CredentialCache(time: time) { () async throws(CloudError) in
      try await credential.token(form, over: transport)
    }
  }

  /// Sends a request with a token, and after a 401 once more with a new one.
  /// - Parameter operation: the permission that the request needs.
  /// - Throws: for every status except 2xx.
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
    // The only PATCH sets all tags, so it can be repeated, and no POST changes anything.
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

  /// Checks that a link from Azure leads to the resource manager, the only place that may receive our token.
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
