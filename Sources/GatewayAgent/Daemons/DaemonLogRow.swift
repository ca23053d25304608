internal import Gateway

/// One row of the tables of log lines: a line that a daemon writes, and what it means for the tunnel.
struct DaemonLogRow: Sendable {
  /// The fixed parts of the line, in order. The text between two of them is captured, and so is the text after the last
  /// one if the pattern ends in `…`.
  let parts: [String]
  /// Whether the first part must begin the line.
  let isAnchored: Bool
  let kind: GatewayStatus.Failure
  /// The explanation. `{server}`, `{line}`, `{1}`, `{2}` (captured parts), `{method}` (the EAP method that the server
  /// asked for) and `{cause}` (OpenSSL's last error, in parentheses and with a space in front) are filled in.
  let words: String
  let specificity: DaemonFailure.Specificity
  /// The stages of an attempt in which the line means this; nil: all.
  let stages: Set<AuthenticationStage>?
  let refusesCredentials: Bool
  let lacksKernelESP: Bool
  /// The source file that writes the line, below `src/libcharon`, `src/libstrongswan` or `src/libtls` of strongSwan 5.9.8,
  /// or `src/openvpn` of OpenVPN 2.6.14.
  let source: String

  /// - Parameter pattern: `…` stands for anything; `^` in front means that the line begins with it.
  init(
    _ pattern: String,
    _ kind: GatewayStatus.Failure,
    _ words: String,
    _ specificity: DaemonFailure.Specificity = .cause,
    at stages: Set<AuthenticationStage>? = nil,
    refusesCredentials: Bool = false,
    lacksKernelESP: Bool = false,
    source: String
  ) {
    isAnchored = pattern.hasPrefix("^")
    parts = (isAnchored ? pattern.dropFirst() : pattern[...])
      .split(separator: "…", omittingEmptySubsequences: false).map(String.init)
    self.kind = kind
    self.words = words
    self.specificity = specificity
    self.stages = stages
    self.refusesCredentials = refusesCredentials
    self.lacksKernelESP = lacksKernelESP
    self.source = source
  }

  /// The captured parts; nil if the line does not match.
  func captures(in line: String) -> [String]? {
    var captured: [String] = []
    var rest = line[...]
    for (index, part) in parts.enumerated() {
      if part.isEmpty {
        captured.append(String(rest))
        continue
      }
      guard let range = rest.firstRange(of: part) else { return nil }
      if index > 0 {
        captured.append(String(rest[..<range.lowerBound]))
      } else if isAnchored && range.lowerBound != rest.startIndex {
        return nil
      }
      rest = rest[range.upperBound...]
    }
    return captured
  }

  /// The failure that the line reports.
  /// - Parameter values: by placeholder, without braces.
  func failure(_ captured: [String], _ values: [(name: String, value: String)]) -> DaemonFailure {
    var words = self.words
    for (name, value) in values { words = words.replacing("{\(name)}", with: value) }
    for (index, value) in captured.enumerated() { words = words.replacing("{\(index + 1)}", with: value) }
    var failure = DaemonFailure(kind, words, specificity: specificity)
    failure.refusesCredentials = refusesCredentials
    failure.lacksKernelESP = lacksKernelESP
    return failure
  }
}

/// How far an attempt's authentication has come, in the steps that decide what a refusal is about.
enum AuthenticationStage: Sendable, Hashable, CaseIterable {
  /// IKEv2 with EAP: the server has not begun EAP. It has seen the identities only.
  case eapNotBegun
  /// The server asked for the EAP method that is configured: for a user name and a password, or for a certificate.
  case eapPassword, eapCertificate
  /// The server asked for an EAP method that is not configured, and the gateway declined.
  case eapOtherMethod
  /// EAP succeeded: the credentials are right.
  case eapSucceeded
  /// IKEv2 with a pre-shared key.
  case sharedKey
  /// IKEv2 by signature, or OpenVPN without user name and password.
  case certificate
  /// OpenVPN with user name and password.
  case password
}
