internal import Foundations
internal import Gateway

/// Says what a line of a daemon's log means for the tunnel, by the tables in `charonRows` and `openVPNRows`. It follows
/// an attempt from line to line, since the same refusal means different things before and after a password was asked
/// for. Shared by the thread that reads the log and the one that drives the daemon.
final class DaemonLogClassifier: Sendable {
  /// How the gateway authenticates itself.
  enum Method: Sendable, Hashable { case eapPassword, eapCertificate, certificate, sharedKey, password }

  private struct Attempt {
    var stage: AuthenticationStage
    var requestedMethod = ""
    var cause = ""
  }

  /// `host:port`.
  private let server: String
  private let method: Method
  private let attempt: Locked<Attempt>

  init(server: String, method: Method) {
    self.server = server
    self.method = method
    attempt = Locked(Attempt(stage: Self.firstStage(method)))
  }

  private static func firstStage(_ method: Method) -> AuthenticationStage {
    switch method {
    case .eapPassword, .eapCertificate: .eapNotBegun
    case .certificate: .certificate
    case .sharedKey: .sharedKey
    case .password: .password
    }
  }

  /// - Parameter line: a line of charon's, without the leading `05[IKE] <tunnel|1> `.
  func charon(_ line: String) -> DaemonFailure? {
    attempt.withLock { followCharon(line, &$0) }
    return classify(line, Self.charonRows)
  }

  /// - Parameter line: a line of openvpn's, without a time.
  func openVPN(_ line: String) -> DaemonFailure? {
    if let error = Self.openSSLError(line) { attempt.withLock { $0.cause = " (\(error))" } }
    return classify(line, Self.openVPNRows)
  }

  private func classify(_ line: String, _ rows: [DaemonLogRow]) -> DaemonFailure? {
    let attempt = attempt.withLock { $0 }
    for row in rows where row.stages?.contains(attempt.stage) != false {
      guard let captured = row.captures(in: line) else { continue }
      return row.failure(
        captured,
        [("server", server), ("line", line), ("method", attempt.requestedMethod), ("cause", attempt.cause)]
      )
    }
    return nil
  }

  /// Follows the lines of sa/ikev2/authenticators/eap_authenticator.c and sa/ike_sa.c.
  private func followCharon(_ line: String, _ attempt: inout Attempt) {
    if line.hasPrefix("initiating IKE_SA") {
      attempt = Attempt(stage: Self.firstStage(method))
    } else if line.hasPrefix("server requested EAP_") {
      attempt.requestedMethod = String(line.dropFirst("server requested ".count).prefix { $0 != " " })
      attempt.stage = method == .eapCertificate ? .eapCertificate : .eapPassword
    } else if line.hasSuffix("sending EAP_NAK") {
      attempt.stage = .eapOtherMethod
    } else if line.hasPrefix("EAP method "), line.contains(" succeeded") {
      attempt.stage = .eapSucceeded
    }
  }

  /// The reason at the end of `OpenSSL: error:0A00018E:SSL routines::ca md too weak:`.
  static func openSSLError(_ line: String) -> String? {
    guard line.hasPrefix("OpenSSL: error:") else { return nil }
    let fields = line.split(separator: ":", omittingEmptySubsequences: false)
    return fields.count > 5 && !fields[5].isEmpty ? String(fields[5]) : nil
  }
}

extension DaemonLogClassifier {
  convenience init(_ material: GatewayMaterial) {
    let method: Method =
      switch material.configuration.protocolSettings {
      case .ipsec(let settings):
        switch settings.authentication {
        case .eapMSCHAPv2: .eapPassword
        case .eapTLS: .eapCertificate
        case .certificate: .certificate
        case .psk: .sharedKey
        }
      case .openVPN, .openVPNProfile:
        if case .openVPN(let rendering) = material.daemon, rendering.credentials != nil {
          .password
        } else {
          .certificate
        }
      }
    self.init(server: material.serverName, method: method)
  }
}
