public import Cloud
public import Foundations
public import HTTPTransport

/// Sends requests to an AWS service of any protocol: signs, paces and repeats them.
///
///     outcome                                   idempotent call    other
///     throttled (any status)                    repeat             repeat
///     5xx                                       repeat             give up
///     no answer, may have been processed        repeat             give up
///     no answer, was not processed              repeat             repeat
///     refused, and the local clock is wrong     repeat by the service's clock, once
///     keys refused or expired, first time       repeat with new keys, if there can be new ones
///     anything else                             give up
///
/// Every attempt is signed again, because a signature is valid for five minutes.
public struct ServiceClient: Sendable {
  public var endpoint: AWSEndpoint
  /// Nil: requests are not signed.
  public var credentials: AWSCredentialSource?
  public var policy: RetryPolicy
  private let transport: any Transport
  private let budget: RequestBudget
  let time: any TimeSource
  /// The clock for signatures.
  private let clock: ServerClock

  /// - Parameters:
  ///   - transport: a transport that does not repeat anything itself.
  ///   - budget: shared by all clients of the account in this region; by default one of its own.
  public init(
    endpoint: AWSEndpoint,
    credentials: AWSCredentialSource?,
    transport: any Transport,
    policy: RetryPolicy = RetryPolicy(),
    budget: RequestBudget? = nil,
    time: any TimeSource = SystemTimeSource()
  ) {
    self.endpoint = endpoint
    self.credentials = credentials
    self.transport = transport
    self.policy = policy
    self.budget = budget ?? RequestBudget(time: time)
    self.time = time
    clock = ServerClock(time)
  }

  /// A client for another service with the same credentials, budget and clock.
  public func at(_ endpoint: AWSEndpoint) -> ServiceClient {
    var copy = self
    copy.endpoint = endpoint
    return copy
  }

  /// - Parameters:
  ///   - request: not signed yet. Its `isIdempotent` says whether sending it twice has the same effect as sending it
  ///     once.
  ///   - operation: the name of the permission: `ec2:DescribeVpcs`.
  ///   - error: converts an answer that is not a success.
  /// - Returns: an answer with status 2xx.
  func send(
    _ request: HTTPRequest,
    operation: String,
    error decode: @Sendable (HTTPResponse) -> CloudError
  ) async throws(CloudError) -> HTTPResponse {
    let start = time.now
    var refused: AWSCredentials?
    var wasLate = false
    var attempt = 1
    while true {
      let keys = try await credentials?.credentials(refusing: refused)
      do { try await budget.take() } catch { throw Self.cancelled(operation) }
      let error: CloudError
      switch await send(signed(request, keys), operation, decode) {
      case .success(let response): return response
      case .failure(let failure):
        error = failure.error
        if error.kind == .unauthenticated, !wasLate, let head = failure.head, clock.correct(by: head) {
          wasLate = true
          continue
        }
      }
      // Keys that did not change would be refused again, so this happens only once.
      if error.kind == .unauthenticated, refused == nil, let keys, credentials?.canRefresh == true {
        refused = keys
        continue
      }
      guard let delay = delay(error, request, attempt: attempt, since: start) else { throw error }
      do { try await time.sleep(for: delay) } catch { throw Self.cancelled(operation) }
      attempt += 1
    }
  }

  private func signed(_ request: HTTPRequest, _ keys: AWSCredentials?) -> HTTPRequest {
    guard let keys else { return request }
    return RequestSigner(region: endpoint.region, service: endpoint.service)
      .sign(request, with: keys, at: clock.timestamp)
  }

  private struct Failure: Error {
    var error: CloudError
    /// The head of the answer, if there was one.
    var head: HTTPResponseHead?
  }

  private func send(
    _ request: HTTPRequest,
    _ operation: String,
    _ decode: (HTTPResponse) -> CloudError
  ) async -> Result<HTTPResponse, Failure> {
    let response: HTTPResponse
    do throws(TransportError) {
      response = try await transport.send(request)
    } catch {
      var failure = CloudError(error, operation: operation)
      // Every region has its own host.
      if error.kind == .resolve { failure.message += ": is there a region \(endpoint.region), and does DNS work?" }
      return .failure(Failure(error: failure))
    }
    guard (200...299).contains(response.status) else {
      return .failure(Failure(error: decode(response), head: response.head))
    }
    return .success(response)
  }

  /// Nil: give up.
  private func delay(
    _ error: CloudError,
    _ request: HTTPRequest,
    attempt: Int,
    since start: ContinuousClock.Instant
  ) -> Duration? {
    guard [.throttled, .unavailable, .transport].contains(error.kind) else { return nil }
    guard request.isIdempotent == true || !error.mayHaveBeenProcessed else { return nil }
    // EC2 throttles with 503, which the policy would treat as a failure of the service. Only the delay, and whether
    // there is time for it, remains to be decided.
    let head = HTTPResponseHead(status: 429)
    var generator = RandomSource()
    let decision = policy.decide(
      .answer(head),
      of: request,
      attempt: attempt,
      elapsed: start.duration(to: time.now),
      now: time.timestamp,
      using: &generator
    )
    guard case .retry(let delay) = decision else { return nil }
    return max(delay, error.retryAfter ?? .zero)
  }

  private static func cancelled(_ operation: String) -> CloudError {
    CloudError(.transport, operation: operation, message: "cancelled while waiting to send")
  }
}
