internal import Gateway

/// What a line of a daemon's log says about why there is no tunnel.
struct DaemonFailure: Sendable, Hashable {
  var kind: GatewayStatus.Failure
  /// Cause and cure, for a person; no secret.
  var words: String
  /// Whether a later, more general line ("TLS handshake failed") must not replace it.
  var isSpecific: Bool
  /// The kernel refused the data path that was chosen: kernel ESP is not there after all.
  var lacksKernelESP = false

  init(_ kind: GatewayStatus.Failure, _ words: String, isSpecific: Bool = true, lacksKernelESP: Bool = false) {
    self.kind = kind
    self.words = words
    self.isSpecific = isSpecific
    self.lacksKernelESP = lacksKernelESP
  }
}
