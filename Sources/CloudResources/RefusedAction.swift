public import Cloud
public import Foundations

/// An action that the cloud refused, and when it is tried again. Each action has a pace of its own, so that one that is
/// refused again and again neither costs a request in every pass nor slows down the others.
///
///     refused the n-th time    1   2    3    4    5 and more
///     tried again in seconds   60  120  240  480  600
///
/// One that lacks a permission, or whose object is in use, is tried again every minute: whoever is mending that watches.
public struct RefusedAction: Sendable, Hashable {
  public static let shortestPause = Duration.seconds(60)
  public static let longestPause = Duration.seconds(600)
  /// Longest message that is kept.
  public static let messageLimit = 512

  public var error: CloudError
  public var count: Int
  public var retryAt: Timestamp

  public init(error: CloudError, count: Int, retryAt: Timestamp) {
    self.error = error
    self.count = count
    self.retryAt = retryAt
  }

  /// - Parameter earlier: what was known of the action before; nil: it is refused for the first time.
  public init(_ error: CloudError, after earlier: RefusedAction?, now: Timestamp) {
    let doublings = min(earlier?.count ?? 0, 16)
    let longest = [.forbidden, .inUse].contains(error.kind) ? Self.shortestPause : Self.longestPause
    self.error = error
    self.error.message = String(error.message.prefix(Self.messageLimit))
    self.error.retryAfter = nil
    count = doublings + 1
    retryAt = now.advanced(by: min(longest, Self.shortestPause * (1 << doublings)))
  }
}
