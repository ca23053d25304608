internal import CloudLinkerAPI
internal import Foundations
internal import Gateway
internal import Kubernetes

/// That a gateway has not been heard for so long that nothing is known about its tunnel: it may carry traffic, or not.
struct GatewaySilence: Equatable {
  /// Until nothing is known any more, unless a flag says otherwise. A gateway in order is heard every 20 s.
  static let patience: Duration = .seconds(120)

  /// When it was last heard; nil: never by this operator.
  var heardAt: Timestamp?
  /// When this operator began to listen to it.
  var listeningSince: Timestamp?
  var silence: Silence

  /// Nil: the gateway was heard lately, or nobody listens to it.
  init?(_ observation: GatewayObservation?, now: Timestamp, patience: Duration) {
    guard let observation, let since = observation.answeredAt ?? observation.listeningSince,
      let silence = Silence(since: since, now: now, patience: patience)
    else { return nil }
    heardAt = observation.answeredAt
    listeningSince = observation.listeningSince
    self.silence = silence
  }

  var words: String {
    if let heardAt { return "was last heard at \(heardAt), \(silence.words)" }
    let since = listeningSince.map { " at \($0)" } ?? ""
    return "has not been heard since the operator began to listen\(since), \(silence.words)"
  }
}

extension GatewayFacts {
  /// What the gateway that runs now for `tunnel` said last.
  func observation(_ tunnel: String) -> GatewayObservation? {
    guard let observation = observations[tunnel], observation.pod.uid == live.pod(tunnel: tunnel)?.metadata.uid else {
      return nil
    }
    return observation
  }

  func silence(_ tunnel: String) -> GatewaySilence? {
    GatewaySilence(observation(tunnel), now: now, patience: patience)
  }

  /// After how long a gateway that is heard no more would make a difference; nil: none is listened to.
  var untilSilent: Duration? {
    connection.spec.tunnels.compactMap { tunnel in
      if let silence = silence(tunnel.name) { return silence.silence.next }
      guard let observation = observation(tunnel.name),
        let since = observation.answeredAt ?? observation.listeningSince
      else { return nil }
      return patience - now.since(since)
    }.min().map { max($0, .seconds(1)) }
  }
}
