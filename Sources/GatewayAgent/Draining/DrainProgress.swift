/// Decides when a gateway that is being replaced may end. No I/O.
///
///     established connections     time since the signal            ends
///     any                         the limit or more                yes
///     none, twice in a row        5 s or more                      yes
///     none                        less than 5 s                    no: new ones may still be sent here
///     some, or not known          less than the limit              no
struct DrainProgress: Sendable {
  /// How long until every node sends new connections elsewhere: an EndpointSlice reaches kube-proxy within about two
  /// seconds.
  static let least = Duration.seconds(5)
  /// How often connections are counted.
  static let period = Duration.seconds(1)
  /// How often a changing count is reported: the operator writes each into a status.
  static let reportPeriod = Duration.seconds(5)

  let began: ContinuousClock.Instant
  let limit: Duration
  private var timesEmpty = 0
  private var reported: ContinuousClock.Instant?

  init(began: ContinuousClock.Instant, limit: Duration) {
    self.began = began
    self.limit = limit
  }

  /// - Parameter connections: established connections; nil if not known.
  mutating func isOver(connections: Int?, now: ContinuousClock.Instant) -> Bool {
    timesEmpty = connections == 0 ? timesEmpty + 1 : 0
    let elapsed = began.duration(to: now)
    return elapsed >= limit || timesEmpty >= 2 && elapsed >= Self.least
  }

  /// Whether to report the count now.
  mutating func isReportDue(now: ContinuousClock.Instant) -> Bool {
    if let reported, reported.duration(to: now) < Self.reportPeriod { return false }
    reported = now
    return true
  }
}
