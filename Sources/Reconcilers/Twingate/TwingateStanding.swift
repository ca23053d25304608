internal import CloudLinkerAPI
internal import Kubernetes

/// What another connection's name for a network and a remote network counts for. Anybody may name anybody's.
///
///     the other connection                                      is in the way
///     has, or is about to make, that remote network             of everybody
///     has a token that Twingate accepts, or is untried          of younger ones
///     did not get to the network when it was tried              of nobody
extension VPNConnection {
  /// Whether it comes before `other`, which asks for the same remote network.
  func precedesAtTwingate(_ other: VPNConnection) -> Bool {
    guard !isStrangerAtTwingate else { return false }
    guard holdsRemoteNetwork == other.holdsRemoteNetwork else { return holdsRemoteNetwork }
    return Precedence.isOlder(self, other)
  }

  /// Whether it has had the remote network that its spec names, or has stored that it is about to make it.
  private var holdsRemoteNetwork: Bool {
    guard let status = status?.twingate, isUnmoved else { return false }
    let intended = status.ledger?.operations?[Self.remoteNetworkRole]
    return [status.remoteNetwork?.name, intended].contains(twingateRemoteNetworkName)
  }

  /// Whether it has been tried and has never got into Twingate's network.
  var isStrangerAtTwingate: Bool {
    guard !hasBeenAtTwingate, let conditions = status?.conditions, let ready = conditions[.ready] else { return false }
    if let accepted = conditions[.accepted], accepted.status == "False" {
      // This one waits for another and comes next.
      return accepted.reason != Reason.remoteNetworkConflict.rawValue
    }
    let untried: [Reason] = [.pending, .cloudUnavailable]
    return ready.status != "Unknown" || !untried.contains { $0.rawValue == ready.reason }
  }

  /// Only a look that Twingate answered is followed by the URL or a ledger.
  private var hasBeenAtTwingate: Bool {
    guard let status = status?.twingate else { return false }
    return (status.url != nil || status.ledger != nil) && isUnmoved
  }

  /// Whether the spec still names the network of the status.
  private var isUnmoved: Bool {
    guard let url = status?.twingate?.url, let network = spec.twingate?.network else { return true }
    return url.hasPrefix("https://\(network).")
  }

  /// Its key in the ledger.
  private static var remoteNetworkRole: String { "remoteNetwork" }
}
