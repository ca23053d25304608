internal import Foundations

/// What one gateway knows about the connection's user name and password. It sends this to a sibling that asks before it
/// tries them itself. A revision identifies them without revealing their content.
struct CredentialRecord: Codable, Sendable, Hashable {
  enum Verdict: String, Codable, Sendable {
    case untried = "Untried"
    /// The gateway is about to try, and lets siblings go first.
    case waiting = "Waiting"
    case trying = "Trying"
    case accepted = "Accepted"
    case refused = "Refused"
  }
  /// Name of the tunnel.
  var tunnel: String
  /// See `GatewayConfiguration.credentialsRevision`.
  var revision: String
  var verdict = Verdict.untried
  /// Refusals since the server last accepted the credentials, or since they changed.
  var refusals = 0
  /// When the verdict was reached, on this machine's clock.
  var since: Timestamp
}

/// Decides when a gateway may try the connection's user name and password, so that wrong ones do not lock the account:
/// directories lock after 5 to 10 failures, and count those of all tunnels together. No I/O.
///
/// | own server | refusals of all tunnels | siblings | decision |
/// |---|---|---|---|
/// | accepted them last | any | any | try |
/// | not | none since a sibling had them accepted, and none here | any | try |
/// | not | 1 | any | pause for 10 s after it |
/// | not | 2 or more | any | hold for 15 min after the last, or until the Secret changes |
/// | not | none, or the time has passed | one tries, or one with a lower name waits | wait for its verdict, 8 s at most |
/// | not | none, or the time has passed | otherwise | try |
enum CredentialTrials {
  /// Windows' and Fortinet's defaults lock after 5 or more failures; two attempts leave room for a person's own
  /// mistakes.
  static let refusalsBeforePause = 2
  /// Account lock-outs commonly count failures within 15 min or more (Microsoft's baseline: 15 min).
  static let pause = Duration.seconds(900)
  static let pauseBetweenFirstTwo = Duration.seconds(10)
  /// How long a tunnel lets others go first. An attempt takes a second, and a sibling that hangs must not block the
  /// others.
  static let patience = Duration.seconds(8)

  enum Decision: Sendable, Hashable {
    case attempt
    /// Another tunnel's verdict is due: ask again soon.
    case wait
    /// There was one refusal a moment ago.
    case pause
    case hold(Hold)
  }

  /// Why no attempt is allowed, and for how long.
  struct Hold: Sendable, Hashable {
    /// Refusals of all tunnels together.
    var refusals: Int
    /// The tunnels that were refused, by name.
    var tunnels: [String]
    var until: Timestamp

    /// Completes the daemon's explanation of the refusal.
    var words: String {
      let times = refusals == 1 ? "once" : "\(refusals) times"
      let names = tunnels.map { "tunnel \($0)" }.joined(separator: ", ")
      return "refused \(times) (\(names)): the next try is at \(until), so that the account is not locked; "
        + "a changed Secret is tried at once"
    }
  }

  /// - Parameters:
  ///   - others: the siblings' records, in this machine's time.
  ///   - waited: how long the gateway has been waiting for another's verdict.
  static func decide(
    _ own: CredentialRecord,
    others: [CredentialRecord],
    waited: Duration,
    now: Timestamp
  ) -> Decision {
    if own.verdict == .accepted { return .attempt }
    let others = others.filter { $0.revision == own.revision && $0.tunnel != own.tunnel }
    let refused = ([own] + others).filter { $0.refusals > 0 }
    let last = refused.map(\.since).max()
    if own.refusals == 0,
      others.contains(where: { other in
        other.verdict == .accepted && last.map { other.since > $0 } ?? true
      })
    {
      return .attempt
    }
    if let last {
      let refusals = refused.reduce(0) { $0 &+ $1.refusals }
      if refusals < refusalsBeforePause {
        if now < last.advanced(by: pauseBetweenFirstTwo) { return .pause }
      } else if now < last.advanced(by: pause) {
        let hold = Hold(
          refusals: refusals,
          tunnels: refused.map(\.tunnel).sorted(),
          until: last.advanced(by: pause)
        )
        return .hold(hold)
      }
    }
    let isBusy = others.contains { other in
      other.verdict == .trying || other.verdict == .waiting && other.tunnel < own.tunnel
    }
    return isBusy && waited < patience ? .wait : .attempt
  }
}
