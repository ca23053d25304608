internal import Foundations

/// A value that must be fetched again from time to time, with at most one fetch in flight.
///
///     known value            asked for        answer
///     none                   any              fetch; if that fails, so does the call
///     not yet due            not fresh        the known one
///     due                    not fresh        fetch; if that fails, the known one, and the next fetch 10 s later
///     older than 5 s         fresh (a 401)    fetch; if that fails, so does the call
///     younger than 5 s       fresh (a 401)    the known one, so that only one of many refused requests fetches
actor Refreshed<Value: Sendable> {
  struct Fetched: Sendable {
    var value: Value
    /// When to fetch again; nil: only after a refusal.
    var refreshAt: ContinuousClock.Instant?
  }
  private struct Known {
    var fetched: Fetched
    var at: ContinuousClock.Instant
  }

  private let fetch: @Sendable () async throws(KubernetesError) -> Fetched
  private let time: any TimeSource
  private let logger: Logger
  private var known: Known?
  private var inFlight: Task<Result<Fetched, KubernetesError>, Never>?

  init(
    time: any TimeSource,
    logger: Logger = .none,
    fetch: @escaping @Sendable () async throws(KubernetesError) -> Fetched
  ) {
    self.time = time
    self.logger = logger
    self.fetch = fetch
  }

  func value(fresh: Bool = false) async throws(KubernetesError) -> Value {
    if let known, !needsFetch(known, fresh: fresh) { return known.fetched.value }
    do {
      return try await fetchOnce().get().value
    } catch {
      guard let known, !fresh else { throw error }
      logger.warning("credentials were not refreshed; the old ones stay in use", ["error": .string(error.message)])
      return known.fetched.value
    }
  }

  private func needsFetch(_ known: Known, fresh: Bool) -> Bool {
    if fresh { return known.at.duration(to: time.now) >= .seconds(5) }
    return known.fetched.refreshAt.map { $0 <= time.now } ?? false
  }

  /// The fetch continues when the task that started it is cancelled, because others may wait for it.
  private func fetchOnce() async -> Result<Fetched, KubernetesError> {
    if let inFlight { return await inFlight.value }
    let fetch = self.fetch
    let task = Task { () -> Result<Fetched, KubernetesError> in
      do throws(KubernetesError) { return .success(try await fetch()) } catch { return .failure(error) }
    }
    inFlight = task
    let result = await task.value
    inFlight = nil
    switch result {
    case .success(let fetched): known = Known(fetched: fetched, at: time.now)
    case .failure: known?.fetched.refreshAt = time.now.advanced(by: .seconds(10))
    }
    return result
  }
}
