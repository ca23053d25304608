internal import CloudLinkerAPI
internal import Kubernetes

/// Which PortForwards of a connection get their ports, and why the others do not.
///
///     forward                                     outcome
///     being deleted, or suspended                 neither: it asks for nothing
///     breaks a rule                               InvalidSpec
///     beyond the namespace's limit                NamespaceLimitReached
///     names a target outside remoteNetworks       TargetOutsideRemoteNetworks
///     an older one names one of its ports         PortConflict
///     otherwise                                   accepted
struct ForwardAdmission {
  /// Oldest first.
  var accepted: [PortForward] = []
  var refused: [(name: String, reason: Reason)] = []

  /// - Parameters:
  ///   - forwards: all that name the connection.
  ///   - isWithinLimit: whether a forward has a place in its namespace.
  init(_ forwards: [PortForward], networks: [String], isWithinLimit: (PortForward) -> Bool) {
    let placed = forwards.filter(isWithinLimit)
    let claims = PortClaims.accepted(placed)
    accepted = claims.filter { $0.isWithin(networks) }
    guard accepted.count < forwards.count else { return }
    let keys = (placed: Set(placed.map(\.key)), accepted: Set(accepted.map(\.key)))
    for forward in forwards.sorted(by: Precedence.isOlder)
    where forward.metadata.deletionTimestamp == nil && !forward.spec.isSuspended && !keys.accepted.contains(forward.key)
    {
      let reason: Reason =
        if !forward.validate().isEmpty { .invalidSpec } else if !keys.placed.contains(forward.key) {
          .namespaceLimitReached
        } else if !forward.isWithin(networks) { .targetOutsideRemoteNetworks } else { .portConflict }
      refused.append((forward.key.name, reason))
    }
  }

  /// Names that a message lists at most.
  static let mostNames = 5

  /// For the connection's condition: the most frequent reason, of several the one met first; nil: none is refused.
  var verdict: (reason: Reason, message: String)? {
    var counts: [Reason: Int] = [:]
    for (_, reason) in refused { counts[reason, default: 0] += 1 }
    guard let most = counts.values.max(), let reason = refused.first(where: { counts[$0.reason] == most })?.reason
    else { return nil }
    let names = refused.prefix(Self.mostNames).map { "\($0.name) (\($0.reason.rawValue))" }.joined(separator: ", ")
    let more = refused.count > Self.mostNames ? " and \(refused.count - Self.mostNames) more" : ""
    let what = refused.count == 1 ? "1 PortForward is refused" : "\(refused.count) PortForwards are refused"
    return (reason, "\(what): \(names)\(more): see their conditions")
  }
}
