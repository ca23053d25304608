internal import Foundations
internal import Kubernetes

/// Decides when to list, when to watch and how long to wait. A value without I/O and clock: it is told what happened
/// and returns what to do next. `ReflectorDriver` carries that out.
///
///     state      happened                                 next
///     empty      start                                    stream (WatchList), or list
///     streaming  the end bookmark came                    read on: the same stream is the watch now
///     streaming  refused as invalid, or overdue           never stream again; list at once
///     streaming  any other failure, or a regular end      back off and stream again; at the second in a row, list
///     listing    listed at v                              watch from v
///     listing    listed below the last version seen       at "", v is the truth: watch from it; else list at ""
///     listing    failed                                   back off, list again
///     watching   ended after news, or late                watch on from the last version seen
///     watching   ended at once without news               back off, watch on: an error in disguise
///     watching   silent                                   watch on at once: an idle kind has no news
///     watching   140 s in a row without news              start over at "": only a list shows a restored etcd
///     watching   a bookmark below the last version seen   start over at "", at once; the second time back off
///     watching   410, Expired, too large version          start over at "", at once; the second time back off
///     watching   429, 5xx, broken                         back off, watch on: a list would only add to the trouble
///     watching   401, 403, 404, 405, not understood       back off, start over: the list's own error tells the cause
///
/// Starting over means to stream if the server can, else to list. A list asks for the last version seen or a newer one,
/// so that a server that lags behind does not take the cache back in time. It asks for "0" (anything the server
/// remembers) only while nothing has been seen and pages are not asked for. It asks for "" (the newest, from etcd) if
/// the server does not know the last version, until one list has succeeded. A stream always asks for the newest.
///
/// If a server's streams never reach their bookmark although its lists work, each start of an informer tries one stream
/// and then lists.
struct Reflector {
  enum State: Equatable {
    case empty
    /// A watch with `sendInitialEvents` is open, and its end bookmark has not arrived.
    case streaming
    case listing
    case watching
  }

  enum Action: Equatable {
    case stream(resourceVersion: String, after: Duration)
    case list(resourceVersion: String, after: Duration)
    case watch(resourceVersion: String, after: Duration)
  }
  private(set) var state = State.empty
  /// Everything up to here has been seen.
  private(set) var resourceVersion = ""
  private(set) var failures = 0
  private var streamFailures = 0
  /// Whether the server does not know `resourceVersion`, so that only the newest version will do.
  private var needsNewest = false
  /// How long consecutive watches have heard nothing.
  private var quiet: Duration = .zero
  private var canStream: Bool
  /// The version that the first list asks for.
  private let firstVersion: String
  private let backoff: Backoff

  /// - Parameters:
  ///   - streams: whether to try WatchList; servers before 1.32 refuse it, which costs one request.
  ///   - pagesFirstList: see `InformerOptions`.
  init(streams: Bool = true, pagesFirstList: Bool = false, backoff: Backoff = .watch) {
    canStream = streams
    // Servers honour the limit for every version except "0".
    firstVersion = pagesFirstList ? "" : "0"
    self.backoff = backoff
  }

  /// Notes an event.
  mutating func saw(_ news: News) -> Verdict {
    switch (state, news) {
    case (.streaming, .object): return .readOn  // synthetic ADDED: its version says nothing about the others
    case (.streaming, .bookmark(let version, let isEnd)):
      guard isEnd else { return .readOn }
      state = .watching
      filled(at: version)
      streamFailures = 0
      return .complete
    case (_, .object(let version)):
      advance(to: version)
      return .readOn
    case (_, .bookmark(let version, _)):
      if isBehind(version) { return .wentBack }
      advance(to: version)
      return .readOn
    }
  }

  /// Whether this version of a list or bookmark is older than the last one seen.
  func isBehind(_ version: String) -> Bool { ResourceVersion.isLower(version, than: resourceVersion) }

