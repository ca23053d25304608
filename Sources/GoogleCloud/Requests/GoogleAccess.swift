public import Cloud
public import Foundations
public import HTTPTransport

/// Everything with which the clients of Google's APIs send requests.
public struct GoogleAccess: Sendable {
  let tokens: CredentialCache<String>
  let transport: any Transport
  let budget: RequestBudget
  let retry: RetryPolicy
  let time: any TimeSource

  /// - Parameters:
  ///   - transport: without retries of its own.
  ///   - budget: shared by all clients that use up the same quota; nil: a budget for Compute Engine.
  ///   - retry: when a failed request is repeated.
  public init(
    tokens: CredentialCache<String>,
    transport: any Transport,
    budget: RequestBudget? = nil,
    retry: RetryPolicy = RetryPolicy(),
    time: any TimeSource = SystemTimeSource()
  ) {
    self.tokens = tokens
    self.transport = transport
    self.budget = budget ?? RequestBudget(perSecond: ComputeClient.requestsPerSecond, time: time)
    self.retry = retry
    self.time = time
  }
}
