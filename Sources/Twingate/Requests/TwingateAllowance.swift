internal import Foundations

/// The budget that the requests of one API key come from.
///
/// Anybody may name anybody's network, with any key. A key that Twingate has not accepted has a small budget of its own, so
/// that it cannot use up that of the network, and a 429 for it does not pause the others.
///
///     Twingate's last answer to the key    budget
///     none yet, or 401                     the key's own
///     anything else                        the network's
public final class TwingateAllowance: Sendable {
  private let network: TwingateBudget
  private let trial: TwingateBudget
  private let isAccepted = Locked(false)

  /// - Parameters:
  ///   - network: the network's budget, which all accepted keys share.
  ///   - trial: the key's own.
  public init(_ network: TwingateBudget, trial: TwingateBudget) {
    (self.network, self.trial) = (network, trial)
  }

  /// For a key that is known to be the network's.
  public convenience init(_ network: TwingateBudget) { self.init(network, trial: network) }

  var budget: TwingateBudget { isAccepted.withLock { $0 } ? network : trial }

  func note(accepted: Bool) { isAccepted.withLock { $0 = accepted } }
}
