internal import Gateway

/// Why there is no tunnel, as far as one line of a daemon's log explains it.
struct DaemonFailure: Sendable, Hashable {
  /// How much a line explains. A line that explains less does not replace one that explains more: see
  /// `TunnelProgress.failed`.
  enum Specificity: Int, Sendable, Comparable {
    /// Nothing came back ("TLS handshake failed").
    case symptom
    /// The other side said no, without a reason.
    case refusal
    /// The reason itself.
    case cause
    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  var kind: GatewayStatus.Failure
  /// What happened and what to do, for a person; no secret.
  var words: String
  var specificity: Specificity
  /// The server refused a user name and password: each further attempt may lock the account.
  var refusesCredentials = false
  /// The kernel refused the chosen data path: it has no ESP after all.
  var lacksKernelESP = false

  init(_ kind: GatewayStatus.Failure, _ words: String, specificity: Specificity = .cause) {
    self.kind = kind
    self.words = words
    self.specificity = specificity
  }
}
