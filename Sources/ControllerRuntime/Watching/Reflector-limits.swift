internal import Foundations
internal import Kubernetes

/// Numbers: client-go's reflector.go, kube-rs' watcher.rs.
extension Reflector {
  /// A watch that lasted this long was healthy: the next failure counts as the first (client-go: 2 min).
  static let healthy: Duration = .seconds(120)
  /// A watch that ends sooner with no event is an error (client-go: 1 s).
  static let tooShort: Duration = .seconds(1)
  /// Shortest time from one watch to the next. A busy server ends the watch of a reader that it takes for slow, every
  /// second or so and in the middle of a burst: each pause is news that come late.
  static let shortest: Duration = .milliseconds(50)
  /// Bookmarks come every minute where the server sends them: 75 s without one are a silence. Before 1.21 servers have
  /// none for kinds that nobody has touched since they started.
  static let longestSilence: Duration = .seconds(75)
  /// A silence is the transport's to find, which then leaves the connection; only if it does not, the watch is given up
  /// this much later.
  static let transportsTurn: Duration = .seconds(5)
  /// How long watches may hear nothing, one after the other, before a list makes sure: two silences, less what clocks
  /// are off.
  static let longestQuiet: Duration = .seconds(140)
  /// Longest silence of an accepted stream before its end bookmark: a server that knows WatchList sends what it has without pause;
  /// one that ignores the parameter falls silent here.
  static let longestPause: Duration = .seconds(10)
  /// By when the end bookmark must have come, however busy the stream: a server that ignores the parameter could go on
  /// sending news for ever.
  static let longestStream: Duration = .seconds(120)
  /// A proxy that asks for more patience than this (`Retry-After`) is asked again all the same.
  static let longestDelay: Duration = .seconds(300)
  /// Streams that may fail in a row before a list takes their place.
  static let mostStreamFailures = 2

  /// When a silence becomes an end.
  /// - Parameters:
  ///   - heard: when the last bytes came.
  ///   - opened: when the stream was opened.
  ///   - isAccepted: whether the server has answered. One that does not answer may well know WatchList.
  func deadline(
    heard: ContinuousClock.Instant,
    opened: ContinuousClock.Instant,
    isAccepted: Bool
  ) -> ContinuousClock.Instant {
    guard state == .streaming, isAccepted else { return heard.advanced(by: Self.longestSilence + Self.transportsTurn) }
    return min(heard.advanced(by: Self.longestPause), opened.advanced(by: Self.longestStream))
  }

  /// 410, or a version too old or too new for the server (apierrors.IsResourceExpired, IsTooLargeResourceVersion).
  static func isExpired(_ error: KubernetesError) -> Bool {
    error.kind == .gone || error.reason == "Expired" || error.message.contains("Too large resource version")
  }
}
