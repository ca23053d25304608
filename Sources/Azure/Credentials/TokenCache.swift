internal import Cloud
internal import FoundationEssentials
internal import Foundations
internal import HTTPTransport

/// The token in use, and the one exchange at a time that renews it.
///
///     token                          refused by a call   answer
///     none                           –                   fetch; its failure is the answer
///     holds 5 min more (or half)     no                  the known one
///     holds less                     no                  fetch; on failure the known one while it holds
///     the one that was refused       yes                 fetch; its failure is the answer
///     a newer one than was refused   yes                 the known one
actor TokenCache {
  private struct Known {
    var token: String
    var refreshAt: ContinuousClock.Instant
    var expiresAt: ContinuousClock.Instant
  }
  private let credential: AzureCredential
  private let form: TokenRequest
  private let transport: any Transport
  private let time: any TimeSource
  private var known: Known?
  private var inFlight: Task<Result<Known, CloudError>, Never>?

  /// - Parameter transport: one that retries: 429 and 5xx of the metadata service are common while a machine starts.
  init(_ credential: AzureCredential, endpoints: AzureEndpoints, transport: any Transport, time: any TimeSource) {
    self.credential = credential
    form = TokenRequest(endpoints: endpoints)
    self.transport = transport
    self.time = time
  }

  /// - Parameter refused: a token that a service answered 401 to.
  func token(refused: String? = nil) async throws(CloudError) -> String {
    if let known, known.token != refused, time.now < known.refreshAt { return known.token }
    do {
      return try await fetchOnce().get().token
    } catch {
      if let known, known.token != refused, time.now < known.expiresAt { return known.token }
      throw error
    }
  }

  /// The exchange goes on when the task that asked first is cancelled: others may wait for it.
  private func fetchOnce() async -> Result<Known, CloudError> {
    if let inFlight { return await inFlight.value }
    let (credential, form, transport, time) = (self.credential, self.form, self.transport, self.time)
    let task = Task { () -> Result<Known, CloudError> in
      do throws(CloudError) { return .success(try await Self.fetch(credential, form, transport, time)) } catch {
        return .failure(error)
      }
    }
    inFlight = task
    let result = await task.value
    inFlight = nil
    switch result {
    case .success(let fetched): known = fetched
    case .failure: known?.refreshAt = time.now.advanced(by: .seconds(10))
    }
    return result
  }

  private static func fetch(
    _ credential: AzureCredential,
    _ form: TokenRequest,
    _ transport: any Transport,
    _ time: any TimeSource
  ) async throws(CloudError) -> Known {
    let request = form.request(credential, assertion: try assertion(credential))
    let sent = time.now
    let response: HTTPResponse
    do throws(TransportError) { response = try await transport.send(request) } catch {
      throw CloudError(error, operation: "token")
    }
    let (token, lifetime) = try TokenRequest.token(in: response)
    let early = min(.seconds(300), lifetime / 2)
    return Known(
      token: token,
      refreshAt: sent.advanced(by: lifetime - early),
      expiresAt: sent.advanced(by: lifetime)
    )
  }

  private static func assertion(_ credential: AzureCredential) throws(CloudError) -> String? {
    guard case .workloadIdentity(_, _, let file) = credential else { return nil }
    guard let text = try? String(contentsOfFile: file, encoding: .utf8),
      let word = text.split(whereSeparator: \.isWhitespace).first
    else {
      throw CloudError(
        .unauthenticated,
        operation: "token",
        message: "AZURE_FEDERATED_TOKEN_FILE \(file) is missing, empty or unreadable"
      )
    }
    return String(word)
  }
}
