/// Notices that the same change is repeated, because someone else reverts it or the cloud does not keep it.
///
/// Counts each action by its description until a pass finds nothing to do. From the third time on the action counts as
/// contested, and the pause before the next pass doubles:
///
///     performed the n-th time    1  2  3  4  5  6  …  9
///     pause in seconds           2  2  4  8 16 32  …  256, then as long as the passes that look for drift
package struct RepeatedActions: Sendable {
  /// How often an action is performed before it counts as contested.
  package static let limit = 3
  private var counts: [String: Int] = [:]

  package init() {}

  /// Notes one pass.
  /// - Parameters:
  ///   - performed: descriptions of the actions that succeeded.
  ///   - isSettled: nothing was left to do or to wait for.
  package mutating func note(_ performed: [String], isSettled: Bool) {
    if isSettled, performed.isEmpty { counts = [:] }
    for action in performed { counts[action, default: 0] += 1 }
  }

  /// The action of this pass that was repeated most often, and how often; nil if none is contested.
  package func contested(among performed: [String]) -> (action: String, count: Int)? {
    let worst = performed.map { (action: $0, count: counts[$0] ?? 0) }.max { $0.count < $1.count }
    return worst.flatMap { $0.count >= Self.limit ? $0 : nil }
  }

  /// The pause after a pass that performed these actions.
  /// - Parameters:
  ///   - shortest: the pause when no action is contested.
  ///   - longest: the upper limit.
  package func pause(after performed: [String], shortest: Duration, longest: Duration) -> Duration {
    guard let contested = contested(among: performed) else { return shortest }
    let doublings = contested.count - Self.limit + 1
    return doublings > 16 ? longest : min(longest, shortest * (1 << doublings))
  }
}
