public import Foundations
public import HTTPTransport

/// Our clock, put right by a server's where that refuses what bears a wrong time.
///
/// A signature (AWS) and an assertion (Google) hold for some minutes around the server's own time, and the refusal of
/// one that does not often reads like that of a wrong key. Its Date (RFC 9110 §6.6.1) tells the difference, which is
/// kept for all that follows.
///
///     our time differs from the answer's Date    correct(by:)
///     by less than 4 min, or there is no Date    false: the time was not the cause
///     by more                                    true: put right, worth another try
public final class ServerClock: Sendable {
  /// Nobody allows less than 5 min; what is between is for the time that an answer takes.
  static let tolerance: Duration = .seconds(240)
  private let time: any TimeSource
  private let shift = Locked(Duration.zero)

  public init(_ time: any TimeSource) { self.time = time }

  public var timestamp: Timestamp { time.timestamp.advanced(by: offset) }

  /// By how much our clock is behind.
  public var offset: Duration { shift.withLock { $0 } }

  /// - Parameter head: of a refusal.
  /// - Returns: whether our clock was wrong, and is right from now on.
  public func correct(by head: HTTPResponseHead) -> Bool {
    guard let server = head.headers["Date"].flatMap({ RetryAfter.date($0) }) else { return false }
    let found = server.since(time.timestamp)
    return shift.withLock { shift in
      let change = found - shift
      guard change > Self.tolerance || change < .zero - Self.tolerance else { return false }
      shift = found
      return true
    }
  }
}
