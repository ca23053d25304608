public import Foundations
public import HTTPTransport

/// The local clock, corrected by the clock of a server that refuses a wrong time.
///
/// A signature (AWS) and an assertion (Google) are valid for some minutes around the server's own time. The refusal of
/// one outside them often reads like that of a wrong key. The Date of the answer (RFC 9110 §6.6.1) shows the
/// difference, which is kept for all later requests.
///
///     the local time differs from the answer's Date    correct(by:)
///     by less than 4 min, or there is no Date          false: the time was not the cause
///     by more                                          true: corrected, and worth another try
public final class ServerClock: Sendable {
  /// No service allows less than 5 min. The margin is for the time that an answer takes.
  static let tolerance: Duration = .seconds(240)
  private let time: any TimeSource
  private let shift = Locked(Duration.zero)

  public init(_ time: any TimeSource) { self.time = time }

  public var timestamp: Timestamp { time.timestamp.advanced(by: offset) }

  /// How far the local clock is behind the server's.
  public var offset: Duration { shift.withLock { $0 } }

  /// - Parameter head: the head of a refusal.
  /// - Returns: whether the local clock was wrong and is now corrected.
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
