package import Cloud
package import Foundations

/// An action that the cloud refused, and when it is tried again. Each action has its own pace, so that one refused over
/// and over neither costs a request in every pass nor slows down the others.
///
///     refused the n-th time    1   2    3    4    5 and more
///     tried again in seconds   60  120  240  480  600
///
/// An action that lacks a permission, or whose object is in use, is tried again every minute, because the person who
/// fixes it waits for the result.
package struct RefusedAction: Sendable, Hashable {
  package static let shortestPause = Duration.seconds(60)
  package static let longestPause = Duration.seconds(600)
  /// The longest message that is stored.
  package static let messageLimit = 512

  package var error: CloudError
  package var count: Int
  package var retryAt: Timestamp

  package init(error: CloudError, count: Int, retryAt: Timestamp) {
    self.error = error
    self.count = count
    self.retryAt = retryAt
  }

  /// - Parameter earlier: the previous refusal of the same action; nil if there was none.
  package init(_ error: CloudError, after earlier: RefusedAction?, now: Timestamp) {
    let doublings = min(earlier?.count ?? 0, 16)
    let longest = [.forbidden, .inUse].contains(error.kind) ? Self.shortestPause : Self.longestPause
    self.error = error
    self.error.message = String(error.message.prefix(Self.messageLimit))
    self.error.retryAfter = nil
    count = doublings + 1
    retryAt = now.advanced(by: min(longest, Self.shortestPause * (1 << doublings)))
  }
}
