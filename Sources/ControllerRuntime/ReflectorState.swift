internal import Foundations
internal import Kubernetes

/// When to list, when to watch and how long to wait: a value that is told what happened and says what to do next.
///
///     happened                              next
///     start                                 list at "0" (the server's cache)
///     listed at v                           watch from v
///     watch ended after news, or late       watch on from the last version seen
///     watch ended at once without news      back off, watch on: an error in disguise
///     410, Expired, too large version       list at "" (etcd), at once
///     list failed                           back off, list again
///     watch failed: refused, 429, 5xx       back off, watch on: a list would only add to the trouble
///     401, 403, 404 on a watch              back off, list: the list's own error tells the cause
struct ReflectorState {
  enum Step: Equatable {
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
  }

  /// A watch that lasted this long was healthy: the next failure counts as the first (client-go: 2 min).
  static let healthy: Duration = .seconds(120)
  /// A watch that ends sooner with no event is an error (client-go: 1 s).
  static let tooShort: Duration = .seconds(1)

  private(set) var resourceVersion = ""
  private(set) var failures = 0
  private let backoff: Backoff

  init(backoff: Backoff = .watch) { self.backoff = backoff }

  /// The server said that everything up to here has been told.
  mutating func saw(resourceVersion: String) {
    if !resourceVersion.isEmpty { self.resourceVersion = resourceVersion }
  }

  mutating func next(_ outcome: Outcome) -> Step {
    switch outcome {
    case .started:
      return .list(resourceVersion: "0", after: .zero)
    case .listed(let version):
      resourceVersion = version
      return .watch(resourceVersion: version, after: .zero)
    case .listFailed(let error):
      return .list(resourceVersion: Self.isExpired(error) ? "" : "0", after: delay(error))
    case .watchEnded(let events, let lasted):
      if events == 0 && lasted < Self.tooShort { return .watch(resourceVersion: resourceVersion, after: delay(nil)) }
      failures = 0
      return .watch(resourceVersion: resourceVersion, after: .zero)
    case .watchFailed(let error, let lasted):
      if lasted >= Self.healthy { failures = 0 }
      if Self.isExpired(error) { return .list(resourceVersion: "", after: .zero) }
      switch error.kind {
      case .unauthorized, .forbidden, .notFound, .badRequest, .invalid, .decoding:
        return .list(resourceVersion: "0", after: delay(error))
      default:
        return .watch(resourceVersion: resourceVersion, after: delay(error))
      }
    }
  }

  private mutating func delay(_ error: KubernetesError?) -> Duration {
    failures += 1
    return max(error?.retryAfter ?? .zero, backoff.delay(attempt: failures))
  }

  /// 410, or a version that is too old or too new for the server (apierrors.IsResourceExpired, IsTooLargeResourceVersion).
  static func isExpired(_ error: KubernetesError) -> Bool {
    error.kind == .gone || error.reason == "Expired" || error.message.contains("Too large resource version")
  }
}
