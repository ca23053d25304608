internal import Foundations
internal import Kubernetes

/// Numbers: client-go's reflector.go, kube-rs' watcher.rs.
extension Reflector {
  /// A watch that lasted this long was healthy: the next failure counts as the first (client-go: 2 min).
  static let healthy: Duration = .seconds(120)
  /// A watch that ends sooner with no event is an error (client-go: 1 s).
  static let tooShort: Duration = .seconds(1)
  /// The shortest time from one watch to the next. A busy server ends the watch of a reader that it considers slow,
  /// every second or so and in the middle of a burst. Each pause delays news.
  static let shortest: Duration = .milliseconds(50)
  /// Servers that send bookmarks send one every minute, so 75 s without one are a silence. Before 1.21, servers send
  /// none for kinds that nobody has touched since they started.
  static let longestSilence: Duration = .seconds(75)
  /// The transport is the first to detect a silence, and then abandons the connection. If it does not, the watch is
  /// given up this much later.
  static let transportsTurn: Duration = .seconds(5)
  /// How long consecutive watches may hear nothing before a list makes sure: two silences, minus clock error.
  static let longestQuiet: Duration = .seconds(140)
  /// The longest silence of an accepted stream before its end bookmark. A server that knows WatchList sends its objects
  /// without pause, and one that ignores the parameter falls silent here.
  static let longestPause: Duration = .seconds(10)
  /// When the end bookmark must have arrived, however busy the stream is. A server that ignores the parameter could
  /// send news for ever.
  static let longestStream: Duration = .seconds(120)
  /// The longest pause that a `Retry-After`, for example of a proxy, can demand.
  static let longestDelay: Duration = .seconds(300)
  /// The number of streams that may fail in a row before a list is used instead.
  static let mostStreamFailures = 2

  /// When a silence ends the watch.
  /// - Parameters:
  ///   - heard: when the last bytes arrived.
  ///   - opened: when the stream was opened.
  ///   - isAccepted: whether the server has answered. A server that does not answer may still know WatchList.
  func deadline(
    heard: ContinuousClock.Instant,
    opened: ContinuousClock.Instant,
    isAccepted: Bool
  ) -> ContinuousClock.Instant {
    guard state == .streaming, isAccepted else { return heard.advanced(by: Self.longestSilence + Self.transportsTurn) }
    return min(heard.advanced(by: Self.longestPause), opened.advanced(by: Self.longestStream))
  }

  /// 410, or a version that is too old or too new for the server (apierrors.IsResourceExpired,
  /// IsTooLargeResourceVersion).
  static func isExpired(_ error: KubernetesError) -> Bool {
    error.kind == .gone || error.reason == "Expired" || error.message.contains("Too large resource version")
  }
}
