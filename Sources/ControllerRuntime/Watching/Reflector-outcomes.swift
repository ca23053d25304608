internal import Kubernetes

extension Reflector {
  enum Outcome {
    case started
    case listed(resourceVersion: String)
    case listFailed(KubernetesError)
    /// - Parameter events: the number of events, bookmarks included.
    case watchEnded(events: Int, lasted: Duration)
    /// The server had accepted the watch, and then nothing more arrived.
    case watchSilent(events: Int, lasted: Duration)
    case watchFailed(KubernetesError, events: Int = 0, lasted: Duration)
    /// The end bookmark of a stream did not arrive in time.
    case overdue
    /// A list or a bookmark had a version below the last one seen: the server's history is a different one.
    case wentBack
  }
  /// The parts of a watch event that matter here.
  enum News: Equatable {
    case object(resourceVersion: String)
    case bookmark(resourceVersion: String, initialEventsEnd: Bool)
  }
  enum Verdict: Equatable {
    case readOn
    /// The initial objects are complete. Everything else is gone.
    case complete
    /// End the watch and report `.wentBack`.
    case wentBack
  }
}
