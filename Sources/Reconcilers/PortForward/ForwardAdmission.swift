internal import CloudLinkerAPI
internal import Gateway
internal import Kubernetes

/// Decides which PortForwards of a connection get their ports, and why others do not.
///
///     forward                                     outcome
///     being deleted, or suspended                 neither, because it asks for nothing
///     breaks a rule                               InvalidSpec
///     otherwise                                   as `ForwardClaim.checks` decide
struct ForwardAdmission {
  /// Oldest first.
  var accepted: [PortForward] = []
  /// Oldest first.
  var refused: [(name: String, reason: Reason)] = []

  /// - Parameters:
  ///   - forwards: all that name the connection.
  ///   - networks: the connection's `remoteNetworks`.
  ///   - beyondLimit: the refusal of a forward that is beyond the limit of its namespace.
  init(_ forwards: [PortForward], networks: [String], beyondLimit: (PortForward) -> Refusal?) {
    var claims = PortClaims()
    for forward in forwards.filter(PortClaims.asksForPorts).sorted(by: Precedence.isOlder) {
      var refusal = Refusal(forward.validate())
      if refusal == nil {
        var claim = ForwardClaim(forward: forward, networks: networks, beyondLimit: beyondLimit(forward))
        if claim.beyondLimit == nil { claim.conflict = claims.add(forward) }
        refusal = ForwardClaim.checks.refusal(claim)
      }
      if let refusal { refused.append((forward.key.name, refusal.reason)) } else { accepted.append(forward) }
    }
  }

  /// The largest number of names in a message.
  static let mostNames = 5

  /// For the connection's condition: the most frequent reason, or the first of equally frequent ones; nil: none is
  /// refused.
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
