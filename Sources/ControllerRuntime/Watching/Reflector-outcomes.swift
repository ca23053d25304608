internal import Kubernetes

extension Reflector {
  enum Outcome {
    case started
    case listed(resourceVersion: String)
    case listFailed(KubernetesError)
    /// - Parameter events: how many came, bookmarks included.
    case watchEnded(events: Int, lasted: Duration)
    /// The server had accepted the watch, and nothing came any more.
    case watchSilent(events: Int, lasted: Duration)
    case watchFailed(KubernetesError, events: Int = 0, lasted: Duration)
    /// The end bookmark of a stream did not come in time.
    case overdue
    /// A version below the last one seen came from a list or a bookmark: the server has another history.
    case wentBack
  }
  /// One event of a watch, as far as it matters here.
  enum News: Equatable {
    case object(resourceVersion: String)
    case bookmark(resourceVersion: String, initialEventsEnd: Bool)
  }
  enum Verdict: Equatable {
    case readOn
    /// The initial objects are complete: everything not among them is gone.
    case complete
    /// End the watch and report `.wentBack`.
    case wentBack
  }
}
