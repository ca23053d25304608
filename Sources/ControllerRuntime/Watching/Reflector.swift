internal import Foundations
internal import Kubernetes

/// When to list, when to watch and how long to wait: a value that is told what happened and says what to do next. It
/// does no I/O and knows no clock; `Informer` drives it.
///
///     state      happened                                next
///     empty      start                                   stream (WatchList), or list at "0" (the server's cache)
///     streaming  the end bookmark came                   read on: the same stream is the watch now
///     streaming  refused as invalid, or overdue          never stream again; list at "0"
///     listing    listed at v                             watch from v
///     watching   ended after news, or late               watch on from the last version seen
///     watching   ended at once without news              back off, watch on: an error in disguise
///     watching   410, Expired, too large version         start over at "" (etcd), at once; the second time back off
///     watching   silent, refused, 429, 5xx, broken       back off, watch on: a list would only add to the trouble
///     watching   401, 403, 404                           back off, start over: the list's own error tells the cause
///     listing    failed                                  back off, list again
///
/// Numbers: client-go's reflector.go, kube-rs' watcher.rs.
struct Reflector {
  enum State: Equatable {
    case empty
    /// A watch with `sendInitialEvents` is open and its end bookmark has not come.
    case streaming
    case listing
    case watching
  }
  enum Action: Equatable {
    case stream(resourceVersion: String, after: Duration)
    case list(resourceVersion: String, after: Duration)
    case watch(resourceVersion: String, after: Duration)
  }
  enum Outcome {
    case started
    case listed(resourceVersion: String)
    case listFailed(KubernetesError)
    /// - Parameter events: how many came, bookmarks included.
    case watchEnded(events: Int, lasted: Duration)
    case watchFailed(KubernetesError, lasted: Duration)
    /// The end bookmark of a stream did not come in time.
    case overdue
  }
  /// One event of a watch, as far as it matters here.
  enum News: Equatable {
    case object(resourceVersion: String)
    case bookmark(resourceVersion: String, initialEventsEnd: Bool)
  }

  /// A watch that lasted this long was healthy: the next failure counts as the first (client-go: 2 min).
  static let healthy: Duration = .seconds(120)
  /// A watch that ends sooner with no event is an error (client-go: 1 s).
  static let tooShort: Duration = .seconds(1)
  /// Shortest time from one watch to the next. A busy server ends the watch of a reader that it takes for slow, every
  /// second or so and in the middle of a burst: each pause is news that come late.
  static let shortest: Duration = .milliseconds(50)
  /// Bookmarks come every minute: a stream silent for longer is dead.
  static let longestSilence: Duration = .seconds(75)
  /// Longest silence before a stream's end bookmark: a server that knows WatchList sends what it has without pause;
  /// one that ignores the parameter falls silent here.
  static let longestPause: Duration = .seconds(10)
  /// By when the end bookmark must have come, however busy the stream: a server that ignores the parameter could go on
  /// sending news for ever.
  static let longestStream: Duration = .seconds(120)

  private(set) var state = State.empty
  /// Everything up to here has been seen.
  private(set) var resourceVersion = ""
  private(set) var failures = 0
  private var canStream: Bool
  private let backoff: Backoff

  /// - Parameter streams: whether to try WatchList; servers before 1.32 reject it, which costs one request.
  init(streams: Bool = true, backoff: Backoff = .watch) {
    canStream = streams
    self.backoff = backoff
  }

  /// Takes note of one event.
  /// - Returns: true when the initial objects are complete, so that everything not among them is gone.
  mutating func saw(_ news: News) -> Bool {
    switch (state, news) {
    case (.streaming, .object): break  // synthetic ADDED: its version says nothing about the others
    case (.streaming, .bookmark(let version, let isEnd)):
      guard isEnd else { break }
      advance(version)
      state = .watching
      return true
    case (_, .object(let version)), (_, .bookmark(let version, _)): advance(version)
    }
    return false
  }

  private mutating func advance(_ version: String) { if !version.isEmpty { resourceVersion = version } }

  mutating func next(_ outcome: Outcome) -> Action {
    switch outcome {
    case .started: return startOver(fromCache: true, after: .zero)
    case .listed(let version):
      resourceVersion = version
      return watch(after: .zero)
    case .listFailed(let error): return startOver(fromCache: !Self.isExpired(error), after: delay(error))
    case .overdue:
      canStream = false
      return startOver(fromCache: true, after: .zero)
    case .watchEnded(let events, let lasted):
      if state == .streaming { return startOver(fromCache: true, after: delay(nil)) }
      if lasted >= Self.healthy { failures = 0 }
      guard lasted < Self.tooShort else { return watch(after: .zero) }
      return watch(after: events == 0 ? delay(nil) : max(.zero, Self.shortest - lasted))
    case .watchFailed(let error, let lasted):
      if lasted >= Self.healthy { failures = 0 }
      return recover(error)
    }
  }

  private mutating func recover(_ error: KubernetesError) -> Action {
    if Self.isExpired(error) {
      // At once; but a server whose every watch expires is not to be flooded with lists.
      let isFirst = failures == 0
      let delay = delay(error)
      return startOver(fromCache: false, after: isFirst ? .zero : delay)
    }
    if state == .streaming {
      // 400 and 422: this server does not know WatchList, or has it switched off.
      if error.kind == .invalid || error.kind == .badRequest {
        canStream = false
        return startOver(fromCache: true, after: .zero)
      }
      return startOver(fromCache: true, after: delay(error))
    }
    switch error.kind {
    case .unauthorized, .forbidden, .notFound, .badRequest, .invalid, .decoding:
      return startOver(fromCache: true, after: delay(error))
    default: return watch(after: delay(error))
    }
  }

  /// - Parameter fromCache: a list may be served from the API server's cache, which may be older than what was seen.
  private mutating func startOver(fromCache: Bool, after delay: Duration) -> Action {
    if canStream {
      state = .streaming
      return .stream(resourceVersion: "", after: delay)
    }
    state = .listing
    return .list(resourceVersion: fromCache ? "0" : "", after: delay)
  }

  private mutating func watch(after delay: Duration) -> Action {
    state = .watching
    return .watch(resourceVersion: resourceVersion, after: delay)
  }

  private mutating func delay(_ error: KubernetesError?) -> Duration {
    failures = min(failures + 1, 1000)
    return max(error?.retryAfter ?? .zero, backoff.delay(attempt: failures))
  }

  /// When a silence becomes a failure.
  /// - Parameters:
  ///   - heard: when the last bytes came.
  ///   - opened: when the stream was opened.
  func deadline(heard: ContinuousClock.Instant, opened: ContinuousClock.Instant) -> ContinuousClock.Instant {
    guard state == .streaming else { return heard.advanced(by: Self.longestSilence) }
    return min(heard.advanced(by: Self.longestPause), opened.advanced(by: Self.longestStream))
  }

  /// 410, or a version too old or too new for the server (apierrors.IsResourceExpired, IsTooLargeResourceVersion).
  static func isExpired(_ error: KubernetesError) -> Bool {
    error.kind == .gone || error.reason == "Expired" || error.message.contains("Too large resource version")
  }
}
