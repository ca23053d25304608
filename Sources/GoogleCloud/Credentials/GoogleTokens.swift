public import Cloud
internal import Foundations

/// The current token of one credential source, renewed before it ends, with one request for it at a time.
///
///     known token                     asked for       answer
///     none                            any             fetch; its failure is the answer
///     more than 225 s to live         not refused     the known one
///     less than 225 s to live         not refused     fetch; on failure the known one as long as it lives
///     the one that was refused (401)  refused         fetch; its failure is the answer
///     another than the refused one    refused         the known one: of many refused at once, one fetches
public actor GoogleTokens {
  /// google-auth's refresh threshold: the metadata server renews its own token no later than that.
  static let margin: Duration = .seconds(225)

  private let fetch: @Sendable () async throws(CloudError) -> AccessToken
  private let time: any TimeSource
  private var known: AccessToken?
  private var inFlight: Task<Result<AccessToken, CloudError>, Never>?

  init(time: any TimeSource, fetch: @escaping @Sendable () async throws(CloudError) -> AccessToken) {
    self.time = time
    self.fetch = fetch
  }

  /// - Parameter refused: the token that was answered with 401.
  public func token(refusing refused: String? = nil) async throws(CloudError) -> String {
    if let known, known.value != refused, time.now.duration(to: known.expiresAt) > Self.margin { return known.value }
    do {
      return try await fetchOnce().get().value
    } catch {
      guard let known, known.value != refused, time.now < known.expiresAt else { throw error }
      return known.value
    }
  }

  /// The fetch goes on when the task that asked first is cancelled: others may wait for it.
  private func fetchOnce() async -> Result<AccessToken, CloudError> {
    if let inFlight { return await inFlight.value }
    let fetch = self.fetch
    let task = Task { () -> Result<AccessToken, CloudError> in
      do throws(CloudError) { return .success(try await fetch()) } catch { return .failure(error) }
    }
    inFlight = task
    let result = await task.value
    inFlight = nil
    if case .success(let token) = result { known = token }
    return result
  }
}