  /// Never goes back, because an API server that is not Kubernetes' own may send objects out of order.
  private mutating func advance(to version: String) {
    if !version.isEmpty, !isBehind(version) { resourceVersion = version }
  }

  private mutating func filled(at version: String) {
    resourceVersion = version
    needsNewest = false
    quiet = .zero
  }

  mutating func next(_ outcome: Outcome) -> Action {
    switch outcome {
    case .started: return startOver(after: .zero)
    case .listed(let version):
      filled(at: version)
      streamFailures = min(streamFailures, Self.mostStreamFailures - 1)
      return watch(after: .zero)
    case .listFailed(let error):
      needsNewest = needsNewest || Self.isExpired(error)
      return list(after: delay(error))
    case .overdue:
      canStream = false
      return startOver(after: .zero)
    case .wentBack: return startOverAtNewest(nil)
    case .watchEnded(let events, let lasted):
      if state == .streaming { return streamFailed(nil) }
      if lasted >= Self.healthy { failures = 0 }
      if isQuietForLong(events, lasted) { return startOverAtNewest(after: .zero) }
      guard lasted < Self.tooShort else { return watch(after: .zero) }
      return watch(after: events == 0 ? delay(nil) : max(.zero, Self.shortest - lasted))
    case .watchSilent(let events, let lasted):
      failures = 0
      return isQuietForLong(events, lasted) ? startOverAtNewest(after: .zero) : watch(after: .zero)
    case .watchFailed(let error, let events, let lasted):
      if lasted >= Self.healthy { failures = 0 }
      if Self.isExpired(error) {
        if state == .streaming { streamFailures += 1 }
        return startOverAtNewest(error)
      }
      return state == .streaming ? streamFailed(error) : watchFailed(error, events, lasted)
    }
  }

  private mutating func streamFailed(_ error: KubernetesError?) -> Action {
    // 400 and 422: this server does not know WatchList or has it switched off.
    if let error, error.kind == .invalid || error.kind == .badRequest {
      canStream = false
      return startOver(after: .zero)
    }
    streamFailures += 1
    return startOver(after: delay(error))
  }

  private mutating func watchFailed(_ error: KubernetesError, _ events: Int, _ lasted: Duration) -> Action {
    switch error.kind {
    case .unauthorized, .forbidden, .notFound, .methodNotAllowed, .badRequest, .invalid, .decoding:
      return startOver(after: delay(error))
    case .transport where isQuietForLong(events, lasted): return startOverAtNewest(after: delay(error))
    default: return watch(after: delay(error))
    }
  }

  private mutating func isQuietForLong(_ events: Int, _ lasted: Duration) -> Bool {
    quiet = events == 0 ? quiet + lasted : .zero
    return quiet >= Self.longestQuiet
  }

  /// Starts over at once. But if a server causes this every time, it must not be flooded with lists.
  private mutating func startOverAtNewest(_ error: KubernetesError?) -> Action {
    let isFirst = failures == 0
    let delay = delay(error)
    return startOverAtNewest(after: isFirst ? .zero : delay)
  }

  private mutating func startOverAtNewest(after delay: Duration) -> Action {
    needsNewest = true
    return startOver(after: delay)
  }

  private mutating func startOver(after delay: Duration) -> Action {
    guard canStream, streamFailures < Self.mostStreamFailures else { return list(after: delay) }
    state = .streaming
    return .stream(resourceVersion: "", after: delay)
  }

  private mutating func list(after delay: Duration) -> Action {
    state = .listing
    let lastSeen = resourceVersion.isEmpty ? firstVersion : resourceVersion
    return .list(resourceVersion: needsNewest ? "" : lastSeen, after: delay)
  }

  private mutating func watch(after delay: Duration) -> Action {
    state = .watching
    return .watch(resourceVersion: resourceVersion, after: delay)
  }

  private mutating func delay(_ error: KubernetesError?) -> Duration {
    failures = min(failures + 1, 1000)
    return max(min(error?.retryAfter ?? .zero, Self.longestDelay), backoff.delay(attempt: failures))
  }
}
