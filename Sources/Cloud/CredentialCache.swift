public import Foundations

/// The current credentials, and at most one fetch of new ones in flight.
///
///     known credentials              asked          answer
///     none                           any            fetch; if that fails, so does the call
///     valid for longer than margin   not refused    the known ones
///     valid for less                 not refused    fetch; if that fails, the known ones while they are valid, and another
///                                                   fetch after 10 s
///     the refused ones               refused        fetch; if that fails, so does the call
///     others than the refused ones   refused        the known ones, so that only one of many refused callers fetches
public actor CredentialCache<Credentials: Sendable & Equatable> {
  /// Fetched credentials, which never appear in a log or description.
  public struct Fetched: Sendable, CustomStringConvertible, CustomReflectable {
    public var credentials: Credentials
    /// The lifetime, counted from the request for them; nil: they do not expire.
    public var lifetime: Duration?
    public init(_ credentials: Credentials, lifetime: Duration?) {
      self.credentials = credentials
      self.lifetime = lifetime
    }
    public var description: String { "(credentials)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
  }
  public typealias Fetch = @Sendable () async throws(CloudError) -> Fetched

  private struct Known {
    var credentials: Credentials
    /// When to fetch new ones. Both are nil for credentials that do not expire.
    var refreshAt: ContinuousClock.Instant?
    var expiresAt: ContinuousClock.Instant?
  }
  /// The pause after a failed fetch while the known credentials are still valid.
  private static var pause: Duration { .seconds(10) }
  private let margin: Duration
  private let time: any TimeSource
  private let fetch: Fetch
  private var known: Known?
  private var inFlight: Task<Result<Known, CloudError>, Never>?

  /// - Parameter margin: how long before they expire credentials are renewed; half their lifetime if that is shorter.
  public init(margin: Duration = .seconds(300), time: any TimeSource, fetch: @escaping Fetch) {
    self.margin = margin
    self.time = time
    self.fetch = fetch
  }

  /// - Parameter refused: the credentials that a service did not accept.
  public func credentials(refusing refused: Credentials? = nil) async throws(CloudError) -> Credentials {
    if let known, known.credentials != refused, !isDue(known) { return known.credentials }
    switch await fetchOnce() {
    case .success(let fetched): return fetched.credentials
    case .failure(let error):
      guard let known, known.credentials != refused, isAlive(known) else { throw error }
      return known.credentials
    }
  }

  private func isAlive(_ known: Known) -> Bool { known.expiresAt.map { time.now < $0 } ?? true }
  private func isDue(_ known: Known) -> Bool {
    !isAlive(known) || known.refreshAt.map { $0 <= time.now } ?? false
  }

  /// The fetch continues when the task that started it is cancelled, because others may wait for it.
  private func fetchOnce() async -> Result<Known, CloudError> {
    if let inFlight { return await inFlight.value }
    let (fetch, margin, begun) = (self.fetch, self.margin, time.now)
    let task = Task { () -> Result<Known, CloudError> in
      do throws(CloudError) {
        return .success(Self.known(try await fetch(), since: begun, margin))
      } catch {
        return .failure(error)
      }
    }
    inFlight = task
    let result = await task.value
    inFlight = nil
    switch result {
    case .success(let fetched): known = fetched
    case .failure: if let known, isDue(known) { self.known?.refreshAt = time.now.advanced(by: Self.pause) }
    }
    return result
  }

  private static func known(_ fetched: Fetched, since begun: ContinuousClock.Instant, _ margin: Duration) -> Known {
    guard let lifetime = fetched.lifetime else { return Known(credentials: fetched.credentials) }
    let early = min(margin, lifetime / 2)
    return Known(
      credentials: fetched.credentials,
      refreshAt: begun.advanced(by: lifetime - early),
      expiresAt: begun.advanced(by: lifetime)
    )
  }
}
