internal import CloudLinkerAPI

/// Content that a gateway would refuse, detected before it is sent: a `.ovpn` profile, or the configuration as a whole.
struct RefusedContent: Error {
  enum Part { case profile, configuration }
  var part: Part
  var message: String

  var refusal: Refusal {
    switch part {
    case .profile: Refusal(condition: .dependenciesReady, reason: .profileRefused, message: message)
    case .configuration: Refusal(condition: .accepted, reason: .configurationRefused, message: message)
    }
  }
}
