internal import Cloud
internal import Foundations

/// The last credentials, and at most one fetch of new ones in flight.
///
///     known credentials            asked               answer
///     none                         any                 fetch; its failure is the answer
///     expire in 5 min or more      not refused         the known ones
///     expire sooner                not refused         fetch; on failure the known ones until they have expired
///     the refused ones             refused             fetch; its failure is the answer
///     others than the refused      refused             the known ones: of many refusals at once, one fetches
actor CredentialCache {
  static let margin = Duration.seconds(300)
  /// After a failed refresh with good keys at hand.
  private static let pause = Duration.seconds(10)
  private let provider: any CredentialProvider
  private let time: any TimeSource
  private var known: AWSCredentials?
  private var notBefore: Timestamp?
  private var inFlight: Task<Result<AWSCredentials, CloudError>, Never>?

  init(_ provider: any CredentialProvider, time: any TimeSource) {
    self.provider = provider
    self.time = time
  }

  func credentials(refusing refused: AWSCredentials?) async throws(CloudError) -> AWSCredentials {
    guard let known, known != refused else { return try await fetchOnce().get() }
    guard needsRefresh(known) else { return known }
    switch await fetchOnce() {
    case .success(let fetched): return fetched
    case .failure(let error):
      guard let expiration = known.expiration, expiration > time.timestamp else { throw error }
      notBefore = time.timestamp.advanced(by: Self.pause)
      return known
    }
  }

  private func needsRefresh(_ credentials: AWSCredentials) -> Bool {
    guard let expiration = credentials.expiration else { return false }
    let now = time.timestamp
    if let notBefore, now < notBefore, now < expiration { return false }
    return expiration.since(now) < Self.margin
  }

  /// The fetch goes on when the task that asked first is cancelled: others may wait for it.
  private func fetchOnce() async -> Result<AWSCredentials, CloudError> {
    if let inFlight { return await inFlight.value }
    let provider = self.provider
    let task = Task { () -> Result<AWSCredentials, CloudError> in
      do throws(CloudError) { return .success(try await provider.fetch()) } catch { return .failure(error) }
    }
    inFlight = task
    let result = await task.value
    inFlight = nil
    if case .success(let fetched) = result {
      known = fetched
      notBefore = nil
    }
    return result
  }
}
